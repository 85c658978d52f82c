#include "ui/models/channel_log_model.h"

#include "ui/models/channel_words.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

QString logText(const ChannelEvent &event, int column)
{
    switch (column) {
    case ChannelLogModel::Time: return words::logTime(event.at);
    case ChannelLogModel::What: return words::happened(event);
    case ChannelLogModel::Details: break;
    default: return {};
    }
    const bool isSpan = event.times > 1 && event.at - event.beganAt >= std::chrono::seconds(1);
    QStringList parts{words::oneLine(event.detail, 600)};
    if (isSpan)
        parts << ChannelLogModel::tr("%1 times since %2").arg(event.times).arg(words::logTime(event.beganAt));
    parts.removeAll(QString());
    return parts.join(QStringLiteral("; "));
}

} // namespace

QVariant ChannelLogModel::data(const QModelIndex &index, int role) const
{
    const ChannelEvent *event = at(index);
    if (!event)
        return {};
    if (role == Qt::DisplayRole)
        return logText(*event, index.column());
    if (role != Qt::AccessibleTextRole)
        return {};
    return index.column() == Time ? line(index.row()) : logText(*event, index.column());
}

QVariant ChannelLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Time");
    case What: return tr("What happened");
    case Details: return tr("Details");
    default: return {};
    }
}

QString ChannelLogModel::line(int row) const
{
    QStringList parts;
    if (const ChannelEvent *event = at(row)) {
        for (const Column column : {Time, What, Details})
            parts << logText(*event, column);
    }
    parts.removeAll(QString());
    return parts.join(QStringLiteral("  "));
}

} // namespace patchbay

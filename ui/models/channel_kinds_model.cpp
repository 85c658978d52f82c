#include "ui/models/channel_kinds_model.h"

#include "ui/models/channel_words.h"
#include "ui/models/choice_filter.h"
#include "ui/models/target_words.h"

namespace patchbay {

ChannelKindsModel::ChannelKindsModel(const Catalog &catalog, QObject *parent)
    : RowsModel(parent)
    , m_catalog(catalog)
{
    narrow({});
}

void ChannelKindsModel::narrow(const QString &typed)
{
    std::vector<const ChatConnectorInfo *> rows;
    for (const ChatConnectorInfo &info : m_catalog.chats) {
        if (hasEveryWord(info.title + QLatin1Char(' ') + info.id, typed))
            rows.push_back(&info);
    }
    assign(std::move(rows));
}

qint64 ChannelKindsModel::key(const ChatConnectorInfo *const &row) const { return row - m_catalog.chats.data(); }

QString ChannelKindsModel::text(const ChatConnectorInfo &info, int column)
{
    switch (column) {
    case Title: return info.title;
    case Arrives: return words::arrival(info);
    case Answers: return words::answering(info);
    case HeldAgainst: return words::heldAgainst(info.contract);
    default: return {};
    }
}

QVariant ChannelKindsModel::data(const QModelIndex &index, int role) const
{
    const ChatConnectorInfo *const *row = at(index);
    if (!row)
        return {};
    const ChatConnectorInfo &info = **row;
    if (role == Qt::AccessibleTextRole && index.column() == Title)
        return tr("%1, messages arrive: %2, %3, %4", "a connector, the way in, the way out, its contract")
            .arg(info.title, text(info, Arrives), text(info, Answers), text(info, HeldAgainst));
    return role == Qt::DisplayRole ? QVariant(text(info, index.column())) : QVariant();
}

QVariant ChannelKindsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title: return tr("Connector");
    case Arrives: return tr("Messages arrive");
    case Answers: return tr("Answers");
    case HeldAgainst: return tr("Held against");
    default: return {};
    }
}

} // namespace patchbay

#include "ui/models/target_kinds_model.h"

#include "core/ports/repeats.h"
#include "ui/models/choice_filter.h"
#include "ui/models/target_words.h"

namespace patchbay {

namespace {

QString kindsObjects(const CrmConnectorInfo &info)
{
    return QStringList(info.objects.begin(), info.objects.end()).join(QStringLiteral(" / "));
}

} // namespace

TargetKindsModel::TargetKindsModel(const Catalog &catalog, QObject *parent)
    : RowsModel(parent)
    , m_catalog(catalog)
{
    narrow({});
}

void TargetKindsModel::narrow(const QString &typed)
{
    std::vector<const CrmConnectorInfo *> rows;
    for (const CrmConnectorInfo &info : m_catalog.crms) {
        if (hasEveryWord(info.title + QLatin1Char(' ') + info.id + QLatin1Char(' ') + kindsObjects(info), typed))
            rows.push_back(&info);
    }
    assign(std::move(rows));
}

qint64 TargetKindsModel::key(const CrmConnectorInfo *const &row) const { return row - m_catalog.crms.data(); }

QVariant TargetKindsModel::data(const QModelIndex &index, int role) const
{
    const CrmConnectorInfo *const *row = at(index);
    if (!row)
        return {};
    const CrmConnectorInfo &info = **row;
    const QString repeats = words::repeats(repeatsOf(info, proposedSettings(info)));
    if (role == Qt::AccessibleTextRole && index.column() == Title)
        return tr("%1, a task becomes: %2, %3, %4", "a connector, its objects, its class, its contract")
            .arg(info.title, kindsObjects(info), repeats, words::heldAgainst(info));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title: return info.title;
    case Makes: return info.objects.empty() ? QStringLiteral("–") : kindsObjects(info);
    case Repeats: return repeats;
    case HeldAgainst: return words::heldAgainst(info);
    default: return {};
    }
}

QVariant TargetKindsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title: return tr("Connector");
    case Makes: return tr("A task becomes");
    case Repeats: return tr("Class of a repeat, as proposed");
    case HeldAgainst: return tr("Held against");
    default: return {};
    }
}

} // namespace patchbay

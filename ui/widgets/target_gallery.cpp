#include "ui/widgets/target_gallery.h"

#include "ui/models/target_kinds_model.h"
#include "ui/models/target_words.h"
#include "ui/widgets/connector_icon.h"

#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// The connector's picture before its name.
class TargetKindsDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto *model = qobject_cast<const TargetKindsModel *>(index.model());
        const CrmConnectorInfo *const *row = model ? model->at(index) : nullptr;
        if (!row || index.column() != TargetKindsModel::Title)
            return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(17, 17);
        option->icon = connectorIcon((*row)->id, targetGlyph((*row)->id));
    }
};

} // namespace

TargetGallery::TargetGallery(const Catalog &catalog, QWidget *parent)
    : KindGallery({tr("Which kind of target?"), tr("Narrow the list by name or by what a task becomes"),
                   tr("Type to narrow: a name, or what a task becomes there"),
                   tr("Other words may find it. A system that is not in the list takes tasks by the custom HTTP "
                      "target, where this build has it.")},
                  parent)
    , m_model(new TargetKindsModel(catalog, this))
{
    build(m_model, {210, 210, 230, 340}, TargetKindsModel::HeldAgainst);
    table()->setItemDelegate(new TargetKindsDelegate(table()));
}

void TargetGallery::narrowTo(const QString &typed) { m_model->narrow(typed); }

QString TargetGallery::idOf(int row) const { return (*m_model->at(row))->id; }

QString TargetGallery::aboutRow(int row) const
{
    const CrmConnectorInfo &info = **m_model->at(row);
    if (info.id == QLatin1String("local"))
        return tr("%1 stay in this workspace.").arg(info.title);
    return tr("%1 is held against: %2.").arg(info.title, words::heldAgainst(info));
}

} // namespace patchbay

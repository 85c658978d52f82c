#include "ui/widgets/target_gallery.h"

#include "ui/models/target_kinds_model.h"
#include "ui/models/target_words.h"

namespace patchbay {

TargetGallery::TargetGallery(const Catalog &catalog, QWidget *parent)
    : KindGallery({tr("Which kind of target?"), tr("Narrow the list by name or by what a task becomes"),
                   tr("Type to narrow: a name, or what a task becomes there"),
                   tr("Other words may find it. A system that is not in the list takes tasks by the custom HTTP "
                      "target, where this build has it.")},
                  parent)
    , m_model(new TargetKindsModel(catalog, this))
{
    build(m_model, {210, 210, 230, 340}, TargetKindsModel::HeldAgainst);
}

void TargetGallery::narrowTo(const QString &typed) { m_model->narrow(typed); }

QString TargetGallery::idOf(int row) const { return (*m_model->at(row))->id; }

QString TargetGallery::aboutRow(int row) const
{
    const CrmConnectorInfo &info = **m_model->at(row);
    return tr("%1 is held against: %2.").arg(info.title, words::heldAgainst(info));
}

} // namespace patchbay

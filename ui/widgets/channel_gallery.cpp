#include "ui/widgets/channel_gallery.h"

#include "ui/models/channel_kinds_model.h"
#include "ui/models/channel_words.h"
#include "ui/models/target_words.h"

namespace patchbay {

ChannelGallery::ChannelGallery(const Catalog &catalog, QWidget *parent)
    : KindGallery({tr("Which kind of channel?"), tr("Narrow the list by name"), tr("Type to narrow: a name"),
                   tr("Other words may find it. A system that is not in the list comes in by the custom webhook, where "
                      "this build has it.")},
                  parent)
    , m_model(new ChannelKindsModel(catalog, this))
{
    build(m_model, {210, 270, 210, 300}, ChannelKindsModel::HeldAgainst);
}

void ChannelGallery::narrowTo(const QString &typed) { m_model->narrow(typed); }

QString ChannelGallery::idOf(int row) const { return (*m_model->at(row))->id; }

QString ChannelGallery::aboutRow(int row) const
{
    const ChatConnectorInfo &info = **m_model->at(row);
    return tr("Messages of %1 arrive so: %2. It is held against: %3.")
        .arg(info.title, words::arrival(info), words::heldAgainst(info.contract));
}

} // namespace patchbay

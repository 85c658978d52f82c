#include "core/ports/catalog.h"

namespace patchbay {

bool ChatConnectorInfo::isCalled(const QJsonObject &settings) const
{
    return takesHooks && (!asksToo || chooseGateway(settings));
}

const ChatConnectorInfo *Catalog::chat(const QString &id) const
{
    for (const ChatConnectorInfo &info : chats) {
        if (info.id == id)
            return &info;
    }
    return nullptr;
}

const CrmConnectorInfo *Catalog::crm(const QString &id) const
{
    for (const CrmConnectorInfo &info : crms) {
        if (info.id == id)
            return &info;
    }
    return nullptr;
}

const ModelConnectorInfo *Catalog::model(const QString &id) const
{
    for (const ModelConnectorInfo &info : models) {
        if (info.id == id)
            return &info;
    }
    return nullptr;
}

ChatAbilities abilitiesOf(const ChatConnectorInfo &info, const QJsonObject &settings)
{
    return info.abilitiesBy ? info.abilitiesBy(info.abilities, settings) : info.abilities;
}

} // namespace patchbay

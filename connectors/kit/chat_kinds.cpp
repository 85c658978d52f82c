#include "connectors/kit/chat_kinds.h"

#include "connectors/kit/chat_parts.h"
#include "connectors/kit/rest.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

void addKindFile(InboundMessage &message, JsonReader &content, const KindFile &file)
{
    QJsonObject remote;
    for (const auto &[name, pattern] : file.remote)
        remote.insert(name, idsAt(content, pattern));
    message.attachments.push_back(remoteFile(textOr(content, file.nameAt, file.name), file.type, 0, remote));
}

void readKind(InboundMessage &message, const QString &kind, JsonReader &content, const std::vector<ChatKind> &kinds)
{
    const auto known =
        std::find_if(kinds.begin(), kinds.end(), [&kind](const ChatKind &one) { return one.kind == kind; });
    if (known == kinds.end())
        return setChatText(message, unknownKindText(kind));
    if (!known->text.isEmpty())
        setChatText(message, filledIn(content, known->text));
    if (!known->file.name.isEmpty())
        addKindFile(message, content, known->file);
    if (known->read)
        known->read(message, content);
}

void tellIfEmpty(InboundMessage &message)
{
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(An empty message.)"_s);
}

} // namespace patchbay

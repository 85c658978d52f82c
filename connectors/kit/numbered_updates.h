#pragma once

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// An inbox whose items have numbers that grow, and in which asking for those behind a number confirms the ones up to
/// it: Telegram's getUpdates. So the next number may only be used when everything before it is stored.
struct NumberedUpdates {
    QString list = {}; ///< where the reply has them
    QString number = {}; ///< where one has its number
    int page = 100; ///< how many come at most; a page that is full has more behind it
    /// Where one has the id of something that waits until it hears of us (a pressed button): goes to
    /// ChatSpec::acknowledge as "id" when it is stored.
    QString waiting = {};
    /// What an update may be: its member, and how that is read. Others tell nothing, and are kept.
    struct Kind {
        QString member = {};
        InboundMessage (*read)(JsonReader &in, const QString &update) = nullptr;
        QString edited = {}; ///< where an edit of what is read so has its time, in seconds
    };
    std::vector<Kind> kinds = {};
};

/// The names of the kinds, for a platform that sends only what it is asked for.
QJsonArray kindsOf(const NumberedUpdates &form);

/// What one look brought: each item as the bytes that came, "update:<number>" its key; the cursor is the next number.
Result<ChatPage> readNumbered(const QByteArray &reply, const ChatContext &context, const NumberedUpdates &form);
/// The same of one update that the platform sent to the gateway.
std::vector<RawItem> readNumberedHook(const HookRequest &request, const NumberedUpdates &form);
Result<InboundMessage> parseNumbered(const RawItem &item, const NumberedUpdates &form);

/// The same as a spec takes them, of a table with a name.
template <const NumberedUpdates &form>
Result<ChatPage> readNumbered(const QByteArray &reply, const ChatContext &context)
{
    return readNumbered(reply, context, form);
}
template <const NumberedUpdates &form>
std::vector<RawItem> readNumberedHook(const HookRequest &request, const AccountConfig &)
{
    return readNumberedHook(request, form);
}
template <const NumberedUpdates &form> Result<InboundMessage> parseNumbered(const RawItem &item, const AccountConfig &)
{
    return parseNumbered(item, form);
}

/// Where a call may stand in the answer to an update: the one, named `method`, that ends the waiting of its `waiting`,
/// whose id it takes as `member`.
template <const NumberedUpdates &form, Literal method, Literal member>
HookReply callInAnswer(const HookRequest &request, const AccountConfig &)
{
    const QJsonValue id = JsonReader::parse(request.body, QStringLiteral("update")).value(form.waiting);
    const QJsonObject call{{QStringLiteral("method"), method.string()}, {member.string(), id}};
    return jsonHookReply(id.isString() ? call : QJsonObject());
}

} // namespace patchbay

#include "connectors/kit/hook_proofs.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

Result<Done> checkTimedSignature(const HookRequest &request, const TimedSignature &form, const QString &secret,
                                 Timestamp now)
{
    const QByteArray time = request.header(form.timeHeader).trimmed();
    const QByteArray bytes = form.before + time + form.between + request.body;
    if (Result<Done> is = checkSignature(request, form.form, secret, bytes); !is)
        return is;
    return checkAge(chatTime(time.toLongLong()), now, form.window);
}

std::optional<HookReply> echoed(const HookRequest &request, const QString &type, const QString &word,
                                const QString &challenge)
{
    constexpr qsizetype longestEcho = 200;
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    if (!in.ok() || textOr(in, type) != word)
        return std::nullopt;
    return plainHookReply(textOr(in, challenge).left(longestEcho).toUtf8());
}

} // namespace patchbay

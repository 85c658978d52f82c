#include "connectors/kit/numbered_updates.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_parts.h"
#include "connectors/kit/raw_json.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

RawItem numberedItem(qint64 number, const QByteArray &bytes)
{
    RawItem item;
    item.sourceKey = u"update:%1"_s.arg(number);
    item.raw = bytes;
    return item;
}

} // namespace

Result<ChatPage> readNumbered(const QByteArray &reply, const ChatContext &context, const NumberedUpdates &form)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const std::vector<QByteArray> bytes = rawElements(reply, form.list);
    std::vector<JsonReader> updates = in.array(form.list);
    ChatPage page;
    qint64 next = context.cursor.toLongLong();
    for (size_t i = 0; i < updates.size() && i < bytes.size(); ++i) {
        const qint64 number = updates[i].integer(form.number);
        page.items.push_back(numberedItem(number, bytes[i]));
        if (!form.waiting.isEmpty() && updates[i].value(form.waiting).isString())
            page.waiting.push_back({{u"id"_s, updates[i].text(form.waiting)}});
        next = std::max(next, number + 1);
    }
    if (!page.items.empty())
        page.cursor = QByteArray::number(next);
    page.more = int(updates.size()) >= form.page;
    return in.finish(std::move(page));
}

std::vector<RawItem> readNumberedHook(const HookRequest &request, const NumberedUpdates &form)
{
    JsonReader in = JsonReader::parse(request.body, u"update"_s);
    const qint64 number = in.integer(form.number);
    return in.ok() ? std::vector<RawItem>{numberedItem(number, request.body)} : unreadableHook(request);
}

QJsonArray kindsOf(const NumberedUpdates &form)
{
    QJsonArray names;
    for (const NumberedUpdates::Kind &kind : form.kinds)
        names.append(kind.member);
    return names;
}

Result<InboundMessage> parseNumbered(const RawItem &item, const NumberedUpdates &form)
{
    JsonReader in = JsonReader::parse(item.raw, u"update"_s);
    const QString number = in.id(form.number);
    for (const NumberedUpdates::Kind &kind : form.kinds) {
        if (!in.has(u'/' + kind.member))
            continue;
        JsonReader one = in.object(u'/' + kind.member);
        InboundMessage message = kind.read(one, number);
        if (!kind.edited.isEmpty())
            becomeEdit(message, number, chatTime(one.optionalInteger(kind.edited).value_or(0)));
        return in.finish(std::move(message));
    }
    return in.finish(nothingTold(u"update:"_s + number));
}

} // namespace patchbay

#include "core/ports/chat_connector.h"

namespace patchbay {

QByteArray HookRequest::header(const QByteArray &name) const
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

QString HookRequest::parameter(const QString &name) const
{
    for (const auto &[key, value] : query) {
        if (key == name)
            return value;
    }
    return {};
}

void ChatConnector::typing(const QString &, const QString &) { }

void ChatConnector::reachedAt(const QUrl &) { }

WrittenText writtenFor(const ChatAbilities &abilities, const MarkedText &text)
{
    MarkedText taken = withMarks(text, abilities.marks);
    if (abilities.written)
        return abilities.written(taken);
    return {text.text, std::move(taken), false};
}

qsizetype lengthFor(const ChatAbilities &abilities, const MarkedText &marked)
{
    const QString text = writtenFor(abilities, marked).text;
    return abilities.countsBytes ? text.toUtf8().size() : text.size();
}

Async<HookReply> ChatConnector::receive(HookRequest)
{
    HookReply reply;
    reply.status = 404;
    reply.body = QByteArrayLiteral("{\"error\":\"This channel takes no requests.\"}");
    co_return reply;
}

Async<Result<QByteArray>> ChatConnector::fetchFile(QJsonObject)
{
    co_return makeError(Error::Kind::Refused, QStringLiteral("This channel cannot load files later."));
}

Async<Result<QString>> ChatConnector::accountOverThere() { co_return QString(); }

Async<Result<Pairing>> ChatConnector::pairing()
{
    co_return makeError(Error::Kind::Refused, QStringLiteral("This channel is not connected by scanning a code."));
}

Async<Result<TemplateList>> ChatConnector::templates(bool)
{
    co_return makeError(Error::Kind::Refused, QStringLiteral("This channel has no templates."));
}

} // namespace patchbay

// One message of an exported WhatsApp chat.
#include "connectors/chat/file/formats.h"
#include "connectors/chat/file/whatsapp_line.h"
#include "core/mail/html_body.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QStringDecoder>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A number is the same person everywhere; a name only in its chat.
Address whatsappPerson(const QString &name, const QString &chat)
{
    const QString shown = cleanLine(name, 200);
    QString digits;
    bool isNumber = shown.startsWith(u'+');
    for (const QChar c : shown) {
        if (c.isDigit())
            digits += c;
        else
            isNumber = isNumber && u"+ -()~"_s.contains(c.isSpace() ? QChar(u' ') : c);
    }
    if (isNumber && digits.size() >= 6)
        return importedPerson(shown, u'+' + digits + u"@whatsapp"_s);
    const QByteArray both = chat.toUtf8() + '\n' + name.toUtf8();
    const QByteArray hash = QCryptographicHash::hash(both, QCryptographicHash::Sha256).toHex().left(12);
    QString slug;
    for (const QChar c : shown.left(24).toLower())
        slug += c.isLetterOrNumber() && !c.isSurrogate() ? c : QChar(u'-');
    return importedPerson(shown, u"%1.%2@whatsapp"_s.arg(slug, QString::fromLatin1(hash)));
}

bool saysLeftOut(const QString &text)
{
    static const QRegularExpression leftOut(
        u"^\u200E?<?[^<>\\n]{0,40}(?:omitted|omitid|omis|omess|ausgeschlossen|weggelassen|ocult|weggelaten|без медиа|"
        "без вложений|dahil edilmedi|pominięto|省略|略過|생략)[^<>\\n]{0,20}>?$"_s,
        QRegularExpression::CaseInsensitiveOption);
    return text.size() < 80 && leftOut.match(text.trimmed()).hasMatch();
}

} // namespace

Result<InboundMessage> parseWhatsappItem(const ImportedItem &item)
{
    QStringDecoder decode(QStringDecoder::Utf8);
    const QString all = decode(item.message);
    if (decode.hasError())
        return makeError(Error::Kind::Protocol, u"This message is not written in UTF-8, as WhatsApp's are."_s);
    const qsizetype end = all.indexOf(u'\n');
    const QString first = (end < 0 ? all : all.left(end)).trimmed();
    const auto line = readWhatsappLine(first);
    if (!line)
        return makeError(Error::Kind::Protocol, u"This text does not begin with date and time as a message does."_s);
    const auto fact = [&item](const QString &key) { return item.facts.value(key).toString(); };
    const QString chat = fact(u"chat"_s);
    const QString own = fact(u"own"_s);
    const bool group = item.facts.value(u"group"_s).toBool();
    const DateOrder order = dateOrderFrom(fact(u"order"_s)).value_or(DateOrder::DayMonth);

    InboundMessage message = importedMessage(item);
    message.providerAt = line->at(order, fact(u"zone"_s));
    if (!message.providerAt)
        return makeError(Error::Kind::Protocol,
                         u"There is no day or time \"%1\"; if the chat writes dates in another order, say so."_s.arg(
                             cleanLine(first.left(24), 24)));
    message.dedupeKey = item.key;
    message.threadKey = importedKey(u"whatsapp"_s, {chat});
    const Address counterpart = whatsappPerson(chat, chat);
    message.automatic = line->author.isEmpty();
    message.from = message.automatic ? counterpart : whatsappPerson(line->author, chat);
    message.fromSelf = !own.isEmpty() && line->author.compare(own, Qt::CaseInsensitive) == 0;
    if (message.fromSelf)
        message.to << recipientText(counterpart);
    if (group)
        message.subject = cleanLine(chat, 200);
    setText(message, end < 0 ? line->text : line->text + all.mid(end).remove(u'\r'));
    if (saysLeftOut(line->text))
        addNotice(message, u"The chat was exported without this file."_s);
    return message;
}

} // namespace patchbay

// Zammad's tickets as its API writes them: tickets with articles, articles of a ticket, or a ticket with its assets.
#include "connectors/chat/file/helpdesk_reader.h"
#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"
#include "core/mail/mail.h"

#include <QtCore/QFileInfo>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isZammad(const QString &path, const QByteArray &start)
{
    if (QFileInfo(path).isDir())
        return false;
    return (start.startsWith('{') || start.startsWith('['))
        && ((start.contains("\"ticket_id\"") && start.contains("\"sender"))
            || (start.contains("\"articles\"") && start.contains("\"title\"")) || start.contains("\"TicketArticle\"")
            || start.contains("\"ticket_article_ids\""));
}

Result<Done> readZammad(const ImportSource &source, const ImportEach &each)
{
    HelpdeskShape shape;
    shape.format = u"zammad"_s;
    shape.envelopes = {"tickets", "assets", "articles_by_ticket"};
    shape.maps = {"TicketArticle"};
    shape.messages = "articles";
    shape.facts = {"id", "number", "title", "customer", "customer_id"};
    shape.marks = {"ticket_id", "body"};
    shape.conversationId = u"/ticket_id"_s;
    return readHelpdesk(shape, source, each);
}

/// "Agent", "Customer" or "System"; without `expand=true` a number.
QString zammadSender(JsonReader &in)
{
    if (const auto name = in.optionalText(u"/sender"_s))
        return *name;
    const QString id = in.optionalId(u"/sender_id"_s).value_or(QString());
    static const QHash<QString, QString> known{{u"1"_s, u"Agent"_s}, {u"2"_s, u"Customer"_s}, {u"3"_s, u"System"_s}};
    const QString name = known.value(id);
    if (name.isEmpty())
        in.fault(u"/sender_id"_s, u"has no known sender"_s);
    return name;
}

/// "Nicole Braun <nicole@example.org>" or a name alone.
Address zammadAuthor(JsonReader &in)
{
    const QString from = in.optionalText(u"/from"_s).value_or(QString());
    for (const Address &address : parseAddresses(from.left(2000))) {
        if (!normalAddress(address.address).isEmpty())
            return importedPerson(address.name, address.address);
    }
    for (const QString &key : {u"/origin_by_id"_s, u"/created_by_id"_s}) {
        if (const auto id = in.optionalId(key))
            return importedPerson(from, u"user"_s + *id + u"@zammad"_s);
    }
    return importedPerson(from, in.optionalText(u"/created_by"_s).value_or(QString()));
}

Address zammadCustomer(const QJsonObject &facts)
{
    const QString customer = facts.value(u"customer"_s).toString();
    if (!normalAddress(customer).isEmpty())
        return importedPerson({}, customer);
    const QString id = facts.value(u"customer_id"_s).toVariant().toString();
    return id.isEmpty() ? Address{} : importedPerson(customer, u"user"_s + id + u"@zammad"_s);
}

void addZammadFiles(InboundMessage &message, JsonReader &in)
{
    for (JsonReader &file : in.optionalArray(u"/attachments"_s)) {
        const QString name = cleanFileName(file.optionalText(u"/filename"_s).value_or(QString()));
        const auto data = file.optionalText(u"/data"_s);
        if (!data) {
            addNotice(message, u"The file \"%1\" is not in the export; it stayed in Zammad."_s.arg(name));
            continue;
        }
        const auto bytes = QByteArray::fromBase64Encoding(data->toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        if (bytes)
            message.attachments.push_back(
                {name, file.optionalText(u"/mime-type"_s).value_or(QString()), *bytes, {}, false});
        else
            addNotice(message, u"The file \"%1\" is damaged in the export."_s.arg(name));
    }
}

} // namespace

ImportFormat zammadFormat()
{
    ImportFormat format;
    format.id = u"zammad"_s;
    format.title = u"Zammad tickets (JSON)"_s;
    format.form = {timeZoneField()};
    format.recognises = isZammad;
    format.read = readZammad;
    return format;
}

Result<InboundMessage> parseZammadItem(const ImportedItem &item)
{
    JsonReader in = JsonReader::parse(item.message, u"article"_s);
    const QString id = in.id(u"/id"_s);
    QString ticket = item.facts.value(u"id"_s).toVariant().toString();
    if (ticket.isEmpty())
        ticket = in.id(u"/ticket_id"_s);
    const QString sender = zammadSender(in);

    InboundMessage message;
    message.externalId = importedKey(u"zammad"_s, {ticket, id});
    message.dedupeKey = message.externalId;
    message.threadKey = importedKey(u"zammad"_s, {ticket});
    const QString title = item.facts.value(u"title"_s).toString();
    message.subject = cleanLine(title.isEmpty() ? in.optionalText(u"/subject"_s).value_or(QString()) : title);
    message.providerAt = isoTimeOf(in.text(u"/created_at"_s), item.facts.value(u"zone"_s).toString());
    if (!message.providerAt)
        in.fault(u"/created_at"_s, u"has no time"_s);
    message.fromSelf = sender != u"Customer"_s;
    message.automatic = sender == u"System"_s;
    message.from = zammadAuthor(in);
    if (message.fromSelf) {
        const Address customer = zammadCustomer(item.facts);
        const QString to = in.optionalText(u"/to"_s).value_or(QString()).left(2000);
        for (const Address &address : parseAddresses(to)) {
            if (!normalAddress(address.address).isEmpty() && message.to.size() < 50)
                message.to << recipientText(importedPerson(address.name, address.address));
        }
        if (message.to.isEmpty() && !customer.address.isEmpty())
            message.to << recipientText(customer);
    }
    const QString body = in.text(u"/body"_s);
    if (in.optionalText(u"/content_type"_s).value_or(QString()).startsWith(u"text/html"_s)) {
        message.body = bodyFromHtml(body);
        markQuotedHistory(message.body);
        message.text = plainText(message.body, BodyBlock::Part::Text).trimmed();
    } else {
        setText(message, body);
    }
    addZammadFiles(message, in);
    if (in.optionalBoolean(u"/internal"_s).value_or(false))
        addNotice(message, u"An internal note: it was never sent to the customer."_s);
    return in.finish(std::move(message));
}

} // namespace patchbay

// One row of an imported table.
#include "connectors/chat/file/csv_rows.h"
#include "connectors/chat/file/formats.h"
#include "core/mail/charset.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 csvMilliseconds = 100000000000; // larger numbers are no seconds

Timestamp csvTime(const QString &text, const QString &format, const QString &zone)
{
    if (!format.isEmpty()) {
        const QDateTime read = QLocale::c().toDateTime(text, format);
        return read.isValid() ? zonedTime(read.date(), read.time(), zone) : Timestamp{};
    }
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (isNumber)
        return unixTimeOf(number > csvMilliseconds ? number / 1000 : number);
    if (const Timestamp iso = isoTimeOf(text, zone))
        return iso;
    return Timestamp::from(QDateTime::fromString(text, Qt::RFC2822Date));
}

bool isOutgoing(const QString &direction)
{
    static const QStringList words{u"out"_s,   u"outgoing"_s, u"outbound"_s, u"sent"_s,  u"agent"_s,
                                   u"reply"_s, u"us"_s,       u"operator"_s, u"staff"_s, u"from_me"_s};
    return words.contains(direction.toLower());
}

} // namespace

Result<InboundMessage> parseCsvItem(const ImportedItem &item)
{
    const auto fact = [&item](const QString &key) { return item.facts.value(key).toString(); };
    const QByteArray charset = fact(u"charset"_s).toLatin1();
    const QString separator = fact(u"separator"_s);
    const QList<QByteArray> cells =
        csvCells(item.message, separator.isEmpty() ? ',' : char(separator.front().unicode()));
    const QJsonObject columns = item.facts.value(u"columns"_s).toObject();
    const auto cell = [&](const QString &field) {
        return mail::decodeCharset(cells.value(columns.value(field).toInt(-1)), charset).text.trimmed();
    };
    if (const int place = columns.value(u"text"_s).toInt(-1); place >= cells.size())
        return makeError(
            Error::Kind::Protocol,
            u"This row has %1 columns; its text is expected in column %2."_s.arg(cells.size()).arg(place + 1));

    InboundMessage message;
    const QString time = cell(u"time"_s);
    message.providerAt = csvTime(time, fact(u"time_format"_s), fact(u"zone"_s));
    if (!message.providerAt && !time.isEmpty() && time != u"0"_s)
        return makeError(Error::Kind::Protocol,
                         u"The time \"%1\" cannot be read; say how times are written, such as dd.MM.yyyy HH:mm."_s.arg(
                             cleanLine(time, 40)));
    const QString own = fact(u"own"_s);
    const QString name = cell(u"name"_s);
    QString address = cell(u"address"_s);
    QString thread;
    for (const QString &candidate : {cell(u"thread"_s), address, name, fact(u"file"_s)})
        thread = thread.isEmpty() ? candidate : thread;
    if (address.isEmpty())
        address = name + u"@table"_s;
    message.from = importedPerson(name, address);
    message.fromSelf = isOutgoing(cell(u"direction"_s))
        || (!own.isEmpty()
            && (name.compare(own, Qt::CaseInsensitive) == 0 || address.compare(own, Qt::CaseInsensitive) == 0));
    if (const QString id = cell(u"id"_s); !id.isEmpty())
        message.externalId = importedKey(u"csv"_s, {cell(u"thread"_s), id});
    message.dedupeKey = item.key;
    message.threadKey = importedKey(u"csv"_s, {thread});
    message.subject = cleanLine(cell(u"subject"_s));
    setText(message, cell(u"text"_s));
    if (message.text.isEmpty() && message.subject.isEmpty())
        return makeError(Error::Kind::Protocol, u"This row holds neither a text nor a subject."_s);
    return message;
}

} // namespace patchbay

#include "connectors/kit/told_addresses.h"

#include "connectors/kit/rest.h"
#include "core/mail/mail.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestTold = 254; // RFC 5321: of an address that can receive mail
constexpr qsizetype fewestDigits = 7;
constexpr qsizetype mostDigits = 15; // ITU-T E.164

bool isDigits(const QString &text, qsizetype fewest)
{
    return text.size() >= fewest && text.size() <= mostDigits
        && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

QString toldNumber(const QString &text)
{
    QString digits = text.mid(1);
    digits.removeIf([](QChar c) { return QStringLiteral(" -.()").contains(c); });
    return text.startsWith(u'+') && isDigits(digits, fewestDigits) ? u'+' + digits : QString();
}

QString toldMail(const QString &text)
{
    const QString address = normalAddress(text);
    return address.section(u'@', 1).contains(u'.') && address.size() <= longestTold ? address : QString();
}

} // namespace

QStringList toldAddresses(const JsonReader &in, const QStringList &pointers)
{
    QStringList told;
    for (const QString &pointer : pointers) {
        const QString text = textOr(in, pointer).trimmed();
        if (text.size() > longestTold)
            continue;
        const QString address = text.contains(u'@') ? toldMail(text) : toldNumber(text);
        if (!address.isEmpty() && !told.contains(address))
            told << address;
    }
    return told;
}

QString whatsAppPerson(const QString &jid)
{
    const QString domain = jid.mid(jid.indexOf(u'@'));
    const QString user = jid.section(u'@', 0, 0).section(u':', 0, 0);
    const bool isNumber = (domain == "@s.whatsapp.net"_L1 || domain == "@c.us"_L1) && isDigits(user, 1);
    return isNumber ? user : jid;
}

} // namespace patchbay

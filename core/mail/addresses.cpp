#include "core/mail/mail.h"

#include "core/mail/characters.h"
#include "core/mail/header_text.h"

#include <QtCore/QUrl>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxAddressChars = 254; // RFC 5321, 4.5.3.1.3
constexpr qsizetype maxLocalChars = 64;

bool isPlainAddressChar(QChar c)
{
    return c.unicode() > 32 && c.unicode() != 127 && c.category() != QChar::Other_Control && !c.isSpace()
        && !mail::isBidiControl(c) && !mail::isInvisible(c);
}

bool isLocalPart(const QString &local)
{
    if (local.isEmpty() || local.size() > maxLocalChars)
        return false;
    static const QString forbidden = u"()<>[]:;@\\,\""_s;
    const bool quoted = local.size() > 2 && local.startsWith(u'"') && local.endsWith(u'"');
    const QString inner = quoted ? local.mid(1, local.size() - 2) : local;
    if (!quoted && (inner.startsWith(u'.') || inner.endsWith(u'.')))
        return false;
    return std::all_of(inner.begin(), inner.end(), [&](QChar c) {
        return isPlainAddressChar(c) && (quoted ? c != u'"' && c != u'\\' : !forbidden.contains(c));
    });
}

bool isHost(const QString &host)
{
    if (host.isEmpty() || host.startsWith(u'.') || host.endsWith(u'.') || host.contains(u".."_s))
        return false;
    const bool literal = host.startsWith(u'[') && host.endsWith(u']') && host.size() > 2;
    const QString name = literal ? host.mid(1, host.size() - 2) : host;
    return std::all_of(name.begin(), name.end(), [&](QChar c) {
        const bool usual = c.isLetterOrNumber() || c == u'-' || c == u'.' || c == u'_' || c.isMark();
        return isPlainAddressChar(c) && (usual || (literal && c == u':'));
    });
}

/// The address without the brackets around it.
QString bareAddress(const QString &address)
{
    const QString bare = address.trimmed();
    return bare.startsWith(u'<') && bare.endsWith(u'>') ? bare.mid(1, bare.size() - 2).trimmed() : bare;
}

bool isWholeAddress(const QString &bare)
{
    const qsizetype at = bare.lastIndexOf(u'@');
    return at >= 1 && bare.size() <= maxAddressChars && isLocalPart(bare.left(at)) && isHost(bare.mid(at + 1));
}

/// The host as name servers know it; as it is when it is an address literal, or nothing that has such a form.
QString asciiHost(const QString &host)
{
    const QByteArray ascii = host.startsWith(u'[') ? QByteArray() : QUrl::toAce(host);
    return ascii.isEmpty() ? host.toLower() : QString::fromLatin1(ascii);
}

/// A host of small English letters, digits, dots and hyphens, without "--" (of "xn--"), is written in one way alone.
bool isPlainHost(const QString &host)
{
    return !host.contains(u"--"_s) && std::all_of(host.begin(), host.end(), [](QChar c) {
        const char16_t unit = c.unicode();
        return (unit >= u'a' && unit <= u'z') || (unit >= u'0' && unit <= u'9') || unit == u'.' || unit == u'-';
    });
}

/// The host in the letters that people write.
QString readableHost(const QString &host)
{
    if (isPlainHost(host))
        return host;
    const QString readable = QUrl::fromAce(asciiHost(host).toLatin1(), QUrl::IgnoreIDNWhitelist);
    return host.startsWith(u'[') || readable.isEmpty() || asciiHost(readable) != asciiHost(host) ? host.toLower()
                                                                                                 : readable;
}

} // namespace

std::vector<Address> parseAddresses(const QString &text) { return mail::headerAddresses(text.toUtf8()); }

QString normalAddress(const QString &address)
{
    const QString bare = bareAddress(address);
    if (!isWholeAddress(bare))
        return {};
    const qsizetype at = bare.lastIndexOf(u'@');
    return bare.left(at).toLower() + u'@' + readableHost(bare.mid(at + 1));
}

QString wireAddress(const QString &address)
{
    const QString bare = bareAddress(address);
    if (!isWholeAddress(bare))
        return {};
    const qsizetype at = bare.lastIndexOf(u'@');
    const QString host = asciiHost(bare.mid(at + 1));
    const bool ascii = std::all_of(host.begin(), host.end(), [](QChar c) { return c.unicode() < 127; });
    return ascii ? bare.left(at) + u'@' + host : QString();
}

} // namespace patchbay

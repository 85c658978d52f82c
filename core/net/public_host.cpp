#include "core/net/public_host.h"

#include <QtCore/QStringList>
#include <QtNetwork/QHostAddress>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isIn(const QHostAddress &address, const QStringList &networks)
{
    return std::any_of(networks.begin(), networks.end(), [&address](const QString &network) {
        return address.isInSubnet(QHostAddress::parseSubnet(network));
    });
}

bool isPublicAddress(const QHostAddress &address)
{
    // Special-purpose addresses (RFC 6890 and the registry that it began).
    static const QStringList special4{u"0.0.0.0/8"_s,      u"10.0.0.0/8"_s,    u"100.64.0.0/10"_s, u"127.0.0.0/8"_s,
                                      u"169.254.0.0/16"_s, u"172.16.0.0/12"_s, u"192.0.0.0/24"_s,  u"192.168.0.0/16"_s,
                                      u"198.18.0.0/15"_s,  u"224.0.0.0/3"_s};
    // Of what is public, those that carry an IPv4 address inside (Teredo, 6to4).
    static const QStringList carriers6{u"2001::/32"_s, u"2002::/16"_s};
    bool isFour = false;
    const QHostAddress four(address.toIPv4Address(&isFour)); // one that is mapped into IPv6, too
    if (isFour)
        return !isIn(four, special4);
    return isIn(address, {u"2000::/3"_s}) && !isIn(address, carriers6);
}

} // namespace

bool isPublicHost(const QString &host)
{
    static const QStringList privateEnds{u"localhost"_s, u"local"_s, u"internal"_s, u"intranet"_s,
                                         u"lan"_s,       u"home"_s,  u"corp"_s,     u"arpa"_s};
    const QString name = (host.endsWith(u'.') ? host.chopped(1) : host).toLower();
    if (const QHostAddress address(name); !address.isNull())
        return isPublicAddress(address);
    const QString end = name.section(u'.', -1);
    const bool isName = std::any_of(end.begin(), end.end(), [](QChar c) { return c.isLetter(); });
    return name.contains(u'.') && isName && !end.startsWith("0x"_L1) && !privateEnds.contains(end);
}

} // namespace patchbay

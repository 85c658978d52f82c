#include "app/gateway/gateway_settings.h"

#include "core/store/misc_tables.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString allowedKey() { return u"gateway.allowed"_s; }
QString portKey() { return u"gateway.port"_s; }
QString publicUrlKey() { return u"gateway.public_url"_s; }

} // namespace

Result<GatewaySettings> readGatewaySettings(Database &db, bool isShared)
{
    GatewaySettings read;
    read.allowed = settings::get(db, allowedKey(), isShared ? u"0"_s : u"1"_s) == "1"_L1;
    read.port = settings::get(db, portKey(), QString::number(read.port)).toInt();
    read.publicUrl = settings::get(db, publicUrlKey());
    return db.finish(std::move(read));
}

Result<Done> writeGatewaySettings(Database &db, const GatewaySettings &wanted)
{
    if (const Result<Done> checked = checkGatewayOptions(optionsOf(wanted)); !checked)
        return checked;
    settings::set(db, allowedKey(), wanted.allowed ? u"1"_s : u"0"_s);
    settings::set(db, portKey(), QString::number(wanted.port));
    settings::set(db, publicUrlKey(), wanted.publicUrl);
    return db.finish(Done{});
}

GatewayOptions optionsOf(const GatewaySettings &settings)
{
    GatewayOptions options;
    options.port = settings.port;
    options.publicUrl = settings.publicUrl;
    return options;
}

QString hookAddress(const GatewaySettings &settings, const QString &channelUid)
{
    QString base = settings.publicUrl.isEmpty() ? u"http://127.0.0.1:%1"_s.arg(settings.port) : settings.publicUrl;
    while (base.endsWith(u'/'))
        base.chop(1);
    return base + u"/hooks/"_s + channelUid;
}

} // namespace patchbay

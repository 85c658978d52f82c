#include "connectors/crm/kommo/kommo_failure.h"

#include "core/base/json_reader.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

QString kommoWords(const QByteArray &body)
{
    const QJsonArray refused = JsonReader::parse(body, u"reply"_s).value(u"/validation-errors"_s).toArray();
    QStringList words;
    for (const QJsonValue &one : refused) {
        const QJsonArray errors = one[u"errors"_s].toArray();
        for (const QJsonValue &error : errors)
            words << u"%1: %2"_s.arg(error[u"path"_s].toString(), error[u"detail"_s].toString());
    }
    return words.isEmpty() ? commonWords(body) : words.join(u"; "_s);
}

std::optional<VendorFailure> kommoFailure(const Reply &reply, Timestamp)
{
    const bool speaks = JsonReader::parse(reply.body, u"reply"_s).value().isObject();
    if (reply.status == 403 && !speaks)
        return VendorFailure{Error::Kind::RateLimited, u"calls from this address are blocked for a while"_s, 300s};
    return {};
}

} // namespace patchbay

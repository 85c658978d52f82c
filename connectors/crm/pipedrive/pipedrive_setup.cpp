#include "connectors/crm/pipedrive/pipedrive_setup.h"

#include "connectors/kit/form_fields.h"

namespace patchbay {

using namespace Qt::StringLiterals;

std::vector<FormField> pipedriveForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "API token"), true,
                    QT_TRANSLATE_NOOP("form", "Personal preferences, API")),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"lead"_s, u"activity"_s, u"deal"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Lead")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Activity")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Deal"))}),
        textField("activity_type", QT_TRANSLATE_NOOP("form", "Type of a new activity"), false,
                  QT_TRANSLATE_NOOP("form", "Its key, such as task, call or email; empty: task")),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Deal field for our key (40 characters)"), false,
                  QT_TRANSLATE_NOOP("form", "Without it, a deal whose answer was lost waits for a person")),
        apiAddressField("https://api.pipedrive.com"),
    };
}

std::optional<VendorFailure> pipedriveFailure(const Reply &reply, Timestamp)
{
    const QByteArray reset = reply.header(QByteArrayLiteral("x-ratelimit-reset"));
    if (reply.status == 429 && reply.header(QByteArrayLiteral("retry-after")).isEmpty() && !reset.isEmpty())
        return VendorFailure{Error::Kind::RateLimited, commonWords(reply.body), std::chrono::seconds(reset.toInt())};
    const QJsonValue success = JsonReader::parse(reply.body, u"reply"_s).value(u"/success"_s);
    if (reply.status < 300 && success.isBool() && !success.toBool())
        return VendorFailure{Error::Kind::Refused, commonWords(reply.body)};
    return {};
}

} // namespace patchbay

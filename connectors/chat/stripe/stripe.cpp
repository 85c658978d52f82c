#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/money.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/services.h"
#include "connectors/kit/signatures.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds stripeTolerance{300}; // docs.stripe.com/webhooks, Verify signatures

std::vector<FormField> stripeForm()
{
    return {secretField("signing_secret", QT_TRANSLATE_NOOP("form", "Signing secret"), true,
                        QT_TRANSLATE_NOOP("form", "Begins with whsec_; of this endpoint"))};
}

Result<Done> stripeCheck(const AccountConfig &account)
{
    return checkHookSecret(account, stripeForm(), u"signing_secret"_s);
}

Result<Done> stripeVerify(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    return checkTimedSignature(request, "stripe-signature", account.secrets.value(u"signing_secret"_s), now,
                               stripeTolerance);
}

/// One request is one event.
std::vector<RawItem> stripeRead(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"event"_s);
    const QString id = in.ok() ? in.optionalId(u"/id"_s).value_or(QString()) : QString();
    if (!in.ok() || id.isEmpty())
        return unreadableHook(request);
    RawItem item;
    item.raw = request.body;
    item.sourceKey = indexKey(id);
    return {item};
}

/// What these kinds of events are called; others are kept, and show nothing.
QString stripeTitle(const QString &type)
{
    static const QHash<QString, QString> titles{
        {u"charge.dispute.created"_s, u"A payment is disputed"_s},
        {u"charge.dispute.updated"_s, u"A dispute was changed"_s},
        {u"charge.dispute.closed"_s, u"A dispute is closed"_s},
        {u"charge.dispute.funds_withdrawn"_s, u"The disputed money was taken"_s},
        {u"charge.dispute.funds_reinstated"_s, u"The disputed money was given back"_s},
        {u"charge.failed"_s, u"A payment failed"_s},
        {u"payment_intent.payment_failed"_s, u"A payment failed"_s},
        {u"invoice.payment_failed"_s, u"The payment of an invoice failed"_s},
        {u"charge.refunded"_s, u"A payment was refunded"_s},
        {u"refund.created"_s, u"A refund began"_s},
        {u"refund.updated"_s, u"A refund was changed"_s},
        {u"refund.failed"_s, u"A refund failed"_s}};
    return titles.value(type);
}

/// An id, or the object with its id where Stripe was asked to expand it.
QString stripeId(JsonReader &object, const QString &place)
{
    return object.value(place).isObject() ? textOr(object, place + u"/id"_s) : textOr(object, place);
}

/// The conversation: the customer's, else the charge's, else the object's own.
QString stripeThread(JsonReader &object)
{
    for (const QString &place : {u"/customer"_s, u"/charge"_s, u"/payment_intent"_s}) {
        if (const QString id = stripeId(object, place); !id.isEmpty())
            return id;
    }
    return object.id(u"/id"_s);
}

QString stripeAmount(JsonReader &object)
{
    const QString currency = textOr(object, u"/currency"_s);
    for (const QString &place : {u"/amount_refunded"_s, u"/amount_due"_s, u"/amount"_s}) {
        const qint64 amount = object.optionalInteger(place).value_or(0);
        if (amount != 0 && !currency.isEmpty())
            return moneyText(amount, currency);
    }
    return {};
}

QStringList stripeLines(JsonReader &object, const QString &title)
{
    QStringList lines{title + u'.'};
    const auto add = [&lines](const QString &word, const QString &value) {
        if (!value.isEmpty())
            lines << u"%1: %2"_s.arg(word, cleanLine(value, 300));
    };
    add(u"Amount"_s, stripeAmount(object));
    add(u"Reason"_s,
        firstTextAt(object,
                    {u"/failure_message"_s, u"/last_payment_error/message"_s, u"/reason"_s, u"/failure_reason"_s}));
    add(u"State"_s, textOr(object, u"/status"_s));
    if (const qint64 due = object.optionalInteger(u"/evidence_details/due_by"_s).value_or(0); due > 0)
        add(u"Evidence until"_s, chatTime(due).toDateTime().toUTC().toString(u"yyyy-MM-dd HH:mm 'UTC'"_s));
    add(u"Mail"_s,
        firstTextAt(object,
                    {u"/billing_details/email"_s, u"/receipt_email"_s, u"/customer_email"_s,
                     u"/evidence/customer_email_address"_s}));
    add(u"For"_s, textOr(object, u"/description"_s));
    add(u"Charge"_s, stripeId(object, u"/charge"_s));
    add(u"Id"_s, textOr(object, u"/id"_s));
    return lines;
}

Result<InboundMessage> stripeParse(const RawItem &item, const AccountConfig &)
{
    JsonReader event = JsonReader::parse(item.raw, u"event"_s);
    const QString id = event.id(u"/id"_s);
    const QString title = stripeTitle(event.text(u"/type"_s));
    if (event.ok() && title.isEmpty())
        return nothingToShow(item);
    InboundMessage message;
    JsonReader object = event.object(u"/data/object"_s);
    message.threadKey = stripeThread(object);
    const QString name = firstTextAt(
        object, {u"/billing_details/name"_s, u"/customer_name"_s, u"/evidence/customer_name"_s, u"/receipt_email"_s});
    message.from = {cleanLine(name, 200), message.threadKey};
    message.externalId = message.dedupeKey = id;
    message.providerAt = chatTime(event.integer(u"/created"_s));
    setChatText(message, stripeLines(object, title).join(u'\n'));
    if (!event.optionalBoolean(u"/livemode"_s).value_or(true))
        addChatNotice(message, u"From Stripe's test mode: no real money."_s);
    return event.finish(std::move(message));
}

ChatSpec stripeSpec()
{
    ChatSpec spec;
    spec.id = u"stripe"_s;
    spec.title = u"Stripe"_s;
    spec.form = stripeForm();
    spec.contract = {false, u"Stripe's reference of events"_s, {}};
    spec.check = &stripeCheck;
    spec.hook = {&stripeVerify, nullptr, false, &stripeRead, {}};
    spec.parse = &stripeParse;
    return spec; // nothing can be sent
}

} // namespace

ChatConnectorInfo chat_stripe(const ConnectorServices &services) { return makeChatInfo<&stripeSpec>(services); }

} // namespace patchbay

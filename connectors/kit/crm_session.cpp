#include "connectors/kit/crm_session.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qsizetype longestResponse = 2000;

HttpSettings httpSettings(const CrmSpec &spec, const AccountConfig &account, const QUrl &base)
{
    HttpSettings settings;
    settings.base = base;
    settings.credentials = spec.auth ? spec.auth(account) : Credentials::none();
    settings.limit = spec.limit;
    settings.rules.who = spec.title;
    settings.rules.words = spec.words;
    return settings;
}

DeliveryFacts deliveryFacts(const CrmSpec &spec, const QJsonObject &settings)
{
    DeliveryFacts facts;
    facts.idempotency = spec.idempotency;
    facts.deadline = milliseconds(settingNumber(settings, u"deadline_ms"_s).value_or(spec.deadline.count()));
    facts.indexLag = milliseconds(settingNumber(settings, u"index_lag_ms"_s).value_or(spec.indexLag.count()));
    return facts;
}

/// Settings may have come from elsewhere than the form: the rule for addresses holds here, too.
QUrl usableBase(const QJsonObject &settings)
{
    const Result<QUrl> url = checkedUrl(settingText(settings, u"url"_s), settingSwitch(settings, u"allow_http"_s));
    return url ? *url : QUrl();
}

template <class T> bool isWanted(const CrmCall<T> &step, const CrmContext &about)
{
    return step.build && (!step.wanted || step.wanted(about));
}

template <class T> Result<T> readReply(const CrmCall<T> &step, const QByteArray &body, const CrmContext &about)
{
    JsonReader in = JsonReader::parse(body, u"reply"_s);
    if (!in.ok())
        return in.error();
    return step.read(in, about);
}

void addTo(QJsonObject &known, const QJsonObject &more)
{
    for (auto it = more.constBegin(); it != more.constEnd(); ++it)
        known.insert(it.key(), it.value());
}

} // namespace

CrmSession::CrmSession(CrmSpec spec, const ConnectorServices &services, AccountConfig account)
    : m_spec(std::move(spec))
    , m_clock(*services.clock)
    , m_account(std::move(account))
    , m_facts(deliveryFacts(m_spec, m_account.settings))
    , m_base(usableBase(m_account.settings))
    , m_http(*services.transport, *services.clock, services.random, httpSettings(m_spec, m_account, m_base))
{
}

DeliveryFacts CrmSession::facts() const { return m_facts; }

CrmContext CrmSession::context() const
{
    CrmContext about;
    about.settings = m_account.settings;
    about.base = m_base;
    about.known = m_known;
    about.now = m_clock.now();
    return about;
}

Result<CrmContext> CrmSession::contextOf(const DeliveryRequest &request) const
{
    if (request.key.isEmpty())
        return makeError(Error::Kind::Refused, u"This delivery has no key."_s);
    CrmContext about = context();
    about.task = taskPayloadFromJson(request.payload);
    about.key = request.key;
    return about;
}

Result<Request> CrmSession::built(Result<Request> request) const
{
    if (!request)
        return request;
    return Request(*request).deadline(m_facts.deadline);
}

template <class T> Async<Result<T>> CrmSession::call(CrmCall<T> step, CrmContext about)
{
    const Result<Request> request = built(step.build(about));
    if (!request)
        co_return request.error();
    const Result<Reply> reply = co_await m_http.send(*request);
    if (!reply)
        co_return reply.error();
    co_return readReply(step, reply->body, about);
}

Async<Result<Done>> CrmSession::readFacts(CrmContext about)
{
    if (!isWanted(m_spec.facts, about))
        co_return Done{};
    const Result<QJsonObject> facts = co_await call(m_spec.facts, about);
    if (!facts)
        co_return facts.error();
    addTo(m_known, *facts);
    co_return Done{};
}

Async<Result<Receipt>> CrmSession::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    Result<CrmContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> ready = co_await readFacts(*about);
    if (!ready)
        co_return ready.error();
    about->known = m_known;
    const Result<Request> post = built(m_spec.createTask.build(*about));
    if (!post)
        co_return post.error();
    const Result<Reply> reply = co_await m_http.send(*post, beforeEffect);
    if (!reply)
        co_return reply.error();
    Result<Receipt> receipt = readReply(m_spec.createTask, reply->body, *about);
    if (!receipt || receipt->externalId.isEmpty()) {
        // Accepted, but no proof: only a look-up can tell.
        const QString why = receipt ? u"the answer has no id"_s : receipt.error().message;
        co_return makeAmbiguous(Error::Kind::Protocol,
                                redacted(u"%1 answered %2, but %3."_s.arg(m_spec.title).arg(reply->status).arg(why)));
    }
    receipt->response = redacted(QString::fromUtf8(reply->body)).left(longestResponse);
    co_return receipt;
}

Async<Result<std::optional<Receipt>>> CrmSession::lookUp(DeliveryRequest request)
{
    const Result<CrmContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    for (const CrmCall<std::optional<Receipt>> &way : m_spec.lookUps) {
        if (!isWanted(way, *about))
            continue;
        const Result<std::optional<Receipt>> found = co_await call(way, *about);
        if (!found || found->has_value())
            co_return found;
    }
    co_return std::optional<Receipt>();
}

Async<Result<QString>> CrmSession::test()
{
    QStringList sentences;
    CrmContext about = context();
    for (const CrmCall<CrmFinding> &step : m_spec.test) {
        if (!isWanted(step, about))
            continue;
        const Result<CrmFinding> finding = co_await call(step, about);
        if (!finding)
            co_return finding.error();
        addTo(about.known, finding->known);
        if (!finding->sentence.isEmpty())
            sentences.append(finding->sentence);
    }
    co_return sentences.join(u' ');
}

Result<QString> CrmSession::preview(DeliveryRequest request) const
{
    const Result<CrmContext> about = contextOf(request);
    if (!about)
        return about.error();
    const Result<Request> post = m_spec.createTask.build(*about);
    if (!post)
        return post.error();
    const Result<QUrl> target = m_http.addressOf(*post);
    if (!target)
        return target.error();
    const QByteArray body = QJsonDocument::fromJson(post->bytes()).toJson(QJsonDocument::Indented);
    QString text = u"%1 %2\n\n%3"_s.arg(QString::fromLatin1(post->method()), target->toString(QUrl::FullyEncoded),
                                        QString::fromUtf8(body));
    if (isWanted(m_spec.facts, *about))
        text += u"\nBefore sending, ids that are not known yet are read from %1.\n"_s.arg(m_spec.title);
    return redacted(text);
}

Async<Result<RemoteTask>> CrmSession::status(QString externalId)
{
    CrmContext about = context();
    about.externalId = std::move(externalId);
    return call(m_spec.status, std::move(about));
}

Async<Result<std::vector<FieldChoice>>> CrmSession::fields()
{
    std::vector<FieldChoice> all;
    const CrmContext about = context();
    for (const CrmCall<std::vector<FieldChoice>> &step : m_spec.fields) {
        if (!isWanted(step, about))
            continue;
        const Result<std::vector<FieldChoice>> some = co_await call(step, about);
        if (!some)
            co_return some.error();
        all.insert(all.end(), some->begin(), some->end());
    }
    co_return all;
}

} // namespace patchbay

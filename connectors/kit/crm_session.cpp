#include "connectors/kit/crm_session.h"

#include "connectors/kit/crm_account.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestResponse = 2000;
constexpr size_t mostChoices = 5000;

/// The caller's gate, which notes that it was shut: then nothing was said by the other side.
Async<Result<Done>> watchedGate(BeforeEffect gate, std::shared_ptr<bool> shut)
{
    Result<Done> open = co_await gate();
    *shut = !open.ok();
    co_return open;
}

Error ambiguously(Error error)
{
    error.ambiguous = true;
    return error;
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
    , m_facts(crmDeliveryFacts(m_spec, m_account.settings))
    , m_base(crmBase(m_spec, m_account.settings))
    , m_tokens(accessTokensOf(m_spec.tokens, services, m_account, crmStatusRules(m_spec)))
    , m_http(*services.transport, *services.clock, services.random, crmHttpSettings(m_spec, m_account, m_base))
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

Async<Result<Done>> CrmSession::signIn(CrmContext *about)
{
    if (m_tokens->isNeeded()) {
        const Result<AccessToken> token = co_await m_tokens->current();
        if (!token)
            co_return token.error();
        m_http.setCredentials(m_tokens->credentialsOf(*token));
        if (!token->base.isEmpty()) {
            m_base = token->base;
            m_http.setBase(m_base);
        }
        about->base = m_base;
    }
    co_return co_await readFacts(m_spec.session, &m_sessionRead, about);
}

Async<Result<Reply>> CrmSession::send(Request request, BeforeEffect gate)
{
    request = Request(request).deadline(m_facts.deadline);
    if (m_spec.sign)
        request = m_spec.sign(std::move(request), m_account);
    const Result<Reply> reply = co_await m_http.send(request, gate);
    const bool again = !reply && reply.error().kind == Error::Kind::Unauthorized && !reply.error().ambiguous;
    if (!again || !m_tokens->isNeeded())
        co_return reply;
    // Refused at the door: nothing has happened there, so it may go again with a new token.
    const Result<AccessToken> old = co_await m_tokens->current();
    if (!old)
        co_return reply;
    m_tokens->refused(old->token);
    const Result<AccessToken> renewed = co_await m_tokens->current();
    if (!renewed || renewed->token == old->token)
        co_return renewed ? reply : Result<Reply>(renewed.error());
    m_http.setCredentials(m_tokens->credentialsOf(*renewed));
    co_return co_await m_http.send(request, gate);
}

template <class T> Async<Result<T>> CrmSession::call(CrmCall<T> step, CrmContext about, BeforeEffect gate)
{
    const Result<Request> request = step.build(about);
    if (!request)
        co_return request.error();
    const Result<Reply> reply = co_await send(*request, std::move(gate));
    if (!reply)
        co_return reply.error();
    Result<JsonReader> in = crmReply(*reply);
    if (!in)
        co_return in.error();
    co_return step.read(*in, about);
}

template <class T>
Async<Result<Done>> CrmSession::eachPage(CrmCall<T> step, CrmContext about, std::function<bool(T)> enough)
{
    QStringList seen;
    for (int page = 0; page < crmMostPages; ++page) {
        const Result<Request> request = step.build(about);
        if (!request)
            co_return request.error();
        const Result<Reply> reply = co_await send(*request, BeforeEffect());
        if (!reply && step.missingIsNone && reply.error().kind == Error::Kind::NotFound)
            co_return Done{};
        if (!reply)
            co_return reply.error();
        Result<JsonReader> in = crmReply(*reply);
        if (!in)
            co_return in.error();
        const Result<T> value = step.read(*in, about);
        if (!value)
            co_return value.error();
        if (enough(*value) || !step.next)
            co_return Done{};
        seen.append(about.cursor);
        about.cursor = step.next(*in, about);
        if (!in->ok()) // there is more, and no way to it
            co_return in->error();
        if (about.cursor.isEmpty())
            co_return Done{};
        if (seen.contains(about.cursor)) {
            co_return makeError(Error::Kind::Protocol,
                                u"%1 names a page again that it gave already."_s.arg(m_spec.title));
        }
    }
    co_return makeError(Error::Kind::Protocol,
                        u"%1 has more than %2 pages to look through."_s.arg(m_spec.title).arg(crmMostPages));
}

Async<Result<Done>> CrmSession::readFacts(std::vector<CrmCall<QJsonObject>> facts, std::set<size_t> *read,
                                          CrmContext *about)
{
    for (size_t i = 0; i < facts.size(); ++i) {
        about->known = m_known;
        if (read->contains(i) || !isWanted(facts[i], *about))
            continue;
        QJsonObject known;
        std::function<bool(QJsonObject)> add = [&known](const QJsonObject &more) {
            addTo(known, more);
            return false;
        };
        const Result<Done> done = co_await eachPage(facts[i], *about, std::move(add));
        if (!done)
            co_return done.error();
        addTo(m_known, known);
        read->insert(i);
    }
    about->known = m_known;
    co_return Done{};
}

Async<Result<Done>> CrmSession::findContact(CrmContext *about, BeforeEffect gate)
{
    if (!isWanted(m_spec.findContact, *about))
        co_return Done{};
    std::function<bool(QJsonObject)> add = [about](const QJsonObject &found) {
        addTo(about->known, found);
        return about->known.contains(u"contact"_s);
    };
    const Result<Done> found = co_await eachPage(m_spec.findContact, *about, std::move(add));
    if (!found)
        co_return found.error();
    if (about->known.contains(u"contact"_s) || !isWanted(m_spec.createContact, *about))
        co_return Done{};
    const Result<QJsonObject> made = co_await call(m_spec.createContact, *about, std::move(gate));
    if (!made)
        co_return made.error();
    addTo(about->known, *made);
    co_return Done{};
}

Async<Result<Receipt>> CrmSession::create(CrmContext about, BeforeEffect gate)
{
    const Result<Request> post = m_spec.createTask.build(about);
    if (!post)
        co_return post.error();
    const Result<Reply> reply = co_await send(*post, std::move(gate));
    if (!reply)
        co_return reply.error();
    Result<JsonReader> in = crmReply(*reply);
    Result<Receipt> receipt = in ? m_spec.createTask.read(*in, about) : Result<Receipt>(in.error());
    if (!receipt || receipt->externalId.isEmpty()) {
        // Accepted, but no proof: only a look-up can tell.
        const QString why = receipt ? u"the answer has no id"_s : receipt.error().message;
        co_return makeAmbiguous(Error::Kind::Protocol,
                                redacted(u"%1 answered %2, but %3."_s.arg(m_spec.title).arg(reply->status).arg(why)));
    }
    receipt->response = redacted(QString::fromUtf8(reply->body)).left(longestResponse);
    co_return receipt;
}

Async<Result<Receipt>> CrmSession::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    Result<CrmContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> signedIn = co_await signIn(&*about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<Done> ready = co_await readFacts(m_spec.facts, &m_factsRead, &*about);
    if (!ready)
        co_return ready.error();
    if (isWanted(m_spec.addText, *about)) {
        const Result<std::optional<Receipt>> begun = co_await lookUpKey(*about);
        if (!begun)
            co_return begun.error();
        if (begun->has_value())
            co_return co_await withText(**begun, *about, std::move(beforeEffect));
    }
    const Result<Receipt> receipt = co_await createWithContact(&*about, beforeEffect);
    if (!receipt || !isWanted(m_spec.addText, *about))
        co_return receipt;
    co_return co_await addText(*receipt, *about, std::move(beforeEffect), true);
}

Async<Result<Receipt>> CrmSession::createWithContact(CrmContext *about, BeforeEffect beforeEffect)
{
    const auto shut = std::make_shared<bool>(false);
    BeforeEffect gate = [beforeEffect, shut] { return watchedGate(beforeEffect, shut); };
    const Result<Done> contact = co_await findContact(about, gate);
    if (!contact)
        co_return contact.error();
    const Result<Receipt> receipt = co_await create(*about, gate);
    const bool taken =
        !receipt && !*shut && receipt.error().kind == Error::Kind::Conflict && !receipt.error().ambiguous;
    if (!taken || m_facts.idempotency == Idempotency::None)
        co_return receipt;
    // "It is there already" is what a repeat of our own key hears.
    const Result<std::optional<Receipt>> ours = co_await lookUpKey(*about);
    if (!ours)
        co_return ambiguously(ours.error());
    co_return ours->has_value() ? Result<Receipt>(**ours) : receipt;
}

Async<Result<bool>> CrmSession::hasText(CrmContext about)
{
    bool there = false;
    std::function<bool(QJsonObject)> look = [&there](const QJsonObject &read) {
        return there = read.value(u"text"_s).toBool();
    };
    const Result<Done> read = co_await eachPage(m_spec.hasText, std::move(about), std::move(look));
    if (!read)
        co_return read.error();
    co_return there;
}

Async<Result<Receipt>> CrmSession::withText(Receipt task, CrmContext about, BeforeEffect gate)
{
    about.externalId = task.externalId;
    const Result<bool> whole = co_await hasText(about);
    if (!whole)
        co_return ambiguously(whole.error()); // the task is there in any case
    if (*whole)
        co_return task;
    co_return co_await addText(std::move(task), std::move(about), std::move(gate), false);
}

Async<Result<Receipt>> CrmSession::addText(Receipt task, CrmContext about, BeforeEffect beforeEffect, bool isNew)
{
    const auto shut = std::make_shared<bool>(false);
    BeforeEffect gate = [beforeEffect, shut] { return watchedGate(beforeEffect, shut); };
    about.externalId = task.externalId;
    const Result<QJsonObject> added = co_await call(m_spec.addText, std::move(about), std::move(gate));
    if (added)
        co_return task;
    Error error = added.error();
    if (*shut && !isNew)
        co_return error;
    error.message = u"The task %1 was made, but its text is missing: %2"_s.arg(task.externalId, error.message);
    co_return ambiguously(error); // it is there, only not whole
}

Async<Result<std::optional<Receipt>>> CrmSession::lookUp(DeliveryRequest request)
{
    Result<CrmContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> signedIn = co_await signIn(&*about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<std::optional<Receipt>> found = co_await lookUpKey(*about);
    if (!found || !found->has_value() || !isWanted(m_spec.addText, *about))
        co_return found;
    about->externalId = (*found)->externalId;
    const Result<bool> whole = co_await hasText(*about);
    if (!whole)
        co_return whole.error();
    co_return *whole ? *found : std::nullopt;
}

Async<Result<std::optional<Receipt>>> CrmSession::lookUpKey(CrmContext about)
{
    for (const CrmCall<std::optional<Receipt>> &way : m_spec.lookUps) {
        if (!isWanted(way, about))
            continue;
        std::optional<Receipt> found;
        std::function<bool(std::optional<Receipt>)> keep = [&found](std::optional<Receipt> one) {
            found = std::move(one);
            return found.has_value();
        };
        const Result<Done> read = co_await eachPage(way, about, std::move(keep));
        if (!read)
            co_return read.error();
        if (found)
            co_return found;
    }
    co_return std::optional<Receipt>();
}

Async<Result<QString>> CrmSession::test()
{
    QStringList sentences;
    CrmContext about = context();
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
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
    if (sentences.isEmpty()) {
        sentences.append(
            u"Nothing of %1 can be asked without making a task; the first one will show whether it works."_s.arg(
                m_spec.title));
    }
    co_return sentences.join(u' ');
}

Async<Result<RemoteTask>> CrmSession::status(QString externalId)
{
    CrmContext about = context();
    about.externalId = std::move(externalId);
    if (!m_spec.status.build)
        co_return makeError(Error::Kind::Refused, u"%1 does not say how a task stands."_s.arg(m_spec.title));
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<Done> ready = co_await readFacts(m_spec.statusFacts, &m_statusFactsRead, &about);
    if (!ready)
        co_return ready.error();
    co_return co_await call(m_spec.status, std::move(about));
}

Async<Result<std::vector<FieldChoice>>> CrmSession::fields()
{
    std::vector<FieldChoice> all;
    CrmContext about = context();
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    for (const CrmCall<std::vector<FieldChoice>> &step : m_spec.fields) {
        if (!isWanted(step, about))
            continue;
        std::function<bool(std::vector<FieldChoice>)> add = [&all](const std::vector<FieldChoice> &some) {
            all.insert(all.end(), some.begin(), some.end());
            return all.size() >= mostChoices;
        };
        const Result<Done> read = co_await eachPage(step, about, std::move(add));
        if (!read)
            co_return read.error();
    }
    co_return all;
}

} // namespace patchbay

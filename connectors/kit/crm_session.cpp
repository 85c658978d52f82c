#include "connectors/kit/crm_account.h"
#include "connectors/kit/crm_session_calls.h"
#include "connectors/kit/files.h"
#include "connectors/kit/task_text.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestResponse = 2000;

} // namespace

CrmSession::CrmSession(CrmSpec spec, const ConnectorServices &services, AccountConfig account)
    : m_spec(std::move(spec))
    , m_clock(*services.clock)
    , m_readFile(services.readFile)
    , m_account(asProposed(m_spec, std::move(account)))
    , m_facts(crmDeliveryFacts(m_spec, m_account.settings))
    , m_envelope(m_spec.envelope ? m_spec.envelope(m_account.settings) : QString())
    , m_base(crmBase(m_spec, m_account.settings))
    , m_tokens(accessTokensOf(m_spec.tokens, services, m_account, crmStatusRules(m_spec)))
    , m_http(*services.transport, *services.clock, services.random, crmHttpSettings(m_spec, m_account, m_base))
{
    for (const QString &secret : std::as_const(m_account.secrets))
        registerSecret(secret); // those of a sign-in that is not used, too: the other side may know them from before
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
    if (Result<Done> key = checkedKey(request.key); !key)
        return key.error();
    return contextFor(request);
}

CrmContext CrmSession::contextFor(const DeliveryRequest &request) const
{
    CrmContext about = context();
    about.task =
        withFittingFiles(taskPayloadFromJson(request.payload), takesFiles(m_spec, about) ? m_spec.largestFile : 0);
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
    if (isWanted(m_spec.home, *about)) {
        if (m_home.isEmpty()) {
            const Result<QUrl> home = co_await call(m_spec.home, *about);
            if (!home)
                co_return home.error();
            m_home = crmBelow(m_spec, *home, m_account.settings);
        }
        m_base = m_home;
        m_http.setBase(m_base);
        about->base = m_base;
    }
    co_return co_await readFacts(m_spec.session, &m_sessionRead, about);
}

Async<Result<Reply>> CrmSession::send(Request request, BeforeEffect gate)
{
    request = Request(request).deadline(m_facts.deadline + timeForBytes(request.bytes().size()));
    if (m_http.leavesHome(request)) // nothing of ours goes there, and what it refuses is not our sign-in
        co_return co_await m_http.send(request, std::move(gate));
    for (const auto &[name, value] : m_spec.headers)
        request = Request(request).header(name, value);
    if (m_spec.sign)
        request = m_spec.sign(std::move(request), m_account);
    co_return co_await sendSignedIn(&m_http, m_tokens.get(), std::move(request), std::move(gate));
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
    if (about->known.contains(u"contact"_s) || !gate || !isWanted(m_spec.createContact, *about))
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
    Result<JsonReader> in = crmReply(*reply, m_envelope);
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
    const bool follows = isCompleted(*about);
    if (follows) {
        const Result<std::optional<Receipt>> begun = co_await lookUpKey(*about);
        if (!begun)
            co_return begun.error();
        if (begun->has_value())
            co_return co_await completed(**begun, *about, std::move(beforeEffect), false);
    }
    Result<Receipt> receipt = co_await createWithContact(&*about, beforeEffect);
    if (receipt && follows)
        receipt = co_await completed(*receipt, *about, std::move(beforeEffect), true);
    if (receipt && !follows)
        receipt->notice = leftOutNotice(*about);
    co_return receipt;
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

Async<Result<std::optional<Receipt>>> CrmSession::lookUp(DeliveryRequest request)
{
    Result<CrmContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> signedIn = co_await signIn(&*about);
    if (!signedIn)
        co_return signedIn.error();
    Result<std::optional<Receipt>> found = co_await lookUpKey(*about);
    if (!found || !found->has_value())
        co_return found;
    (*found)->notice = leftOutNotice(*about);
    about->externalId = (*found)->externalId;
    const Result<bool> whole = co_await isWhole(*about);
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

} // namespace patchbay

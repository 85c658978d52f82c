#include "connectors/kit/ai_session.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

HttpSettings aiHttpSettings(const AiSpec &spec, const AccountConfig &account, const QUrl &base, bool expectsJson)
{
    HttpSettings settings;
    settings.base = base;
    settings.credentials = spec.auth ? spec.auth(account) : Credentials::none();
    settings.limit = spec.limit;
    settings.rules.who = spec.title;
    settings.rules.words = spec.words;
    settings.rules.expectsJson = expectsJson;
    return settings;
}

/// Settings may have come from elsewhere than the form: the rule for addresses holds here, too.
QUrl aiUsableBase(const QJsonObject &settings)
{
    const Result<QUrl> url = checkedUrl(settingText(settings, u"url"_s), settingSwitch(settings, u"allow_http"_s));
    return url ? *url : QUrl();
}

QString aiSchemaInWords(const ModelQuestion &question)
{
    return u"%1\n\nAnswer with one JSON object and nothing else: no words around it, no code fence. It has to fit this "
           "JSON schema:\n%2"_s.arg(question.instructions,
                                    QString::fromUtf8(QJsonDocument(question.schema).toJson(QJsonDocument::Compact)));
}

} // namespace

AiSession::AiSession(AiSpec spec, const ConnectorServices &services, AccountConfig account)
    : m_spec(std::move(spec))
    , m_account(std::move(account))
    , m_deadline(settingNumber(m_account.settings, u"deadline_ms"_s).value_or(m_spec.deadline.count()))
    , m_base(aiUsableBase(m_account.settings))
    , m_http(*services.transport, *services.clock, services.random, aiHttpSettings(m_spec, m_account, m_base, true))
    , m_lines(*services.transport, *services.clock, services.random, aiHttpSettings(m_spec, m_account, m_base, false))
{
}

AiContext AiSession::contextOf(ModelQuestion question) const
{
    AiContext about;
    about.settings = m_account.settings;
    about.model = settingText(m_account.settings, u"model"_s);
    about.question = std::move(question);
    about.structured = m_spec.takesSchema && settingText(m_account.settings, u"structured"_s) != "instructions"_L1;
    if (!about.structured)
        about.question.instructions = aiSchemaInWords(about.question);
    return about;
}

/// An empty purse answers 429 as well, and no waiting fills it.
Error AiSession::told(Error error) const
{
    const bool final = error.kind == Error::Kind::RateLimited
        && std::any_of(m_spec.finalWords.begin(), m_spec.finalWords.end(),
                       [&error](const QString &word) { return error.message.contains(word); });
    if (final) {
        error.kind = Error::Kind::Refused;
        error.retryAfter = milliseconds(0);
    }
    return error;
}

QString AiSession::unfenced(const QString &text)
{
    const QString trimmed = text.trimmed();
    const qsizetype line = trimmed.indexOf(u'\n');
    const bool fenced =
        trimmed.startsWith("```"_L1) && trimmed.endsWith("```"_L1) && line > 0 && trimmed.size() > line + 3;
    return fenced ? trimmed.mid(line + 1, trimmed.size() - line - 4).trimmed() : text;
}

Async<Result<ModelAnswer>> AiSession::ask(ModelQuestion question, BeforeEffect beforeEffect)
{
    const AiContext about = contextOf(std::move(question));
    const Result<Request> built = m_spec.ask.build(about);
    if (!built)
        co_return built.error();
    const Request request = Request(*built).deadline(m_deadline);
    const Result<Reply> reply = co_await m_http.send(request, beforeEffect);
    if (!reply)
        co_return told(reply.error());
    JsonReader in = JsonReader::parse(reply->body, u"answer"_s);
    Result<ModelAnswer> answer = in.ok() ? m_spec.ask.read(in, about) : Result<ModelAnswer>(in.error());
    if (!answer) {
        // It answered, so it charges; but nobody can read what.
        const QString words = redacted(u"%1: %2"_s.arg(m_spec.title, answer.error().message));
        co_return makeAmbiguous(Error::Kind::Protocol, words);
    }
    if (!about.structured)
        answer->text = unfenced(answer->text);
    co_return answer;
}

Async<Result<QString>> AiSession::test()
{
    const AiContext about = contextOf({});
    const Result<Request> built = m_spec.test.build(about);
    if (!built)
        co_return built.error();
    const Request request = Request(*built).deadline(m_deadline);
    const Result<Reply> reply = co_await m_http.send(request);
    if (!reply)
        co_return told(reply.error());
    JsonReader in = JsonReader::parse(reply->body, u"answer"_s);
    if (!in.ok())
        co_return in.error();
    co_return m_spec.test.read(in, about);
}

} // namespace patchbay

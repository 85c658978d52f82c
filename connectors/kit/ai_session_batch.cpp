#include "connectors/kit/ai_session.h"

#include "connectors/kit/settings.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qint64 batchAnswerBytes = 8'000'000; // of all of them, for the time that they may take
constexpr int batchPages = 10;
constexpr std::chrono::minutes batchUndecided{60};

Async<Result<Done>> openBatchGate() { co_return Done{}; }

Result<QJsonObject> batchBody(const Request &request)
{
    const QJsonDocument body = QJsonDocument::fromJson(request.bytes());
    if (!body.isObject())
        return makeError(Error::Kind::Refused, u"This question cannot go into a batch."_s);
    return body.object();
}

} // namespace

Result<AiContext> AiSession::batchContext(const QString &key, const std::vector<ModelQuestion> &questions) const
{
    AiContext about = contextOf({});
    about.batch.key = key;
    for (const ModelQuestion &question : questions) {
        const Result<Request> alone = m_spec.ask.build(contextOf(question));
        if (!alone)
            return alone.error();
        const Result<QJsonObject> body = batchBody(*alone);
        if (!body)
            return body.error();
        about.batch.items.push_back({question.key, *body});
    }
    return about;
}

template <class T> Async<Result<T>> AiSession::call(AiCall<T> step, AiContext about, BeforeEffect gate)
{
    const Result<Request> built = step.build(about);
    if (!built)
        co_return built.error();
    const Request request = Request(*built).deadline(m_deadline + timeForBytes(built->bytes().size()));
    const bool changes = request.changesSomething();
    const Result<Reply> reply = co_await m_http.send(request, std::move(gate));
    if (!reply)
        co_return told(reply.error());
    JsonReader in = JsonReader::parse(reply->body, u"answer"_s);
    Result<T> value = in.ok() ? step.read(in, about) : Result<T>(in.error());
    if (!value && changes) { // it is there, and nobody can read where
        const QString words = redacted(u"%1: %2"_s.arg(m_spec.title, value.error().message));
        co_return makeAmbiguous(Error::Kind::Protocol, words);
    }
    co_return value;
}

Async<Result<QString>> AiSession::sendBatch(QString key, std::vector<ModelQuestion> questions,
                                            BeforeEffect beforeEffect)
{
    if (questions.empty() || int(questions.size()) > m_spec.batch.most)
        co_return makeError(Error::Kind::Refused,
                            u"%1 takes no batch of %2 questions."_s.arg(m_spec.title).arg(questions.size()));
    Result<AiContext> built = batchContext(key, questions);
    if (!built)
        co_return built.error();
    AiContext about = *built;
    BeforeEffect gate = std::move(beforeEffect);
    if (m_spec.batch.upload.build) {
        auto uploading = call(m_spec.batch.upload, about, std::move(gate));
        Result<QString> uploaded = co_await std::move(uploading);
        if (!uploaded) {
            Error error = uploaded.error();
            error.ambiguous = false; // a file without a batch is nothing that anybody answers
            co_return error;
        }
        about.batch.uploaded = *uploaded;
        gate = [] { return openBatchGate(); };
    }
    auto creating = call(m_spec.batch.create, about, std::move(gate));
    Result<QString> id = co_await std::move(creating);
    co_return id;
}

ModelBatchAnswer AiSession::answerOf(const QByteArray &line, const AiContext &about) const
{
    JsonReader in = JsonReader::parse(line, u"answer"_s);
    const Result<AiBatchLine> read = in.ok() ? m_spec.batch.line(in, about) : Result<AiBatchLine>(in.error());
    if (!read)
        return {QString(), read.error()};
    if (read->error)
        return {read->key, *read->error};
    JsonReader body = in.below(read->body);
    Result<ModelAnswer> answer = m_spec.ask.read(body, about);
    if (!answer) {
        const QString words = redacted(u"%1: %2"_s.arg(m_spec.title, answer.error().message));
        return {read->key, makeAmbiguous(Error::Kind::Protocol, words)};
    }
    if (!about.structured)
        answer->text = unfenced(answer->text);
    return {read->key, answer};
}

Async<Result<std::vector<ModelBatchAnswer>>> AiSession::answersAt(AiContext about)
{
    const Result<Request> built = m_spec.batch.answers(about);
    if (!built)
        co_return built.error();
    const Request request = Request(*built).deadline(m_deadline + timeForBytes(batchAnswerBytes));
    const Result<Reply> reply = co_await m_lines.send(request);
    if (!reply)
        co_return told(reply.error());
    std::vector<ModelBatchAnswer> answers;
    for (const QByteArray &line : reply->body.split('\n')) {
        if (line.trimmed().isEmpty())
            continue;
        ModelBatchAnswer answer = answerOf(line, about);
        if (answer.key.isEmpty()) // whose it is nobody can say
            co_return answer.answer.ok() ? makeError(Error::Kind::Protocol, u"An answer has no key."_s)
                                         : answer.answer.error();
        answers.push_back(std::move(answer));
    }
    co_return answers;
}

Async<Result<ModelBatchReading>> AiSession::readBatch(QString id)
{
    AiContext about = contextOf({});
    about.batch.id = id;
    if (m_spec.batch.most == 0)
        co_return makeError(Error::Kind::Refused, u"%1 has no batches."_s.arg(m_spec.title));
    auto looking = call(m_spec.batch.status, about, BeforeEffect());
    const Result<AiBatchStatus> status = co_await std::move(looking);
    if (!status)
        co_return status.error();
    ModelBatchReading reading;
    reading.ended = status->ended;
    reading.failure = status->failure;
    for (const QString &place : status->places) {
        about.batch.place = place;
        auto fetching = answersAt(about);
        Result<std::vector<ModelBatchAnswer>> answers = co_await std::move(fetching);
        if (!answers)
            co_return answers.error();
        std::move(answers->begin(), answers->end(), std::back_inserter(reading.answers));
    }
    co_return reading;
}

Async<Result<std::optional<QString>>> AiSession::findBatch(ModelBatchSearch search)
{
    AiContext about = contextOf({});
    about.batch.search = search;
    if (m_spec.batch.most == 0)
        co_return makeError(Error::Kind::Refused, u"%1 has no batches."_s.arg(m_spec.title));
    bool undecided = false;
    for (int page = 0; page < batchPages; ++page) {
        auto listing = call(m_spec.batch.list, about, BeforeEffect());
        const Result<AiBatchList> list = co_await std::move(listing);
        if (!list)
            co_return list.error();
        if (!list->found.isEmpty())
            co_return std::optional(list->found);
        undecided = undecided || list->undecided;
        for (const QString &id : list->perhaps) {
            auto reading = readBatch(id);
            const Result<ModelBatchReading> read = co_await std::move(reading);
            if (!read)
                co_return read.error();
            const bool isOurs = std::any_of(read->answers.begin(), read->answers.end(),
                                            [&](const auto &answer) { return search.questions.contains(answer.key); });
            if (isOurs)
                co_return std::optional(id);
        }
        about.batch.cursor = list->next;
        if (list->next.isEmpty())
            break;
    }
    if (undecided) {
        Error error = makeError(Error::Kind::Cancelled,
                                u"%1 works on a batch that may be this one. Its answers will tell, so nothing is sent "
                                "until then."_s.arg(m_spec.title));
        error.retryAfter = batchUndecided;
        co_return error;
    }
    co_return std::optional<QString>();
}

} // namespace patchbay

#include "connectors/kit/crm_session_calls.h"
#include "connectors/kit/files.h"
#include "connectors/kit/task_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// The other side has said no to this file; nobody needs to ask again.
bool refusesFile(const Error &error)
{
    using Kind = Error::Kind;
    return !error.ambiguous
        && (error.kind == Kind::Refused || error.kind == Kind::NotFound || error.kind == Kind::Conflict
            || error.kind == Kind::Unauthorized);
}

} // namespace

QString leftOutNotice(const CrmContext &about)
{
    if (about.task.notAttached.empty())
        return {};
    return u"Not attached, which the description says: %1."_s.arg(fileList(about.task.notAttached));
}

bool CrmSession::isCompleted(const CrmContext &about) const
{
    return isWanted(m_spec.addText, about) || !about.task.attachments.empty();
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

Async<Result<std::vector<OutboundFile>>> CrmSession::missingFiles(CrmContext about)
{
    std::vector<CrmFile> there;
    const std::vector<OutboundFile> wanted = about.task.attachments;
    std::function<bool(std::vector<CrmFile>)> add = [&there](const std::vector<CrmFile> &some) {
        there.insert(there.end(), some.begin(), some.end());
        return false;
    };
    if (wanted.empty())
        co_return wanted;
    const Result<Done> read = co_await eachPage(m_spec.attached, std::move(about), std::move(add));
    if (!read)
        co_return read.error();
    co_return missingOf(wanted, there);
}

Async<Result<bool>> CrmSession::isWhole(CrmContext about)
{
    if (isWanted(m_spec.addText, about)) {
        const Result<bool> text = co_await hasText(about);
        if (!text || !*text)
            co_return text;
    }
    const Result<std::vector<OutboundFile>> missing = co_await missingFiles(std::move(about));
    if (!missing)
        co_return missing.error();
    co_return missing->empty();
}

Async<Result<Receipt>> CrmSession::completed(Receipt task, CrmContext about, BeforeEffect beforeEffect, bool isNew)
{
    const auto shut = std::make_shared<bool>(false);
    BeforeEffect gate = [beforeEffect, shut] { return watchedGate(beforeEffect, shut); };
    about.externalId = task.externalId;
    const auto unfinished = [&](Error error, const QString &what) {
        if (*shut && !isNew)
            return error;
        error.message = u"The task %1 was made, but %2 missing: %3"_s.arg(task.externalId, what, error.message);
        return ambiguously(error); // it is there, only not whole
    };
    if (isWanted(m_spec.addText, about)) {
        Result<bool> text = false;
        if (!isNew)
            text = co_await hasText(about);
        if (!text)
            co_return ambiguously(text.error());
        if (!*text) {
            const Result<QJsonObject> added = co_await call(m_spec.addText, about, gate);
            if (!added)
                co_return unfinished(added.error(), u"its text is"_s);
        }
    }
    Result<QString> left = co_await attachMissing(about, gate, shut.get());
    // Where nothing can be looked up, a repeat would make the task again: what is there stays, and it is said.
    if (!left && !*shut && m_facts.idempotency == Idempotency::None)
        left = u"It is not known whether its files are there: %1"_s.arg(left.error().message);
    if (!left)
        co_return unfinished(left.error(), u"files of it are"_s);
    task.notice = (QStringList{*left, leftOutNotice(about)}).join(u' ').trimmed();
    co_return task;
}

Async<Result<QString>> CrmSession::attachMissing(CrmContext about, BeforeEffect gate, const bool *shut)
{
    const Result<std::vector<OutboundFile>> missing = co_await missingFiles(about);
    if (!missing)
        co_return missing.error();
    QStringList left;
    for (const OutboundFile &file : *missing) {
        const Result<QString> why = co_await attachOne(about, file, gate, shut);
        if (!why)
            co_return why.error();
        if (!why->isEmpty())
            left.append(u"%1: %2"_s.arg(file.name, *why));
    }
    if (left.isEmpty())
        co_return QString();
    const qsizetype all = qsizetype(about.task.attachments.size());
    co_return u"Attached %1 of %2. %3"_s.arg(all - left.size()).arg(all).arg(left.join(u' '));
}

Async<Result<QString>> CrmSession::attachOne(CrmContext about, OutboundFile file, BeforeEffect gate, const bool *shut)
{
    if (!m_readFile)
        co_return u"the files of this workspace cannot be read here."_s;
    const Result<QByteArray> bytes = co_await m_readFile(file.sha256);
    if (!bytes && bytes.error().kind == Error::Kind::NotFound)
        co_return u"its content is not in the workspace any more."_s;
    if (!bytes)
        co_return bytes.error();
    about.file = std::move(file);
    about.bytes = *bytes;
    for (const CrmCall<QJsonObject> &step : m_spec.attach) {
        if (!isWanted(step, about))
            continue;
        const Result<QJsonObject> done = co_await repeated(step, about, gate);
        if (!done && !*shut && refusesFile(done.error()))
            co_return done.error().message;
        if (!done)
            co_return done.error();
        addTo(about.known, *done);
    }
    co_return QString();
}

Async<Result<QJsonObject>> CrmSession::repeated(CrmCall<QJsonObject> step, CrmContext about, BeforeEffect gate)
{
    QJsonObject learnt;
    for (int times = 0; times < crmMostParts; ++times) {
        const Result<QJsonObject> done = co_await call(step, about, gate);
        if (!done)
            co_return done;
        addTo(learnt, *done);
        addTo(about.known, *done);
        if (!step.again || !step.again(about))
            co_return learnt;
    }
    co_return makeError(Error::Kind::Protocol,
                        u"%1 wants a file in more than %2 parts."_s.arg(m_spec.title).arg(crmMostParts));
}

} // namespace patchbay

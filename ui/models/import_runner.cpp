#include "ui/models/import_runner.h"

#include "core/store/account_table.h"
#include "ui/models/when_done.h"

namespace patchbay {

ImportRunner::ImportRunner(const ConsoleContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
}

bool ImportRunner::begin()
{
    if (m_running) {
        Q_EMIT failed(tr("Another import is running. Wait for its end, or cancel it."));
        return false;
    }
    m_running = true;
    m_cancelled = false;
    Q_EMIT started();
    return true;
}

void ImportRunner::start(const QString &channelName, const ImportRequest &request)
{
    if (!begin())
        return;
    auto look = [channelName](Database &db) -> Result<std::optional<Channel>> {
        return db.finish(channels::byName(db, channelName));
    };
    whenDone(
        this, m_context.store.read(std::move(look)),
        [this, channelName, request = ImportRequest(request)](const Result<std::optional<Channel>> &known) mutable {
            if (!known)
                return fail(known.error().message);
            if (known->has_value()) {
                request.channel = (*known)->id;
                return run(request);
            }
            whenDone(this, m_context.commands.addChannel(QStringLiteral("file"), channelName, QJsonObject()),
                     [this, request = ImportRequest(request)](const Result<Channel> &added) mutable {
                         if (!added)
                             return fail(added.error().message);
                         request.channel = added->id;
                         run(request);
                     });
        });
}

void ImportRunner::resume(ImportId id)
{
    if (!begin())
        return;
    ImportRequest request;
    request.resume = id;
    run(request);
}

void ImportRunner::run(const ImportRequest &request)
{
    m_job = new ImportJob(m_context.intake, m_context.history, m_context.store, m_context.catalog, request); // the Intake's
    connect(m_job, &ImportJob::progressed, this, &ImportRunner::progressed);
    whenDone(this, m_job->start(), [this](const Result<ImportReport> &report) {
        if (!report)
            return fail(report.error().message);
        m_running = false;
        Q_EMIT ended(*report);
    });
    if (m_cancelled)
        cancel();
}

void ImportRunner::cancel()
{
    m_cancelled = true;
    if (m_job)
        m_job->cancel();
}

void ImportRunner::fail(const QString &sentence)
{
    m_running = false;
    Q_EMIT failed(sentence);
}

} // namespace patchbay

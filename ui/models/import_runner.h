#pragma once

#include "core/engine/importer.h"
#include "ui/models/console_context.h"

#include <QtCore/QPointer>

namespace patchbay {

/// Runs the window's imports, one at a time: makes the channel where it is new, starts the job, passes on what it says.
/// The work goes on in the engine while the window does anything else. Owned by the window; GUI thread.
class ImportRunner final : public QObject {
    Q_OBJECT

public:
    explicit ImportRunner(const ConsoleContext &context, QObject *parent = nullptr);

    /// Into the channel of this name, made when it is new. Refused with failed() while another one runs.
    void start(const QString &channelName, const ImportRequest &request);
    /// Goes on with one that was cut off, cancelled or failed.
    void resume(ImportId id);
    void cancel();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void started();
    void progressed(const patchbay::ImportProgress &progress);
    void ended(const patchbay::ImportReport &report);
    void failed(const QString &sentence);

private:
    bool begin();
    void run(const ImportRequest &request);
    void fail(const QString &sentence);

    ConsoleContext m_context;
    QPointer<ImportJob> m_job;
    bool m_running = false;
    bool m_cancelled = false; ///< before its job was there
};

} // namespace patchbay

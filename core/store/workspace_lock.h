#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QString>

#include <memory>

namespace patchbay {

/// The kernel's lock on a workspace folder's file `lock`: one process owns the database, and a killed one frees it at
/// once. The file says who holds it. Any thread.
class WorkspaceLock {
public:
    /// Conflict, with a sentence that names the holder, when someone has it.
    static Result<std::unique_ptr<WorkspaceLock>> acquire(const QString &folder, const Clock &clock);
    /// Frees it and empties the file, which stays: removing it would let two programs lock two files.
    ~WorkspaceLock();

    WorkspaceLock(const WorkspaceLock &) = delete;
    WorkspaceLock &operator=(const WorkspaceLock &) = delete;

    /// "patchbay (process 123 of anna on desk-4, since 2024-05-01 08:00 UTC)"; empty when nobody says so.
    static QString holder(const QString &folder);

private:
    struct Handle;
    explicit WorkspaceLock(std::unique_ptr<Handle> handle);

    std::unique_ptr<Handle> m_handle;
};

} // namespace patchbay

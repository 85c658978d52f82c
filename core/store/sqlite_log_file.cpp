#include "core/store/sqlite_log_file.h"

#include <QtCore/QtGlobal>

#include <sqlite3.h>

#include <cstring>
#include <new>
#include <vector>

namespace patchbay {

namespace {

constexpr int logFrameHeader = 24;

/// A log that is open: what SQLite knows of, and behind it in memory the system's own file. SQLite gives the memory.
struct LogFile {
    sqlite3_file base; ///< first: SQLite sees this alone
    std::vector<char> frame; ///< a frame's header that waits for its page; room for both
    sqlite3_int64 headerAt;
    bool hasHeader;

    static LogFile &of(sqlite3_file *file) { return *reinterpret_cast<LogFile *>(file); }
    sqlite3_file *system() { return reinterpret_cast<sqlite3_file *>(this + 1); }

    /// Before anything but the header's own page.
    int settle()
    {
        if (!hasHeader)
            return SQLITE_OK;
        hasHeader = false;
        return system()->pMethods->xWrite(system(), frame.data(), logFrameHeader, headerAt);
    }
};

int logClose(sqlite3_file *file)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    const int closed = log.system()->pMethods->xClose(log.system());
    log.~LogFile();
    return settled == SQLITE_OK ? closed : settled;
}

int logRead(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    return settled == SQLITE_OK ? log.system()->pMethods->xRead(log.system(), to, size, at) : settled;
}

int logWrite(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
{
    LogFile &log = LogFile::of(file);
    const bool isPage = log.hasHeader && at == log.headerAt + logFrameHeader;
    if (!isPage) {
        if (const int settled = log.settle(); settled != SQLITE_OK)
            return settled;
        if (size != logFrameHeader)
            return log.system()->pMethods->xWrite(log.system(), from, size, at);
        std::memcpy(log.frame.data(), from, logFrameHeader);
        log.headerAt = at;
        log.hasHeader = true;
        return SQLITE_OK;
    }
    const size_t whole = size_t(size) + logFrameHeader;
    if (log.frame.size() < whole)
        log.frame.resize(whole);
    std::memcpy(log.frame.data() + logFrameHeader, from, size_t(size));
    log.hasHeader = false;
    return log.system()->pMethods->xWrite(log.system(), log.frame.data(), int(whole), log.headerAt);
}

int logTruncate(sqlite3_file *file, sqlite3_int64 size)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    return settled == SQLITE_OK ? log.system()->pMethods->xTruncate(log.system(), size) : settled;
}

int logSync(sqlite3_file *file, int flags)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    return settled == SQLITE_OK ? log.system()->pMethods->xSync(log.system(), flags) : settled;
}

int logSize(sqlite3_file *file, sqlite3_int64 *size)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    return settled == SQLITE_OK ? log.system()->pMethods->xFileSize(log.system(), size) : settled;
}

int logLock(sqlite3_file *file, int level)
{
    LogFile &log = LogFile::of(file);
    return log.system()->pMethods->xLock(log.system(), level);
}

int logUnlock(sqlite3_file *file, int level)
{
    LogFile &log = LogFile::of(file);
    return log.system()->pMethods->xUnlock(log.system(), level);
}

int logIsReserved(sqlite3_file *file, int *out)
{
    LogFile &log = LogFile::of(file);
    return log.system()->pMethods->xCheckReservedLock(log.system(), out);
}

int logControl(sqlite3_file *file, int operation, void *argument)
{
    LogFile &log = LogFile::of(file);
    const int settled = log.settle();
    return settled == SQLITE_OK ? log.system()->pMethods->xFileControl(log.system(), operation, argument) : settled;
}

int logSectorSize(sqlite3_file *file)
{
    LogFile &log = LogFile::of(file);
    return log.system()->pMethods->xSectorSize(log.system());
}

int logCharacteristics(sqlite3_file *file)
{
    LogFile &log = LogFile::of(file);
    return log.system()->pMethods->xDeviceCharacteristics(log.system());
}

/// Of version 1: shared and mapped memory are asked of the database's file alone.
constexpr sqlite3_io_methods logMethods{
    1,          &logClose,      &logRead,    &logWrite,      &logTruncate,        &logSync, &logSize, &logLock,
    &logUnlock, &logIsReserved, &logControl, &logSectorSize, &logCharacteristics, nullptr,  nullptr,  nullptr,
    nullptr,    nullptr,        nullptr,
};

int logOpen(sqlite3_vfs *own, const char *name, sqlite3_file *file, int flags, int *outFlags)
{
    Q_UNUSED(own)
    sqlite3_vfs *const system = sqlite3_vfs_find(nullptr);
    if (!(flags & SQLITE_OPEN_WAL))
        return system->xOpen(system, name, file, flags, outFlags); // the system's file, in the memory for ours
    static_assert(sizeof(LogFile) % 8 == 0); // which is all that SQLite aligns, too
    auto *log = new (file) LogFile{};
    log->frame.resize(logFrameHeader);
    const int opened = system->xOpen(system, name, log->system(), flags, outFlags);
    if (opened == SQLITE_OK) {
        log->base.pMethods = &logMethods;
        return SQLITE_OK;
    }
    log->~LogFile();
    file->pMethods = nullptr; // there is nothing to be closed
    return opened;
}

} // namespace

const char *sqliteLogFileSystem()
{
    static sqlite3_vfs own = [] {
        sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
        vfs.szOsFile += int(sizeof(LogFile));
        vfs.zName = "patchbay_log";
        vfs.pNext = nullptr;
        vfs.xOpen = &logOpen;
        return vfs;
    }();
    static const int registered = sqlite3_vfs_register(&own, 0);
    return registered == SQLITE_OK ? own.zName : nullptr; // the system's own does as well
}

} // namespace patchbay

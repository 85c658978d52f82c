#pragma once

namespace patchbay {

/// The name of a SQLite file system (VFS) that is the system's own, but for the write-ahead log: SQLite writes each
/// page of it with two calls, 24 bytes before 4 KB, and the system's work for the first is nearly that for the second.
/// Here they are one call; order and content are the same. For connections that write with synchronous=FULL, where
/// SQLite syncs the log before it tells anybody of a page in it. Any thread. Source: "The Write-Ahead Log" in
/// sqlite.org/fileformat2.html, sqlite.org/vfs.html.
const char *sqliteLogFileSystem();

} // namespace patchbay

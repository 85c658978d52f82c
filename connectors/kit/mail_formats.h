#pragma once

#include "core/ports/import_format.h"

#include <QtCore/QFile>

#include <memory>

namespace patchbay {

// Mail in files, for every channel whose items are mails.
ImportFormat mboxFormat();
ImportFormat maildirFormat();
ImportFormat emlFormat();

/// The file, opened for reading, with its end where the source is stopped; an error where it is none, or a pipe, which
/// might never end.
Result<std::unique_ptr<QFile>> openedImport(const QString &path, const ImportSource &source);

} // namespace patchbay

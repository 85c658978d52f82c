#pragma once

#include "connectors/chat/file/imported_item.h"

namespace patchbay {

/// The folder that an export lies in, and the only one that its messages' files are read from. Blocks; any thread.
class ExportFolder {
public:
    explicit ExportFolder(const QString &folder);

    /// The file that a message names: a regular file below the folder, not through a link that leads out, of at most
    /// 25 MB. Otherwise without bytes, with the reason.
    ImportedFile load(const QString &relative, const QString &name, const QString &mediaType = {}) const;

private:
    QString m_root; ///< with all links resolved
};

} // namespace patchbay

#pragma once

#include "core/ports/import_format.h"

namespace patchbay {

/// Hands out the files of folders, one mail each, in no order. Links are not followed. A value of one reading.
class MailFolderReader {
public:
    MailFolderReader(const ImportSource &source, const ImportEach &each)
        : m_source(source)
        , m_each(each)
    {
    }

    /// `names` are patterns such as "*.eml"; none: every file.
    Result<Done> read(const QString &folder, const QStringList &names, bool below);
    bool isStopped() const { return m_stopped; }
    qint64 count() const { return m_count; }

private:
    Result<Done> readOne(const QString &path);

    const ImportSource &m_source;
    const ImportEach &m_each;
    QHash<QString, int> m_seen;
    qint64 m_bytes = 0;
    qint64 m_count = 0;
    bool m_stopped = false;
};

} // namespace patchbay

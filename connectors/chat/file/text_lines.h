#pragma once

#include <QtCore/QIODevice>

namespace patchbay {

/// Reads lines, those over 64 KB in pieces, and tells which piece begins a line. A value of one reading.
class TextLines {
public:
    explicit TextLines(QIODevice &device)
        : m_device(device)
    {
    }

    /// The next piece with its line end; false at the end.
    bool next(QByteArray &piece)
    {
        constexpr qint64 longest = 64 * 1024;
        m_begins = m_ended;
        piece = m_device.readLine(longest);
        if (m_first && piece.startsWith("\xEF\xBB\xBF"))
            piece.remove(0, 3);
        m_first = false;
        m_ended = piece.endsWith('\n');
        return !piece.isEmpty();
    }
    bool beginsLine() const { return m_begins; }

private:
    QIODevice &m_device;
    bool m_first = true;
    bool m_begins = true;
    bool m_ended = true;
};

} // namespace patchbay

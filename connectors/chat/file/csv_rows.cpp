#include "connectors/chat/file/csv_rows.h"

#include "connectors/chat/file/imported_item.h"

namespace patchbay {

namespace {

constexpr qint64 csvChunk = 256 * 1024;
constexpr qsizetype csvMostCells = 1000;

} // namespace

CsvRows::CsvRows(QIODevice &device, char separator, const QByteArray &charset)
    : m_device(device)
    , m_separator(separator)
{
    const QByteArray name = charset.toLower();
    if (name.startsWith("utf-16"))
        m_wide.emplace(name == "utf-16be"       ? QStringDecoder::Utf16BE
                           : name == "utf-16le" ? QStringDecoder::Utf16LE
                                                : QStringDecoder::Utf16);
    else if (m_device.peek(3) == "\xEF\xBB\xBF")
        (void)m_device.read(3);
}

int CsvRows::take()
{
    if (m_at == m_chunk.size()) {
        m_at = 0;
        m_chunk = m_device.read(csvChunk);
        if (m_wide && !m_chunk.isEmpty())
            m_chunk = QString((*m_wide)(m_chunk)).toUtf8();
        if (m_chunk.isEmpty())
            return -1;
    }
    return static_cast<unsigned char>(m_chunk.at(m_at++));
}

bool CsvRows::next(QByteArray &row)
{
    row.clear();
    bool quoted = false;
    bool closed = false; // by the mark before: another one is a mark in the text
    bool cellStart = true;
    for (int c = take(); c >= 0; c = take()) {
        if (c == '\n' && !quoted) {
            if (row.endsWith('\r'))
                row.chop(1);
            if (!row.trimmed().isEmpty())
                return true;
            row.clear();
            cellStart = true;
            continue;
        }
        const bool mark = c == '"' && (quoted || closed || cellStart);
        closed = mark && quoted;
        quoted = mark ? !quoted : quoted;
        cellStart = c == m_separator && !quoted;
        if (row.size() <= maxImportedMessage)
            row.append(char(c));
        else
            quoted = false; // a mark that nobody closes must not take the rest of the file
    }
    return !row.trimmed().isEmpty();
}

QList<QByteArray> csvCells(const QByteArray &row, char separator)
{
    QList<QByteArray> cells;
    QByteArray cell;
    bool quoted = false;
    bool start = true;
    for (qsizetype i = 0; i < row.size(); ++i) {
        const char c = row.at(i);
        if (quoted && c == '"' && i + 1 < row.size() && row.at(i + 1) == '"') {
            cell += '"';
            ++i;
        } else if (c == '"' && (quoted || start)) {
            quoted = !quoted;
            start = false;
        } else if (c == separator && !quoted) {
            cells << std::exchange(cell, {});
            start = true;
            if (cells.size() == csvMostCells)
                return cells;
        } else {
            cell += c;
            start = false;
        }
    }
    cells << cell;
    return cells;
}

char guessedSeparator(const QByteArray &start)
{
    qsizetype counts[4] = {0, 0, 0, 0};
    const QByteArray candidates(",;\t|");
    bool quoted = false;
    for (const char c : start) {
        if (c == '"')
            quoted = !quoted;
        else if (c == '\n' && !quoted)
            break;
        else if (const qsizetype which = candidates.indexOf(c); which >= 0 && !quoted)
            ++counts[which];
    }
    qsizetype best = 0;
    for (qsizetype i = 1; i < 4; ++i)
        best = counts[i] > counts[best] ? i : best;
    return candidates.at(best);
}

} // namespace patchbay

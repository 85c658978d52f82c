#pragma once

#include "core/model/inbound.h"

#include <QtCore/QIODevice>
#include <QtCore/QStringDecoder>

#include <optional>

namespace patchbay {

/// Reads the rows of a table (RFC 4180, any separator), each as its bytes: line breaks within quotation marks belong to
/// a row. A row that is longer than maxImportedMessage is handed out cut, and the next one begins at the next line.
/// UTF-16 comes out as UTF-8. A value of one reading.
class CsvRows {
public:
    CsvRows(QIODevice &device, char separator, const QByteArray &charset);

    /// The next row without its line end; empty rows are left out; false at the end.
    bool next(QByteArray &row);

private:
    int take();

    QIODevice &m_device;
    char m_separator;
    std::optional<QStringDecoder> m_wide;
    QByteArray m_chunk;
    qsizetype m_at = 0;
};

/// The cells of a row as bytes.
QList<QByteArray> csvCells(const QByteArray &row, char separator);
/// The character that stands most often in the first line, outside quotation marks: , ; | or tab.
char guessedSeparator(const QByteArray &start);

} // namespace patchbay

// Tables (CSV, TSV) with one message in each row; a person says which column is what.
#include "connectors/chat/file/csv_rows.h"
#include "connectors/chat/file/formats.h"
#include "connectors/kit/settings.h"
#include "core/mail/charset.h"
#include "core/mail/html_body.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 csvStartBytes = 64 * 1024;
constexpr size_t csvPreviewRows = 5;

bool isCsv(const QString &path, const QByteArray &)
{
    const QString name = path.toLower();
    return !QFileInfo(path).isDir()
        && (name.endsWith(u".csv"_s) || name.endsWith(u".tsv"_s) || name.endsWith(u".tab"_s));
}

/// What an export of some other program calls its columns.
const QHash<QString, QStringList> &csvHeaders()
{
    static const QHash<QString, QStringList> names{
        {u"id"_s, {u"id"_s, u"message id"_s, u"external id"_s, u"message_id"_s, u"external_id"_s}},
        {u"thread"_s,
         {u"thread"_s, u"conversation"_s, u"conversation id"_s, u"conversation_id"_s, u"ticket"_s, u"ticket id"_s,
          u"ticket_id"_s, u"thread_id"_s, u"thread id"_s, u"chat"_s, u"chat_id"_s}},
        {u"name"_s,
         {u"name"_s, u"author"_s, u"author name"_s, u"author_name"_s, u"from name"_s, u"sender"_s, u"from"_s,
          u"customer"_s}},
        {u"address"_s,
         {u"address"_s, u"email"_s, u"e-mail"_s, u"mail"_s, u"author address"_s, u"author_address"_s, u"from address"_s,
          u"phone"_s, u"sender_email"_s}},
        {u"direction"_s, {u"direction"_s, u"type"_s, u"message_type"_s}},
        {u"time"_s,
         {u"time"_s, u"date"_s, u"timestamp"_s, u"created_at"_s, u"created at"_s, u"sent at"_s, u"sent_at"_s}},
        {u"subject"_s, {u"subject"_s, u"title"_s}},
        {u"text"_s, {u"text"_s, u"body"_s, u"message"_s, u"content"_s}}};
    return names;
}

/// How one table is written, from the settings and its first bytes.
struct CsvShape {
    char separator = ',';
    QByteArray charset = "utf-8";
    bool hasHeader = true;
    QStringList header = {};
    QHash<QString, int> columns = {}; ///< field -> place of its column

    QString decoded(const QByteArray &cell) const { return mail::decodeCharset(cell, cellCharset()).text; }
    QByteArray cellCharset() const { return charset.startsWith("utf-16") ? QByteArray("utf-8") : charset; }
};

char separatorOf(const QString &setting, const QByteArray &start)
{
    static const QHash<QString, char> words{
        {u"comma"_s, ','}, {u"semicolon"_s, ';'}, {u"tab"_s, '\t'}, {u"bar"_s, '|'}};
    return words.contains(setting) ? words.value(setting) : guessedSeparator(start);
}

QByteArray charsetOf(const QString &setting, const QByteArray &start)
{
    if (!setting.isEmpty() && setting != u"auto"_s)
        return setting.toLatin1().toLower();
    if (start.startsWith("\xFF\xFE") || start.startsWith("\xFE\xFF"))
        return "utf-16";
    const QByteArray guessed = mail::guessCharset(start).toLower();
    return guessed.isEmpty() ? QByteArray("utf-8") : guessed;
}

QHash<QString, QString> guessedColumns(const QStringList &header)
{
    QHash<QString, QString> guessed;
    for (auto field = csvHeaders().begin(); field != csvHeaders().end(); ++field) {
        for (const QString &name : field.value()) {
            const auto found = std::find_if(header.begin(), header.end(), [&](const QString &column) {
                return column.trimmed().compare(name, Qt::CaseInsensitive) == 0;
            });
            if (found != header.end() && !guessed.contains(field.key()))
                guessed.insert(field.key(), *found);
        }
    }
    return guessed;
}

/// A column by its name in the header, or by its number from 1.
int placeOf(const QStringList &header, const QString &column)
{
    for (int i = 0; i < header.size(); ++i) {
        if (header.at(i).trimmed().compare(column.trimmed(), Qt::CaseInsensitive) == 0)
            return i;
    }
    bool isNumber = false;
    const int number = column.toInt(&isNumber);
    return isNumber && number > 0 && number <= 1000 ? number - 1 : -1;
}

Result<Done> placeColumns(CsvShape &shape, const QJsonObject &settings)
{
    QHash<QString, QString> wanted;
    const QJsonObject said = settings.value(u"columns"_s).toObject();
    for (auto field = said.begin(); field != said.end(); ++field) {
        if (!field.value().toString().isEmpty())
            wanted.insert(field.key(), field.value().toString());
    }
    if (wanted.isEmpty())
        wanted = guessedColumns(shape.header);
    for (auto field = wanted.begin(); field != wanted.end(); ++field) {
        if (!csvHeaders().contains(field.key()))
            return makeError(Error::Kind::Refused, u"A table has no field \"%1\"."_s.arg(field.key()));
        const int place = placeOf(shape.header, field.value());
        if (place < 0)
            return makeError(Error::Kind::Refused,
                             u"The table has no column \"%1\" (for the field \"%2\"); it has: %3."_s.arg(
                                 field.value(), field.key(), shape.header.join(u", "_s)));
        shape.columns.insert(field.key(), place);
    }
    if (!shape.columns.contains(u"text"_s))
        return makeError(
            Error::Kind::Refused,
            u"Say which column holds the text of the messages; the table has: %1."_s.arg(shape.header.join(u", "_s)));
    return Done{};
}

CsvShape csvShape(QFile &file, const QJsonObject &settings)
{
    const QByteArray start = file.peek(csvStartBytes);
    CsvShape shape;
    shape.charset = charsetOf(settingText(settings, u"encoding"_s), start);
    QByteArray plain = start;
    if (shape.charset.startsWith("utf-16"))
        plain.removeIf([](char c) { return c == 0; });
    shape.separator = separatorOf(settingText(settings, u"separator"_s), plain);
    shape.hasHeader = !settings.contains(u"header"_s) || settingSwitch(settings, u"header"_s);
    return shape;
}

QStringList decodedRow(const CsvShape &shape, const QByteArray &row)
{
    QStringList cells;
    for (const QByteArray &cell : csvCells(row, shape.separator))
        cells << shape.decoded(cell);
    return cells;
}

Result<ImportPreview> previewCsv(const ImportSource &source)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(source.path, source);
    if (!file)
        return file.error();
    const CsvShape shape = csvShape(**file, source.settings);
    CsvRows rows(**file, shape.separator, shape.charset);
    ImportPreview preview;
    QByteArray row;
    while (preview.rows.size() < csvPreviewRows && rows.next(row)) {
        const QStringList cells = decodedRow(shape, row);
        if (shape.hasHeader && preview.header.isEmpty()) {
            preview.header = cells;
            continue;
        }
        while (preview.header.size() < cells.size())
            preview.header << QString::number(preview.header.size() + 1);
        preview.rows.push_back(cells);
    }
    preview.columns = guessedColumns(preview.header);
    if (preview.header.isEmpty())
        return makeError(Error::Kind::Protocol, u"The table is empty."_s);
    return preview;
}

QJsonObject csvFacts(const CsvShape &shape, const ImportSource &source)
{
    QJsonObject columns;
    for (auto field = shape.columns.begin(); field != shape.columns.end(); ++field)
        columns.insert(field.key(), *field);
    return {{u"columns"_s, columns},
            {u"separator"_s, QString(QLatin1Char(shape.separator))},
            {u"charset"_s, QString::fromLatin1(shape.cellCharset())},
            {u"zone"_s, importZone(source.settings)},
            {u"time_format"_s, settingText(source.settings, u"time_format"_s)},
            {u"own"_s, settingText(source.settings, u"own"_s)},
            {u"file"_s, QFileInfo(source.path).fileName()}};
}

/// A row's cell for a field; empty when it has none.
QString cellOf(const CsvShape &shape, const QStringList &cells, const QString &field)
{
    return cells.value(shape.columns.value(field, -1)).trimmed();
}

QString threadOf(const CsvShape &shape, const QStringList &cells, const QString &file)
{
    for (const QString &field : {u"thread"_s, u"address"_s, u"name"_s}) {
        if (const QString value = cellOf(shape, cells, field); !value.isEmpty())
            return value;
    }
    return file;
}

Result<Done> readCsv(const ImportSource &source, const ImportEach &each)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(source.path, source);
    if (!file)
        return file.error();
    CsvShape shape = csvShape(**file, source.settings);
    CsvRows rows(**file, shape.separator, shape.charset);
    QByteArray row;
    if (shape.hasHeader && rows.next(row))
        shape.header = decodedRow(shape, row);
    if (const Result<Done> placed = placeColumns(shape, source.settings); !placed)
        return placed;
    const QJsonObject facts = csvFacts(shape, source);
    EqualsCounter equals;
    bool going = true;
    while (going && rows.next(row)) {
        const QStringList cells = decodedRow(shape, row);
        const auto cell = [&](const QString &field) { return cellOf(shape, cells, field); };
        const QString thread = threadOf(shape, cells, facts.value(u"file"_s).toString());
        const QString id = cell(u"id"_s);
        RawItem raw;
        const QByteArray hash = QCryptographicHash::hash(row, QCryptographicHash::Sha256);
        // With its hash: another row under the same id is kept, and shown as one that contradicts it.
        raw.sourceKey = !id.isEmpty()
            ? importedKey(u"csv"_s, {cell(u"thread"_s), id, QString::fromLatin1(hash.toHex().left(32))})
            : equals.key(u"csv"_s,
                         {thread.toUtf8(), cell(u"time"_s).toUtf8(), cell(u"address"_s).toUtf8(),
                          cell(u"name"_s).toUtf8(), cell(u"direction"_s).toUtf8(), hash});
        raw.raw = toRaw({facts, row, {}, {}});
        going = each(std::move(raw), (*file)->pos());
    }
    return readToEnd(**file);
}

FormField csvField(const char *key, const char *label, const char *help)
{
    FormField field;
    field.key = QString::fromLatin1(key);
    field.label = QString::fromUtf8(label);
    field.help = QString::fromUtf8(help);
    field.required = false;
    return field;
}

} // namespace

ImportFormat csvFormat()
{
    FormField separator = csvField("separator", QT_TRANSLATE_NOOP("form", "Columns are separated by"), "");
    separator.kind = FormField::Kind::Choice;
    separator.choices = {u"auto"_s, u"comma"_s, u"semicolon"_s, u"tab"_s, u"bar"_s};
    separator.choiceLabels = {QString::fromUtf8(QT_TRANSLATE_NOOP("form", "as the first line shows")),
                              QString::fromUtf8(QT_TRANSLATE_NOOP("form", "commas")),
                              QString::fromUtf8(QT_TRANSLATE_NOOP("form", "semicolons")),
                              QString::fromUtf8(QT_TRANSLATE_NOOP("form", "tabs")),
                              QString::fromUtf8(QT_TRANSLATE_NOOP("form", "vertical bars"))};
    separator.initial = u"auto"_s;
    FormField header = csvField("header", QT_TRANSLATE_NOOP("form", "The first row names the columns"), "");
    header.kind = FormField::Kind::Switch;
    header.initial = u"true"_s;

    ImportFormat format;
    format.id = u"csv"_s;
    format.title = u"Table (CSV, TSV)"_s;
    format.columns = {u"text"_s,      u"time"_s,   u"name"_s,    u"address"_s,
                      u"direction"_s, u"thread"_s, u"subject"_s, u"id"_s};
    format.form = {separator,
                   header,
                   csvField("encoding", QT_TRANSLATE_NOOP("form", "Character set"),
                            QT_TRANSLATE_NOOP("form", "Such as utf-8, windows-1252, utf-16; guessed when empty")),
                   csvField("time_format", QT_TRANSLATE_NOOP("form", "Times are written as"),
                            QT_TRANSLATE_NOOP("form", "Such as dd.MM.yyyy HH:mm; ISO 8601 and Unix time when empty")),
                   timeZoneField(),
                   ownNameField(QT_TRANSLATE_NOOP("form", "Where no column tells the direction"))};
    format.recognises = isCsv;
    format.read = readCsv;
    format.preview = previewCsv;
    return format;
}

} // namespace patchbay

#include "core/store/sql_driver.h"

namespace patchbay {

namespace {

/// Nearly every text has neither: then one pass, of several characters at a time, is enough.
bool sqlHasNeither(QStringView text)
{
    quint16 seen = 0; // in the width of a character, so that several are compared at once
    for (const QChar c : text)
        seen = quint16(seen | quint16(c.unicode() == 0) | quint16(quint16(c.unicode() & 0xf800) == 0xd800));
    return seen == 0;
}

bool sqlKeepsText(const QString &text)
{
    return sqlHasNeither(text) || (text.isValidUtf16() && !text.contains(QChar(u'\0')));
}

QString sqlRepaired(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (pair)
            ++i;
        else if (text[i].isNull() || text[i].isSurrogate())
            text[i] = QChar(QChar::ReplacementCharacter);
    }
    return text;
}

bool sqlCanBind(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::QString:
    case QMetaType::QByteArray:
    case QMetaType::Bool:
    case QMetaType::Double:
    case QMetaType::Float:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
    case QMetaType::ULongLong: return true;
    default: return value.isNull();
    }
}

} // namespace

Result<qint64> SqlDriver::insert(const QByteArray &sql, const SqlValues &values)
{
    qint64 affected = 0;
    const auto rows = run(sql, values, &affected);
    if (!rows)
        return rows.error();
    return rows->empty() ? qint64(0) : rows->front().integer(0);
}

QString sqlText(const QString &text) { return sqlKeepsText(text) ? text : sqlRepaired(text); }

QVariant sqlValue(const QVariant &value)
{
    if (value.isNull()) // of any type: a driver's NULL has one
        return QVariant();
    switch (value.typeId()) {
    case QMetaType::QString: {
        const QString text = sqlText(value.toString());
        return text.isNull() ? QStringLiteral("") : text;
    }
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return bytes.isNull() ? QByteArray("") : bytes;
    }
    case QMetaType::Bool: return value.toBool() ? qlonglong(1) : qlonglong(0);
    case QMetaType::Double:
    case QMetaType::Float: return value.toDouble();
    default: return value.toLongLong();
    }
}

std::vector<Row> sqlRows(const QVariantList &result, int columns)
{
    std::vector<Row> rows;
    if (columns <= 0)
        return rows;
    rows.reserve(size_t(result.size() / columns));
    for (qsizetype first = 0; first < result.size(); first += columns)
        rows.emplace_back(result, first);
    return rows;
}

std::optional<Error> sqlValuesError(const QByteArray &sql, const SqlValues &values, qsizetype placeholders)
{
    if (placeholders != values.size())
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("A statement of this program got %1 values instead of %2: %3")
                .arg(QString::number(values.size()), QString::number(placeholders), QString::fromUtf8(sql)));
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (!sqlCanBind(values[i]))
            return makeError(
                Error::Kind::Storage,
                QStringLiteral("A statement of this program was given a %1 as value %2: %3")
                    .arg(QString::fromUtf8(values[i].typeName()), QString::number(i + 1), QString::fromUtf8(sql)));
    }
    return std::nullopt;
}

} // namespace patchbay

#include "ui/models/own_field.h"

#include "core/base/json_reader.h"
#include "core/engine/field_template.h"
#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

namespace {

constexpr qsizetype ownFieldLongest = 20'000; ///< of a value as it is typed

struct OwnFieldText {
    Q_DECLARE_TR_FUNCTIONS(OwnField)
};

Error ownFieldRefused(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

bool ownFieldIsLines(const QJsonArray &list)
{
    return std::all_of(list.begin(), list.end(), [](const QJsonValue &one) {
        return one.isString() && !one.toString().trimmed().isEmpty() && !one.toString().contains(QLatin1Char('\n'))
            && one.toString() == one.toString().trimmed();
    });
}

/// As JSON writes it: a list of one is taken off its brackets.
QString ownFieldJson(const QJsonValue &value)
{
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1, list.size() - 2));
}

Result<QJsonValue> ownFieldNumber(const QString &name, const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?\\z"));
    const QRegularExpressionMatch found = form.match(text);
    if (!found.hasMatch())
        return ownFieldRefused(OwnFieldText::tr("The field “%1” needs a number like 3 or 2.5, not “%2”. Longer numbers "
                                                "and placeholders are written as a text.")
                                   .arg(name, words::oneLine(text, 40)));
    return found.captured(2).isEmpty() ? QJsonValue(text.toLongLong()) : QJsonValue(text.toDouble());
}

/// A number that would come out as another one.
bool ownFieldHasLongNumber(const QString &json)
{
    bool inText = false;
    int digits = 0;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const QChar c = json.at(i);
        if (inText && c == QLatin1Char('\\'))
            ++i;
        else if (c == QLatin1Char('"'))
            inText = !inText;
        digits = !inText && c.isDigit() ? digits + 1 : 0;
        if (digits > 15)
            return true;
    }
    return false;
}

Result<QJsonValue> ownFieldFromJson(const QString &name, const QString &text)
{
    const QByteArray list = "[" + text.toUtf8() + "]";
    // Strictly first: what stands twice in an object, or is too deep, is refused there.
    const JsonReader strict = JsonReader::parse(list, OwnFieldText::tr("The field “%1”").arg(name));
    if (!strict.ok())
        return ownFieldRefused(strict.error().message);
    if (ownFieldHasLongNumber(text))
        return ownFieldRefused(
            OwnFieldText::tr("The field “%1” has a number of more than 15 digits; write it as a text.").arg(name));
    const QJsonArray read = QJsonDocument::fromJson(list).array();
    if (read.size() != 1)
        return ownFieldRefused(
            OwnFieldText::tr("The field “%1” needs one JSON value, like {\"id\": \"3\"}.").arg(name));
    return read.first();
}

} // namespace

OwnField ownFieldOf(const QString &name, const QJsonValue &value)
{
    using Kind = OwnField::Kind;
    if (value.isString()) {
        const QString text = value.toString(); // what one line cannot hold as it is, JSON can
        const bool isLine = text == text.trimmed() && text.size() <= FieldTemplate::longestText
            && std::none_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
        return {name, isLine ? Kind::Text : Kind::Json, isLine ? text : ownFieldJson(value)};
    }
    if (value.isBool())
        return {name, Kind::Switch, value.toBool() ? QStringLiteral("true") : QStringLiteral("false")};
    if (value.isDouble()) {
        const OwnField number{name, Kind::Number, ownFieldJson(value)};
        const Result<QJsonValue> same = valueOf(number);
        return same && *same == value ? number : OwnField{name, Kind::Json, number.text};
    }
    if (value.isArray() && ownFieldIsLines(value.toArray())) {
        QStringList lines;
        for (const QJsonValue &one : value.toArray())
            lines << one.toString();
        return {name, Kind::List, lines.join(QLatin1Char('\n'))};
    }
    return {name, Kind::Json, ownFieldJson(value)};
}

Result<QJsonValue> valueOf(const OwnField &field)
{
    const QString name = words::oneLine(field.name, 80);
    const QString text = field.text.trimmed();
    if (field.text.size() > ownFieldLongest)
        return ownFieldRefused(
            OwnFieldText::tr("The field “%1” is longer than %2 characters.").arg(name).arg(ownFieldLongest));
    switch (field.kind) {
    case OwnField::Kind::Text: return QJsonValue(text);
    case OwnField::Kind::Switch: return QJsonValue(text == QLatin1String("true"));
    case OwnField::Kind::Number: return ownFieldNumber(name, text);
    case OwnField::Kind::List: {
        QJsonArray list;
        for (const QString &line : field.text.split(QLatin1Char('\n'))) {
            if (!line.trimmed().isEmpty())
                list.append(line.trimmed());
        }
        return QJsonValue(list);
    }
    case OwnField::Kind::Json: break;
    }
    return ownFieldFromJson(name, text);
}

Result<QJsonObject> fieldsOf(const std::vector<OwnField> &rows)
{
    QJsonObject fields;
    for (const OwnField &row : rows) {
        const QString name = row.name.trimmed();
        const bool empty = row.text.trimmed().isEmpty();
        if (name.isEmpty() && (empty || row.kind == OwnField::Kind::Switch))
            continue;
        if (name.isEmpty())
            return ownFieldRefused(
                OwnFieldText::tr("A field has a value and no name: “%1”.").arg(words::oneLine(row.text, 40)));
        if (fields.contains(name))
            return ownFieldRefused(OwnFieldText::tr("The field “%1” stands twice.").arg(words::oneLine(name, 80)));
        const Result<QJsonValue> value = valueOf(row);
        if (!value)
            return value.error();
        fields.insert(name, *value);
    }
    return fields;
}

} // namespace patchbay

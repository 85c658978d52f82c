#include "connectors/kit/mapped_fields.h"

#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>

#include <cmath>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Error unknownField(const QString &name, const KnownFields &known)
{
    QStringList names = known.kinds.keys();
    names.sort();
    if (!known.customPrefix.isEmpty())
        names.append(known.customPrefix + u"<number>"_s);
    return makeError(Error::Kind::Refused,
                     u"%1 has no field \"%2\". Known: %3."_s.arg(known.who, name.left(40), names.join(u", "_s)));
}

} // namespace

QStringList partsOf(const QString &text)
{
    QStringList parts;
    for (const QString &part : text.split(u',')) {
        if (const QString plain = part.trimmed(); !plain.isEmpty())
            parts.append(plain);
    }
    return parts;
}

QJsonArray listOf(const QJsonValue &value, bool numbers)
{
    if (value.isArray())
        return value.toArray();
    if (value.isDouble())
        return {value};
    QJsonArray list;
    for (const QString &part : partsOf(value.toString())) {
        bool whole = false;
        const qint64 number = part.toLongLong(&whole);
        list.append(numbers && whole ? QJsonValue(number) : QJsonValue(part));
    }
    return list;
}

QJsonValue numberOrText(const QString &text)
{
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    return isNumber && std::isfinite(number) ? QJsonValue(number) : QJsonValue(text);
}

bool isUuid(const QString &name)
{
    static const QRegularExpression uuid(u"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    return uuid.match(name).hasMatch();
}

bool isDigits(const QString &name)
{
    static const QRegularExpression digits(u"^[0-9]{1,30}$"_s);
    return digits.match(name).hasMatch();
}

bool isSha1(const QString &name)
{
    static const QRegularExpression hash(u"^[0-9a-f]{40}\\z"_s);
    return hash.match(name).hasMatch();
}

bool isWholeNumber(const QString &text)
{
    static const QRegularExpression number(u"^[1-9][0-9]{0,17}\\z"_s);
    return number.match(text).hasMatch();
}

SplitFields splitFields(const QJsonObject &fields, bool (*isCustom)(const QString &name))
{
    SplitFields split;
    for (auto it = fields.begin(); it != fields.end(); ++it)
        (isCustom(it.key()) ? split.custom : split.others).insert(it.key(), it.value());
    return split;
}

Result<Done> addKnownFields(QJsonObject &object, QJsonArray &custom, const QJsonObject &fields,
                            const KnownFields &known)
{
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        const QString value = settingText(fields, it.key());
        const QString number = it.key().mid(known.customPrefix.size());
        const bool isCustom =
            !known.customPrefix.isEmpty() && it.key().startsWith(known.customPrefix) && isWholeNumber(number);
        if (value.isEmpty() && !it.value().isBool())
            continue;
        if (!isCustom && !known.kinds.contains(it.key()))
            return unknownField(it.key(), known);
        const FieldKind kind = known.kinds.value(it.key(), FieldKind::Text);
        if (kind == FieldKind::Number && !isWholeNumber(value)) {
            return makeError(Error::Kind::Refused,
                             u"The field %1 needs a number, not \"%2\"."_s.arg(it.key(), value.left(40)));
        }
        if (isCustom)
            custom.append(QJsonObject{{u"id"_s, number.toLongLong()}, {u"value"_s, value}});
        else if (kind == FieldKind::Number)
            object.insert(it.key(), value.toLongLong());
        else
            object.insert(it.key(), kind == FieldKind::Switch ? QJsonValue(settingSwitch(fields, it.key())) : value);
    }
    return Done{};
}

QJsonObject withNumbers(QJsonObject fields, bool (*isNumber)(const QString &name))
{
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        bool whole = false;
        const qint64 number = it.value().toString().toLongLong(&whole);
        if (whole && isNumber(it.key()))
            it.value() = number;
    }
    return fields;
}

Result<QJsonObject> numbersNamed(const QJsonObject &fields, const QStringList &names, const QString &sentence)
{
    QJsonObject numbers;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        const std::optional<qint64> number = settingNumber(fields, it.key());
        if (!number || !names.contains(it.key()))
            return makeError(Error::Kind::Refused, sentence.arg(it.key().left(60), names.join(u", "_s)));
        numbers.insert(it.key(), *number);
    }
    return numbers;
}

QJsonValue wholeNumber(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text.toLongLong()); }

void insertText(QJsonObject &object, const QString &name, const QString &text)
{
    if (!text.isEmpty())
        object.insert(name, text);
}

Result<QJsonObject> withFields(QJsonObject object, const QJsonObject &fields, const QStringList &reserved)
{
    if (Result<Done> added = addFields(object, fields, reserved); !added)
        return added.error();
    return object;
}

Result<Request> postWithFields(const QString &path, QJsonObject object, const QJsonObject &fields,
                               const QStringList &reserved)
{
    const Result<QJsonObject> whole = withFields(std::move(object), fields, reserved);
    return whole ? Result<Request>(postTo(path, *whole)) : Result<Request>(whole.error());
}

} // namespace patchbay

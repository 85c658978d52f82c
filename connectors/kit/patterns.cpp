#include "connectors/kit/patterns.h"

#include "connectors/kit/rest.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// An id that is no number, or that a number would not hold, stays the text that it is.
QJsonValue wholeOrText(const QString &text)
{
    bool isWhole = false;
    const qint64 number = text.toLongLong(&isWhole);
    return isWhole ? QJsonValue(number) : QJsonValue(text);
}

/// Undefined: its value is not there.
QJsonValue filledPart(const QJsonValue &part, const JsonValues &values)
{
    if (part.isString()) {
        const QString pattern = part.toString();
        const bool isNumber = pattern.startsWith("#{"_L1) && pattern.endsWith(u'}');
        const QString text = filledPattern(isNumber ? pattern.mid(1) : pattern, values.inTexts).value_or(QString());
        if (text.isEmpty())
            return pattern.isEmpty() ? part : QJsonValue(QJsonValue::Undefined);
        return isNumber ? wholeOrText(text) : QJsonValue(text);
    }
    if (part.isArray()) {
        QJsonArray list;
        for (const QJsonValue &one : part.toArray()) {
            if (const QJsonValue filled = filledPart(one, values); !filled.isUndefined())
                list.append(filled);
        }
        return list;
    }
    if (!part.isObject())
        return part;
    QJsonObject object;
    const QJsonObject members = part.toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        const QString name = filledPattern(it.key(), values.inNames).value_or(QString());
        const QJsonValue filled = filledPart(it.value(), values);
        if (!name.isEmpty() && !filled.isUndefined())
            object.insert(name, filled);
    }
    const bool isLeft = values.keepsEmpty || members.isEmpty() || !object.isEmpty();
    return isLeft ? QJsonValue(object) : QJsonValue(QJsonValue::Undefined);
}

} // namespace

std::optional<QString> filledPattern(const QString &pattern, const NamedValue &value, QString *missing)
{
    QString filled;
    qsizetype at = 0;
    for (qsizetype open = pattern.indexOf(u'{'); open >= 0; open = pattern.indexOf(u'{', at)) {
        const qsizetype close = pattern.indexOf(u'}', open);
        const QString name = pattern.mid(open + 1, close - open - 1);
        const QString one = value(name);
        if (one.isEmpty()) {
            if (missing)
                *missing = name;
            return std::nullopt;
        }
        filled += pattern.mid(at, open - at) + one;
        at = close + 1;
    }
    return filled + pattern.mid(at);
}

QList<QPair<QString, QString>> filledPairs(const QString &pattern, const NamedValue &inNames,
                                           const NamedValue &inValues)
{
    QList<QPair<QString, QString>> pairs;
    for (const QString &item : pattern.split(u'&', Qt::SkipEmptyParts)) {
        const auto name = filledPattern(item.section(u'=', 0, 0), inNames);
        const auto value = filledPattern(item.section(u'=', 1), inValues);
        if (name && value)
            pairs.append({*name, *value});
    }
    return pairs;
}

Result<QUrl> filledAddress(const QString &pattern, const AddressValues &values)
{
    QString missing;
    const std::optional<QString> path = filledPattern(pattern.section(u'?', 0, 0), values.inPath, &missing);
    if (!path)
        return makeError(Error::Kind::Refused, u"There is no value for \"%1\" in the address."_s.arg(missing));
    return pathOf(*path, filledPairs(pattern.section(u'?', 1), values.inQueryNames, values.inQuery));
}

QJsonValue filledJson(const QString &pattern, const JsonValues &values)
{
    const QJsonDocument document = QJsonDocument::fromJson(pattern.toUtf8());
    Q_ASSERT_X(!document.isNull(), "filledJson", "the pattern of a spec is no JSON");
    const QJsonValue whole = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    return filledPart(whole, values);
}

} // namespace patchbay

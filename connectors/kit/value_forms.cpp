#include "connectors/kit/value_forms.h"

#include "connectors/kit/mapped_fields.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonValue switchOrText(const QString &text)
{
    static const QStringList yes{u"true"_s, u"yes"_s, u"1"_s};
    static const QStringList no{u"false"_s, u"no"_s, u"0"_s};
    const bool isYes = yes.contains(text.toLower());
    return isYes || no.contains(text.toLower()) ? QJsonValue(isYes) : QJsonValue(text);
}

} // namespace

QJsonValue inForm(const QString &text, const ValueForm &form)
{
    if (form.isList) {
        QJsonArray list;
        for (const QString &part : partsOf(text))
            list.append(inForm(part, {form.kind, form.member}));
        return list;
    }
    const bool isId = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
    switch (form.kind) {
    case ValueForm::Kind::Number: return numberOrText(text);
    case ValueForm::Kind::Switch: return switchOrText(text);
    case ValueForm::Kind::Member: return QJsonObject{{form.member, text}};
    case ValueForm::Kind::IdOrMember: return QJsonObject{{isId ? u"id"_s : form.member, text}};
    case ValueForm::Kind::Text: break;
    }
    return text;
}

QString cellOf(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"1"_s : u"0"_s;
    QStringList items;
    for (const QJsonValue &item : value.toArray())
        items << cellOf(item);
    return value.isArray() ? items.join(u',') : value.toVariant().toString();
}

QString spokenWord(const QString &constant)
{
    const QString words = QString(constant).replace(u'_', u' ').toLower();
    return words.left(1).toUpper() + words.mid(1);
}

} // namespace patchbay

#include "core/ports/message_template.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestTemplateValue = 1024;
constexpr qsizetype mostBlanks = 100;

const QRegularExpression &blankPattern()
{
    static const QRegularExpression pattern(u"\\{\\{\\s*([A-Za-z0-9_]{1,60})\\s*\\}\\}"_s);
    return pattern;
}

void addBlanks(const QString &text, bool inHeader, std::vector<TemplateBlank> &blanks)
{
    auto each = blankPattern().globalMatch(text);
    while (each.hasNext() && qsizetype(blanks.size()) < mostBlanks) {
        const QString name = each.next().captured(1);
        const QString key = (inHeader ? u"header:"_s : u"body:"_s) + name;
        const bool known = std::any_of(blanks.begin(), blanks.end(), [&](const auto &one) { return one.key == key; });
        if (!known)
            blanks.push_back({key, name, inHeader});
    }
}

/// What is put in is not read again.
QString filledIn(const QString &text, const QString &section, const QJsonObject &values)
{
    QString filled;
    qsizetype at = 0;
    auto each = blankPattern().globalMatch(text);
    while (each.hasNext()) {
        const QRegularExpressionMatch match = each.next();
        const QString value = values.value(section + match.captured(1)).toString();
        filled += text.mid(at, match.capturedStart() - at) + (value.isEmpty() ? match.captured(0) : value);
        at = match.capturedEnd();
    }
    return filled + text.mid(at);
}

Error notFilledIn(const QString &name, const QString &what)
{
    return makeError(Error::Kind::Refused, u"{{%1}} of the template %2"_s.arg(name, what));
}

} // namespace

std::vector<TemplateBlank> blanksOf(const MessageTemplate &chosen)
{
    std::vector<TemplateBlank> blanks;
    addBlanks(chosen.header, true, blanks);
    addBlanks(chosen.body, false, blanks);
    return blanks;
}

QString templateText(const TemplateUse &use)
{
    QStringList parts{filledIn(use.chosen.header, u"header:"_s, use.values),
                      filledIn(use.chosen.body, u"body:"_s, use.values), use.chosen.footer};
    parts.removeAll(QString());
    QString text = parts.join(u"\n\n"_s);
    if (!use.chosen.buttons.isEmpty())
        text += u"\n\n["_s + use.chosen.buttons.join(u"] ["_s) + u']';
    return text;
}

Result<Done> checkTemplate(const TemplateUse &use)
{
    if (use.chosen.name.isEmpty() || use.chosen.language.isEmpty() || use.chosen.body.isEmpty())
        return makeError(Error::Kind::Refused, u"The template has no name, no language or no text."_s);
    qsizetype used = 0;
    for (const TemplateBlank &blank : blanksOf(use.chosen)) {
        const QString value = use.values.value(blank.key).toString();
        used += use.values.contains(blank.key) ? 1 : 0;
        if (value.trimmed().isEmpty())
            return notFilledIn(blank.name, u"is not filled in."_s);
        if (value.size() > longestTemplateValue)
            return notFilledIn(blank.name, u"takes at most %1 characters."_s.arg(longestTemplateValue));
        const bool breaks = std::any_of(value.begin(), value.end(), [](QChar c) { return c < u' '; });
        if (breaks || value.contains(u"     "_s))
            return notFilledIn(blank.name, u"takes one line, without tabs and long runs of blanks."_s);
    }
    if (used != use.values.size())
        return makeError(Error::Kind::Refused, u"There is a value for a place that the template does not have."_s);
    return Done{};
}

QJsonObject toJson(const TemplateUse &use)
{
    return {{u"name"_s, use.chosen.name},
            {u"language"_s, use.chosen.language},
            {u"category"_s, use.chosen.category},
            {u"header"_s, use.chosen.header},
            {u"body"_s, use.chosen.body},
            {u"footer"_s, use.chosen.footer},
            {u"buttons"_s, QJsonArray::fromStringList(use.chosen.buttons)},
            {u"values"_s, use.values}};
}

Result<TemplateUse> templateFromJson(const QJsonObject &json)
{
    TemplateUse use;
    const auto text = [&json](const QString &key, QString &to) {
        to = json.value(key).toString();
        return json.value(key).isString();
    };
    bool whole = text(u"name"_s, use.chosen.name) && text(u"language"_s, use.chosen.language)
        && text(u"category"_s, use.chosen.category) && text(u"header"_s, use.chosen.header)
        && text(u"body"_s, use.chosen.body) && text(u"footer"_s, use.chosen.footer)
        && json.value(u"buttons"_s).isArray() && json.value(u"values"_s).isObject();
    const QJsonArray buttons = json.value(u"buttons"_s).toArray();
    for (const QJsonValue &button : buttons) {
        whole = whole && button.isString();
        use.chosen.buttons << button.toString();
    }
    use.values = json.value(u"values"_s).toObject();
    for (const QJsonValue &value : std::as_const(use.values))
        whole = whole && value.isString();
    if (!whole)
        return makeError(Error::Kind::Protocol, u"The stored template is not whole."_s);
    return use;
}

QString asDraft(const TemplateUse &use)
{
    return QString::fromUtf8(QJsonDocument(toJson(use)).toJson(QJsonDocument::Compact));
}

std::optional<TemplateUse> templateFromDraft(const QString &text)
{
    const Result<TemplateUse> use = templateFromJson(QJsonDocument::fromJson(text.toUtf8()).object());
    return use ? std::optional(*use) : std::nullopt;
}

} // namespace patchbay

#include "core/engine/field_choices.h"

#include "core/mail/html_body.h"

#include <QtCore/QSet>

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t mostChoices = 2000;
constexpr qsizetype longestChoiceField = 80;
constexpr qsizetype longestChoiceText = 200;

} // namespace

QStringList FieldChoices::fields() const
{
    QStringList names;
    for (const FieldChoice &choice : choices) {
        if (!names.contains(choice.field))
            names << choice.field;
    }
    return names;
}

std::vector<FieldChoice> FieldChoices::of(const QString &field) const
{
    std::vector<FieldChoice> found;
    std::copy_if(choices.begin(), choices.end(), std::back_inserter(found),
                 [&field](const FieldChoice &choice) { return choice.field == field; });
    return found;
}

FieldChoices boundedChoices(const std::vector<FieldChoice> &choices, Timestamp readAt)
{
    FieldChoices bounded;
    bounded.readAt = readAt;
    QSet<std::pair<QString, QString>> seen;
    for (const FieldChoice &choice : choices) {
        const bool usable = !choice.field.trimmed().isEmpty() && choice.field.size() <= longestChoiceField
            && !choice.value.isEmpty() && choice.value.size() <= longestChoiceText;
        if (!usable || bounded.choices.size() >= mostChoices) {
            ++bounded.leftOut;
            continue;
        }
        const std::pair key(choice.field, choice.value);
        if (seen.contains(key))
            continue;
        seen.insert(key);
        bounded.choices.push_back({choice.field, choice.value, cleanLine(choice.title, longestChoiceText)});
    }
    return bounded;
}

} // namespace patchbay

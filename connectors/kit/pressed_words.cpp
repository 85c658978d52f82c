#include "connectors/kit/pressed_words.h"

#include "connectors/kit/chat_parts.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int deepestButton = 12; // rows, columns and sections around it

std::optional<QString> findButton(const QJsonValue &within, const QString &member, const QString &value,
                                  const QString &label, int depth)
{
    if (depth > deepestButton)
        return std::nullopt;
    if (within.isObject() && within[member] == QJsonValue(value) && within[label].isString())
        return within[label].toString();
    const auto among = [&](const auto &parts) -> std::optional<QString> {
        for (const QJsonValue part : parts) {
            if (const auto found = findButton(part, member, value, label, depth + 1))
                return found;
        }
        return std::nullopt;
    };
    return within.isArray() ? among(within.toArray()) : within.isObject() ? among(within.toObject()) : std::nullopt;
}

} // namespace

QString buttonWords(const QJsonValue &within, const QString &member, const QString &value, const QString &label)
{
    return findButton(within, member, value, label, 0).value_or(value);
}

QString commandWords(JsonReader &command)
{
    QString words = command.text(u"/name"_s);
    for (JsonReader &option : command.optionalArray(u"/options"_s))
        words += u' ' + (option.has(u"/value"_s) ? filledIn(option, u"{/name}: {/value}"_s) : commandWords(option));
    return words;
}

void addFormLines(InboundMessage &message, JsonReader &form)
{
    if (form.has(u"/custom_id"_s) && form.has(u"/value"_s))
        addChatLine(message, filledIn(form, u"{/custom_id}: {/value}"_s));
    for (JsonReader &inner : form.optionalArray(u"/components"_s))
        addFormLines(message, inner);
    if (form.has(u"/component"_s)) {
        JsonReader inner = form.object(u"/component"_s);
        addFormLines(message, inner);
    }
}

} // namespace patchbay

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QHash>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

namespace patchbay {

/// What the placeholders of a template stand for. Values are data: what they hold is never read as a template.
struct TemplateValues {
    QHash<QString, QString> texts = {};
    QHash<QString, Timestamp> times = {};
};

/// A text with placeholders: `{{contact.name}}`, with filters `{{message.text | truncate: 200 | default: "none"}}`, or
/// a quoted text of its own, `{{"{{"}}`. Filters: truncate: N (characters), default: "text" (for what is empty), upper,
/// lower, date: "yyyy-MM-dd" (of a time, in the workstation's zone). Strict: an unknown placeholder or filter is
/// refused with its place. A value; any thread.
class FieldTemplate {
public:
    static constexpr qsizetype longestText = 4000; ///< of the template itself

    /// Refused with a sentence that says what is wrong and at which character.
    static Result<FieldTemplate> parse(const QString &text);
    /// The names that may stand in a template, in the order of the help.
    static QStringList placeholders();

    /// One pass; at most `limit` characters, the last one "…" when something was cut.
    QString fill(const TemplateValues &values, qsizetype limit) const;

private:
    struct Filter {
        enum class Kind { Truncate, Default, Upper, Lower, Date } kind = Kind::Upper;
        qsizetype number = 0;
        QString text = {};
    };
    struct Part {
        QString text = {}; ///< as it stands, or the placeholder's name
        bool isPlaceholder = false;
        std::vector<Filter> filters = {};
    };
    friend class FieldTemplateParser;

    static QString filled(const Part &part, const TemplateValues &values);
    static QString filtered(const Filter &filter, const QString &value);

    std::vector<Part> m_parts;
};

} // namespace patchbay

#include "core/engine/field_template.h"

#include <QtCore/QLocale>

#include <algorithm>
#include <optional>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostTemplateParts = 200;
constexpr int mostTemplateFilters = 8;
constexpr qsizetype longestTemplateCut = 100'000;
constexpr qsizetype longestDateFormat = 40;

struct KnownPlaceholder {
    const char16_t *name;
    bool isTime;
};

constexpr KnownPlaceholder knownPlaceholders[] = {
    {u"contact.name", false},
    {u"contact.address", false},
    {u"message.subject", false},
    {u"message.text", false},
    {u"message.author", false},
    {u"message.time", true},
    {u"conversation.subject", false},
    {u"conversation.channel", false},
    {u"conversation.language", false},
    {u"conversation.link", false},
    {u"conversation.started", true},
    {u"task.title", false},
    {u"task.description", false},
    {u"task.category", false},
    {u"task.priority", false},
    {u"operator.name", false},
    {u"now", true},
};

const KnownPlaceholder *knownPlaceholder(QStringView name)
{
    const auto found = std::find_if(std::begin(knownPlaceholders), std::end(knownPlaceholders),
                                    [name](const KnownPlaceholder &one) { return name == QStringView(one.name); });
    return found == std::end(knownPlaceholders) ? nullptr : found;
}

/// Never half a character, and "…" in place of what was cut.
QString templateCut(const QString &text, qsizetype limit)
{
    if (text.size() <= limit)
        return text;
    qsizetype at = std::max<qsizetype>(limit - 1, 0);
    if (at > 0 && text[at - 1].isHighSurrogate())
        --at;
    return text.left(at) + u'…';
}

/// Control characters have no place in a task; line feeds and tabs have.
QString templateClean(const QString &value)
{
    QString clean = value;
    clean.removeIf([](QChar c) { return (c < u' ' && c != u'\n' && c != u'\t') || c == QChar(0x7f); });
    return clean;
}

bool isDateFormat(const QString &format)
{
    static constexpr QStringView letters = u"dMyHhmsaAPpt";
    return !format.isEmpty() && format.size() <= longestDateFormat
        && std::all_of(format.begin(), format.end(), [](QChar c) { return !c.isLetter() || letters.contains(c); })
        && !format.contains(u'\'');
}

} // namespace

/// Reads a template once, from left to right.
class FieldTemplateParser {
public:
    explicit FieldTemplateParser(const QString &text)
        : m_text(text)
    {
    }

    Result<FieldTemplate> run()
    {
        if (m_text.size() > FieldTemplate::longestText)
            return makeError(Error::Kind::Refused,
                             u"the template has %1 characters; %2 are the most"_s.arg(m_text.size())
                                 .arg(FieldTemplate::longestText));
        while (m_at < m_text.size() && !m_fault)
            m_text.mid(m_at, 2) == "{{"_L1 ? readPlaceholder() : readText();
        if (m_fault)
            return *m_fault;
        if (m_made.m_parts.size() > size_t(mostTemplateParts))
            return makeError(Error::Kind::Refused, u"the template has more than %1 parts"_s.arg(mostTemplateParts));
        return m_made;
    }

private:
    using Part = FieldTemplate::Part;
    using Filter = FieldTemplate::Filter;

    void fault(qsizetype at, const QString &what)
    {
        if (!m_fault)
            m_fault = makeError(Error::Kind::Refused, u"%1, at character %2"_s.arg(what).arg(at + 1));
    }
    void skipBlanks()
    {
        while (m_at < m_text.size() && m_text[m_at].isSpace())
            ++m_at;
    }
    bool takes(QLatin1StringView what)
    {
        if (!QStringView(m_text).mid(m_at).startsWith(what))
            return false;
        m_at += what.size();
        return true;
    }
    QString word()
    {
        const qsizetype from = m_at;
        while (m_at < m_text.size()
               && (m_text[m_at].isLetterOrNumber() || m_text[m_at] == u'.' || m_text[m_at] == u'_'))
            ++m_at;
        return m_text.mid(from, m_at - from);
    }

    void readText()
    {
        const qsizetype open = m_text.indexOf("{{"_L1, m_at);
        const qsizetype end = open < 0 ? m_text.size() : open;
        const qsizetype stray = m_text.indexOf("}}"_L1, m_at);
        if (stray >= 0 && stray < end)
            return fault(stray, u"“}}” closes nothing; write {{\"}}\"}} for the characters themselves"_s);
        m_made.m_parts.push_back({m_text.mid(m_at, end - m_at), false, {}});
        m_at = end;
    }

    void readPlaceholder()
    {
        m_opened = m_at;
        m_at += 2;
        skipBlanks();
        Part part;
        bool isTime = false;
        if (m_at < m_text.size() && m_text[m_at] == u'"') {
            part.text = quoted();
        } else {
            const qsizetype from = m_at;
            part.text = word();
            part.isPlaceholder = true;
            const KnownPlaceholder *known = knownPlaceholder(part.text);
            if (!known)
                return fault(from,
                             u"there is no placeholder “%1” (known: %2)"_s.arg(
                                 part.text.left(40), FieldTemplate::placeholders().join(u", "_s)));
            isTime = known->isTime;
        }
        for (skipBlanks(); !m_fault && takes("|"_L1); skipBlanks())
            readFilter(part, isTime);
        if (m_fault)
            return;
        if (!takes("}}"_L1))
            return fault(m_at, u"“{{” of character %1 is not closed with “}}” here"_s.arg(m_opened + 1));
        m_made.m_parts.push_back(std::move(part));
    }

    void readFilter(Part &part, bool &isTime)
    {
        skipBlanks();
        const qsizetype from = m_at;
        const QString name = word();
        Filter filter;
        if (name == "upper"_L1) {
            filter.kind = Filter::Kind::Upper;
        } else if (name == "lower"_L1) {
            filter.kind = Filter::Kind::Lower;
        } else if (name == "truncate"_L1) {
            filter.kind = Filter::Kind::Truncate;
            filter.number = number(name);
        } else if (name == "default"_L1) {
            filter.kind = Filter::Kind::Default;
            filter.text = argument(name);
        } else if (name == "date"_L1) {
            filter.kind = Filter::Kind::Date;
            filter.text = argument(name);
            if (!m_fault && !isTime)
                return fault(from,
                             u"date is for a time (message.time, conversation.started, now), before other filters"_s);
            if (!m_fault && !isDateFormat(filter.text))
                return fault(from, u"“%1” is no date format (like yyyy-MM-dd HH:mm)"_s.arg(filter.text.left(40)));
        } else {
            return fault(
                from, u"there is no filter “%1” (known: truncate, default, date, upper, lower)"_s.arg(name.left(40)));
        }
        isTime = false;
        part.filters.push_back(filter);
        if (part.filters.size() > size_t(mostTemplateFilters))
            fault(from, u"more than %1 filters on one placeholder"_s.arg(mostTemplateFilters));
    }

    void colon(const QString &filter)
    {
        skipBlanks();
        if (!takes(":"_L1))
            fault(m_at, u"%1 needs “:” and a value"_s.arg(filter));
        skipBlanks();
    }

    QString argument(const QString &filter)
    {
        colon(filter);
        if (m_fault)
            return {};
        if (m_at >= m_text.size() || m_text[m_at] != u'"') {
            fault(m_at, u"%1 needs a text in double quotes"_s.arg(filter));
            return {};
        }
        return quoted();
    }

    qsizetype number(const QString &filter)
    {
        colon(filter);
        const qsizetype from = m_at;
        while (m_at < m_text.size() && m_text[m_at] >= u'0' && m_text[m_at] <= u'9')
            ++m_at;
        bool ok = false;
        const qlonglong value = QStringView(m_text).mid(from, m_at - from).toLongLong(&ok);
        if (!m_fault && (!ok || value < 1 || value > longestTemplateCut))
            fault(from, u"%1 needs a number from 1 to %2"_s.arg(filter).arg(longestTemplateCut));
        return qsizetype(value);
    }

    /// At the opening quote; \" and \\ stand for themselves.
    QString quoted()
    {
        const qsizetype from = m_at++;
        QString text;
        while (m_at < m_text.size() && m_text[m_at] != u'"') {
            if (m_text[m_at] == u'\\' && m_at + 1 < m_text.size() && QStringView(u"\"\\").contains(m_text[m_at + 1]))
                ++m_at;
            text += m_text[m_at++];
        }
        if (m_at >= m_text.size())
            fault(from, u"this double quote is not closed"_s);
        ++m_at;
        return text;
    }

    const QString m_text;
    qsizetype m_at = 0;
    qsizetype m_opened = 0;
    FieldTemplate m_made = {};
    std::optional<Error> m_fault = {};
};

Result<FieldTemplate> FieldTemplate::parse(const QString &text) { return FieldTemplateParser(text).run(); }

QStringList FieldTemplate::placeholders()
{
    QStringList names;
    for (const KnownPlaceholder &one : knownPlaceholders)
        names << QString::fromUtf16(one.name);
    return names;
}

QString FieldTemplate::filtered(const Filter &filter, const QString &value)
{
    switch (filter.kind) {
    case Filter::Kind::Truncate: return templateCut(value, filter.number);
    case Filter::Kind::Default: return value.trimmed().isEmpty() ? filter.text : value;
    case Filter::Kind::Upper: return value.toUpper();
    case Filter::Kind::Lower: return value.toLower();
    case Filter::Kind::Date: return value; // of a time, which filled() has turned into text
    }
    return value;
}

QString FieldTemplate::filled(const Part &part, const TemplateValues &values)
{
    QString value = part.text;
    if (part.isPlaceholder) {
        const auto time = values.times.constFind(part.text);
        if (time == values.times.constEnd()) {
            value = templateClean(values.texts.value(part.text));
        } else if (!*time) {
            value.clear();
        } else {
            const bool shaped = !part.filters.empty() && part.filters.front().kind == Filter::Kind::Date;
            value = shaped ? QLocale::c().toString(time->toDateTime().toLocalTime(), part.filters.front().text)
                           : time->toDateTime().toString(Qt::ISODate);
        }
    }
    for (const Filter &filter : part.filters)
        value = filtered(filter, value);
    return value;
}

QString FieldTemplate::fill(const TemplateValues &values, qsizetype limit) const
{
    QString out;
    for (const Part &part : m_parts) {
        out += part.isPlaceholder || !part.filters.empty() ? filled(part, values) : part.text;
        if (out.size() > limit)
            return templateCut(out, limit);
    }
    return out;
}

} // namespace patchbay

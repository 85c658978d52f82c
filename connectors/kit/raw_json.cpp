#include "connectors/kit/raw_json.h"

#include <QtCore/QStringList>

namespace patchbay {

namespace {

/// Walks over JSON that is known to be well formed; at its end it stands still.
class RawJson {
public:
    explicit RawJson(const QByteArray &json)
        : m_json(json)
    {
        skipSpace();
    }

    /// Steps into an object or array; false when it is none, or empty.
    bool enter(char open)
    {
        if (here() != open)
            return false;
        next();
        return here() != (open == '{' ? '}' : ']');
    }
    /// Behind a value: over the comma; false when the list ends.
    bool more()
    {
        if (here() != ',')
            return false;
        next();
        return true;
    }
    /// The name of a member, and over its colon.
    QByteArray name()
    {
        const QByteArray quoted = value();
        if (here() == ':')
            next();
        return quoted.size() < 2 ? QByteArray() : quoted.mid(1, quoted.size() - 2);
    }
    /// The value that begins here, and over it.
    QByteArray value()
    {
        const qsizetype start = m_at;
        int depth = 0;
        do {
            const char c = here();
            if (c == '"')
                skipText();
            else if (c == '{' || c == '[')
                ++depth, ++m_at;
            else if (c == '}' || c == ']')
                --depth, ++m_at;
            else if (depth == 0)
                skipWord();
            else
                ++m_at;
        } while (depth > 0 && m_at < m_json.size());
        const QByteArray bytes = m_json.mid(start, m_at - start);
        skipSpace();
        return bytes;
    }

private:
    char here() const { return m_at < m_json.size() ? m_json.at(m_at) : '\0'; }
    void next()
    {
        ++m_at;
        skipSpace();
    }
    void skipSpace()
    {
        while (m_at < m_json.size() && QByteArrayView(" \t\r\n").contains(m_json.at(m_at)))
            ++m_at;
    }
    void skipText()
    {
        for (++m_at; m_at < m_json.size() && m_json.at(m_at) != '"'; ++m_at) {
            if (m_json.at(m_at) == '\\')
                ++m_at;
        }
        m_at = std::min(m_at + 1, m_json.size());
    }
    void skipWord()
    {
        const qsizetype start = m_at;
        while (m_at < m_json.size() && !QByteArrayView(",]}: \t\r\n").contains(m_json.at(m_at)))
            ++m_at;
        m_at = std::min(std::max(m_at, start + 1), m_json.size());
    }

    const QByteArray &m_json;
    qsizetype m_at = 0;
};

QByteArray rawMember(const QByteArray &json, const QByteArray &name)
{
    RawJson in(json);
    if (!in.enter('{'))
        return {};
    do {
        const QByteArray found = in.name();
        const QByteArray value = in.value();
        if (found == name)
            return value;
    } while (in.more());
    return {};
}

} // namespace

QByteArray rawJsonAt(const QByteArray &json, const QString &pointer)
{
    QByteArray value = json;
    const QStringList steps = pointer.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    for (const QString &step : steps)
        value = rawMember(value, step.toUtf8());
    return value;
}

std::vector<QByteArray> rawElements(const QByteArray &json, const QString &pointer)
{
    std::vector<QByteArray> all;
    const QByteArray list = rawJsonAt(json, pointer);
    RawJson in(list);
    if (!in.enter('['))
        return all;
    do {
        all.push_back(in.value());
    } while (in.more());
    return all;
}

} // namespace patchbay

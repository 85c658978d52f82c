#include "core/base/json_place.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <vector>

namespace patchbay {

namespace {

/// Walks through a JSON text and stops at the deepest value on the way to a pointer.
class JsonPlaceSearch {
public:
    JsonPlaceSearch(const QByteArray &text, const QString &pointer)
        : m_text(text)
    {
        if (pointer.size() < 2)
            return;
        for (QString step : pointer.mid(1).split(QLatin1Char('/'))) {
            step.replace(QLatin1String("~1"), QLatin1String("/")).replace(QLatin1String("~0"), QLatin1String("~"));
            m_steps.push_back(step.toUtf8());
        }
    }

    /// The offset; -1: not JSON so far.
    qsizetype run()
    {
        for (m_at = 0; m_at < m_text.size() && !m_done; ++m_at)
            see(m_text[m_at]);
        return m_found;
    }
    /// After run(): what was found is what the pointer names.
    bool isExact() const { return m_exact; }

private:
    struct Level {
        bool isObject = false;
        bool onWay = false; ///< every level up to here is on the pointer's way
        int index = 0;
        QByteArray key = {};
        bool wantsKey = false;
    };

    bool nextOnWay() const
    {
        if (m_levels.empty())
            return true;
        const Level &top = m_levels.back();
        const size_t depth = m_levels.size() - 1;
        if (!top.onWay || depth >= m_steps.size())
            return false;
        return top.isObject ? top.key == m_steps[depth] : QByteArray::number(top.index) == m_steps[depth];
    }

    bool begin()
    {
        const bool onWay = nextOnWay();
        if (onWay) {
            m_found = m_at;
            m_done = m_exact = m_levels.size() == m_steps.size();
        }
        return onWay;
    }

    void see(char c)
    {
        switch (c) {
        case '{':
        case '[': {
            const bool onWay = begin();
            m_levels.push_back({c == '{', onWay, 0, {}, c == '{'});
            break;
        }
        case '}':
        case ']':
            if (!m_levels.empty()) {
                m_done = m_done || m_levels.back().onWay; // the pointer leads to nothing behind this
                m_levels.pop_back();
            }
            break;
        case ',':
            if (!m_levels.empty()) {
                ++m_levels.back().index;
                m_levels.back().wantsKey = m_levels.back().isObject;
            }
            break;
        case ':':
        case ' ':
        case '\t':
        case '\r':
        case '\n': break;
        case '"': text(); break;
        default:
            begin();
            while (m_at + 1 < m_text.size() && !QByteArrayView(",]} \t\r\n").contains(m_text[m_at + 1]))
                ++m_at;
        }
    }

    void text()
    {
        const qsizetype start = m_at;
        const bool isKey = !m_levels.empty() && m_levels.back().wantsKey;
        if (!isKey)
            begin();
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\')
                ++m_at;
        }
        if (isKey) {
            m_levels.back().key = m_text.mid(start + 1, m_at - start - 1);
            m_levels.back().wantsKey = false;
        }
    }

    const QByteArray &m_text;
    std::vector<QByteArray> m_steps;
    std::vector<Level> m_levels;
    qsizetype m_at = 0;
    qsizetype m_found = -1;
    bool m_done = false;
    bool m_exact = false;
};

/// Behind the text that begins with a quote at `at`.
qsizetype placeBehindText(const QByteArray &text, qsizetype at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\')
            ++at;
    }
    return std::min(at + 1, text.size());
}

/// Behind the value that begins at `at`.
qsizetype placeBehind(const QByteArray &text, qsizetype at)
{
    int depth = 0;
    do {
        const char c = text[at];
        if (c == '"') {
            at = placeBehindText(text, at);
            continue;
        }
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        ++at;
        if (depth == 0 && c != '}' && c != ']') { // a number or a word
            while (at < text.size() && !QByteArrayView(",]} \t\r\n").contains(text[at]))
                ++at;
        }
    } while (depth > 0 && at < text.size());
    return at;
}

} // namespace

std::optional<JsonSpan> jsonSpan(const QByteArray &text, const QString &pointer)
{
    JsonPlaceSearch search(text, pointer);
    const qsizetype found = search.run();
    if (found < 0 || !search.isExact())
        return std::nullopt;
    return JsonSpan{found, placeBehind(text, found) - found};
}

int lineAt(const QByteArray &text, qsizetype offset)
{
    return 1 + int(std::count(text.begin(), text.begin() + std::clamp<qsizetype>(offset, 0, text.size()), '\n'));
}

int jsonLine(const QByteArray &text, const QString &pointer)
{
    const qsizetype found = JsonPlaceSearch(text, pointer).run();
    return found < 0 ? 0 : lineAt(text, found);
}

} // namespace patchbay

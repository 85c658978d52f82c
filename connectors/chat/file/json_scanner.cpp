#include "connectors/chat/file/json_scanner.h"

namespace patchbay {

namespace {

constexpr qint64 scannerChunk = 256 * 1024;
constexpr qsizetype longestKey = 200;

bool isBlank(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool endsScalar(int c) { return c < 0 || c == ',' || c == ']' || c == '}' || isBlank(c); }

void keep(QByteArray *to, qsizetype limit, int c)
{
    if (to && to->size() <= limit)
        to->append(char(c));
}

} // namespace

JsonScanner::JsonScanner(QIODevice &device)
    : m_device(device)
{
    if (peek() == 0xEF) { // byte order mark
        for (int i = 0; i < 3; ++i)
            advance();
    }
}

int JsonScanner::peek()
{
    if (m_at == m_chunk.size()) {
        m_before += m_at;
        m_at = 0;
        m_chunk = m_device.read(scannerChunk);
        if (m_chunk.isEmpty())
            return -1;
    }
    return static_cast<unsigned char>(m_chunk.at(m_at));
}

void JsonScanner::advance()
{
    const int c = peek();
    if (c < 0)
        return;
    if (m_recording)
        keep(&m_record, m_recordLimit, c);
    ++m_at;
}

void JsonScanner::blanks()
{
    while (isBlank(peek()))
        advance();
}

JsonScanner::Next JsonScanner::next()
{
    blanks();
    switch (peek()) {
    case '{': return Next::Object;
    case '[': return Next::Array;
    case '"': return Next::Value;
    default: break;
    }
    return endsScalar(peek()) ? Next::Nothing : Next::Value;
}

void JsonScanner::enter()
{
    blanks();
    advance();
}

bool JsonScanner::nextMember(QByteArray &key)
{
    while (true) {
        blanks();
        const int c = peek();
        if (c < 0) {
            m_cut = true;
            return false;
        }
        if (c == '}' || c == ']') {
            advance();
            return false;
        }
        if (c != '"') { // a comma, or something broken
            advance();
            continue;
        }
        key.clear();
        string(&key, longestKey);
        blanks();
        if (peek() == ':') {
            advance();
            blanks();
            return true;
        }
    }
}

bool JsonScanner::nextElement()
{
    while (true) {
        blanks();
        const int c = peek();
        if (c < 0) {
            m_cut = true;
            return false;
        }
        if (c == ']' || c == '}') {
            advance();
            return false;
        }
        if (c != ',')
            return true;
        advance();
    }
}

/// The string's bytes without its quotation marks, escapes as they are.
void JsonScanner::string(QByteArray *to, qsizetype limit)
{
    advance();
    while (true) {
        const int c = peek();
        if (c < 0) {
            m_cut = true;
            return;
        }
        advance();
        if (c == '"')
            return;
        keep(to, limit, c);
        if (c == '\\' && peek() >= 0) {
            keep(to, limit, peek());
            advance();
        }
    }
}

void JsonScanner::pass(QByteArray *to, qsizetype limit)
{
    blanks();
    qint64 depth = 0;
    do {
        const int c = peek();
        if (c < 0) {
            m_cut = true;
            return;
        }
        if (c == '"') {
            keep(to, limit, '"');
            string(to, limit);
            keep(to, limit, '"');
            continue;
        }
        if (depth == 0 && endsScalar(c)) // nothing stands here
            return;
        if (c == '{' || c == '[')
            ++depth;
        else if (c == '}' || c == ']')
            --depth;
        keep(to, limit, c);
        advance();
        if (depth == 0 && c != '}' && c != ']') { // a number or a word
            while (!endsScalar(peek())) {
                keep(to, limit, peek());
                advance();
            }
        }
    } while (depth > 0);
}

QByteArray JsonScanner::take(qsizetype limit)
{
    QByteArray bytes;
    pass(&bytes, limit);
    return bytes;
}

void JsonScanner::record(qsizetype limit)
{
    m_record.clear();
    m_recordLimit = limit;
    m_recording = true;
}

QByteArray JsonScanner::recorded()
{
    m_recording = false;
    return std::exchange(m_record, {});
}

} // namespace patchbay

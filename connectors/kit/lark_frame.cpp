#include "connectors/kit/lark_frame.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostLarkHeaders = 100;
constexpr int mostLarkParts = 64;
constexpr size_t mostLarkMessages = 20;
constexpr qsizetype mostLarkBytes = 8 * 1024 * 1024;

enum LarkWire { Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5 };

Error notALarkFrame() { return makeError(Error::Kind::Protocol, u"A frame of the long connection cannot be read."_s); }

/// Reads forwards; once something is wrong it stays wrong.
class LarkReader {
public:
    explicit LarkReader(QByteArrayView bytes)
        : m_bytes(bytes)
    {
    }
    bool ok() const { return m_ok; }
    bool atEnd() const { return !m_ok || m_at >= m_bytes.size(); }

    quint64 varint()
    {
        quint64 value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (m_at >= m_bytes.size())
                break;
            const uchar byte = uchar(m_bytes[m_at++]);
            if (shift < 64)
                value |= quint64(byte & 0x7f) << shift;
            if (!(byte & 0x80))
                return value;
        }
        m_ok = false;
        return 0;
    }
    QByteArrayView bytes(quint64 size)
    {
        if (!m_ok || size > quint64(m_bytes.size() - m_at)) {
            m_ok = false;
            return {};
        }
        const QByteArrayView found = m_bytes.sliced(m_at, qsizetype(size));
        m_at += qsizetype(size);
        return found;
    }
    QByteArrayView text() { return bytes(varint()); }
    void skip(int wire)
    {
        switch (wire) {
        case Varint: varint(); break;
        case Fixed64: bytes(8); break;
        case Length: text(); break;
        case Fixed32: bytes(4); break;
        default: m_ok = false; // groups
        }
    }

private:
    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    bool m_ok = true;
};

bool readLarkHeader(QByteArrayView bytes, LarkFrame &frame)
{
    LarkReader in(bytes);
    QPair<QByteArray, QByteArray> header;
    while (!in.atEnd()) {
        const quint64 tag = in.varint();
        if (tag == (1 << 3 | Length))
            header.first = in.text().toByteArray();
        else if (tag == (2 << 3 | Length))
            header.second = in.text().toByteArray();
        else
            in.skip(int(tag & 7));
    }
    frame.headers.append(header);
    return in.ok() && frame.headers.size() <= mostLarkHeaders;
}

void writeVarint(QByteArray &out, quint64 value)
{
    while (value >= 0x80) {
        out.append(char(uchar(value) | 0x80));
        value >>= 7;
    }
    out.append(char(value));
}

void writeNumber(QByteArray &out, int field, quint64 value)
{
    writeVarint(out, quint64(field) << 3 | Varint);
    writeVarint(out, value);
}

void writeText(QByteArray &out, int field, const QByteArray &text)
{
    writeVarint(out, quint64(field) << 3 | Length);
    writeVarint(out, quint64(text.size()));
    out.append(text);
}

} // namespace

QByteArray LarkFrame::header(const QByteArray &key) const
{
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&key](const auto &header) { return header.first == key; });
    return found == headers.end() ? QByteArray() : found->second;
}

int LarkFrame::number(const QByteArray &key, int otherwise) const
{
    bool isNumber = false;
    const int value = header(key).toInt(&isNumber);
    return isNumber ? value : otherwise;
}

Result<LarkFrame> larkFrame(const QByteArray &bytes)
{
    LarkFrame frame;
    LarkReader in(bytes);
    while (!in.atEnd()) {
        const quint64 tag = in.varint();
        switch (tag) {
        case 1 << 3 | Varint: frame.seq = in.varint(); break;
        case 2 << 3 | Varint: frame.log = in.varint(); break;
        case 3 << 3 | Varint: frame.service = qint32(in.varint()); break;
        case 4 << 3 | Varint: frame.method = qint32(in.varint()); break;
        case 5 << 3 | Length:
            if (!readLarkHeader(in.text(), frame))
                return notALarkFrame();
            break;
        case 6 << 3 | Length: frame.payloadEncoding = in.text().toByteArray(); break;
        case 7 << 3 | Length: frame.payloadType = in.text().toByteArray(); break;
        case 8 << 3 | Length: frame.payload = in.text().toByteArray(); break;
        case 9 << 3 | Length: frame.newLog = in.text().toByteArray(); break;
        default: in.skip(int(tag & 7));
        }
    }
    if (!in.ok() || bytes.isEmpty())
        return notALarkFrame();
    return frame;
}

QByteArray toBytes(const LarkFrame &frame)
{
    QByteArray out;
    writeNumber(out, 1, frame.seq);
    writeNumber(out, 2, frame.log);
    writeNumber(out, 3, quint64(qint64(frame.service)));
    writeNumber(out, 4, quint64(qint64(frame.method)));
    for (const auto &[key, value] : frame.headers) {
        QByteArray header;
        writeText(header, 1, key);
        writeText(header, 2, value);
        writeText(out, 5, header);
    }
    const std::pair<int, const QByteArray &> texts[]{
        {6, frame.payloadEncoding}, {7, frame.payloadType}, {8, frame.payload}, {9, frame.newLog}};
    for (const auto &[field, text] : texts) {
        if (!text.isEmpty())
            writeText(out, field, text);
    }
    return out;
}

Result<std::optional<QByteArray>> LarkParts::take(const LarkFrame &frame)
{
    const int sum = frame.number("sum", 1);
    const int seq = frame.number("seq", 0);
    if (sum <= 1)
        return std::optional(frame.payload);
    if (sum > mostLarkParts || seq < 0 || seq >= sum)
        return notALarkFrame();
    const QByteArray id = frame.header("message_id");
    Message &message = m_waiting[id];
    if (message.sum != sum) // the first, or another message of the same name
        message = {{}, sum, ++m_age};
    message.parts[seq] = frame.payload;
    QByteArray whole;
    for (const auto &[at, part] : message.parts)
        whole += part;
    if (whole.size() > mostLarkBytes) {
        m_waiting.erase(id);
        return notALarkFrame();
    }
    if (int(message.parts.size()) == sum) {
        m_waiting.erase(id);
        return std::optional(whole);
    }
    if (m_waiting.size() > mostLarkMessages) {
        m_waiting.erase(std::min_element(m_waiting.begin(), m_waiting.end(),
                                         [](const auto &a, const auto &b) { return a.second.age < b.second.age; }));
    }
    return std::optional<QByteArray>();
}

} // namespace patchbay

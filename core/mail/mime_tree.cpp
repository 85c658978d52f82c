#include "core/mail/mime_tree.h"

#include "core/mail/gmime_start.h"
#include "core/mail/limits.h"

#include <gmime/gmime.h>

namespace patchbay::mail {

namespace {

QByteArrayView withoutLineEnd(QByteArrayView bytes)
{
    if (bytes.endsWith('\n'))
        bytes.chop(1);
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    return bytes;
}

QByteArrayView withoutTrailingBlanks(QByteArrayView line)
{
    while (!line.isEmpty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r' || line.back() == '\n'))
        line.chop(1);
    return line;
}

/// The one pass over the lines.
class MimeSplitter {
public:
    explicit MimeSplitter(QByteArrayView raw)
        : m_raw(raw)
    {
    }

    MimeTree run()
    {
        qsizetype at = openPart(0, -1);
        while (at < m_raw.size() && !m_open.empty() && !m_tree.tooManyParts) {
            const qsizetype next = nextLine(m_raw, at);
            const QByteArrayView line = m_raw.sliced(at, next - at);
            bool closes = false;
            const int level = line.startsWith("--") ? delimiterLevel(line, closes) : -1;
            if (level < 0) {
                at = next;
                continue;
            }
            endLeaf(at);
            const int parent = m_open[size_t(level)].part;
            endMultiparts(level + (closes ? 0 : 1), at);
            at = closes ? next : openPart(next, parent);
        }
        endLeaf(m_raw.size());
        endMultiparts(0, m_raw.size());
        return std::move(m_tree);
    }

private:
    struct Open {
        int part = 0;
        QByteArray delimiter = {};
    };

    /// Innermost first: an inner boundary may begin with the outer one's letters.
    int delimiterLevel(QByteArrayView line, bool &closes) const
    {
        const QByteArrayView text = withoutTrailingBlanks(line);
        for (int i = int(m_open.size()) - 1; i >= 0; --i) {
            const QByteArray &delimiter = m_open[size_t(i)].delimiter;
            if (!text.startsWith(delimiter))
                continue;
            const QByteArrayView rest = text.sliced(delimiter.size());
            closes = rest == "--";
            if (closes || rest.isEmpty())
                return i;
        }
        return -1;
    }

    /// Reads the headers at `from` and returns where the search for the next delimiter goes on.
    qsizetype openPart(qsizetype from, int parent)
    {
        if (int(m_tree.parts.size()) >= maxParts) {
            m_tree.tooManyParts = true;
            return from;
        }
        MimePart part;
        part.headers = readHeaders(m_raw.sliced(from), parent < 0);
        part.parent = parent;
        part.level = parent < 0 ? 0 : m_tree.parts[size_t(parent)].level + 1;
        part.type = headerMediaType(part.headers.value("content-type"));
        if (part.type.type.isEmpty())
            part.type.type = defaultType(parent);
        part.disposition = headerDisposition(part.headers.value("content-disposition"));
        const qsizetype body = from + part.headers.bodyOffset;
        const QByteArray boundary = withoutTrailingBlanks(part.type.parameter("boundary").toUtf8()).toByteArray();
        const bool multipart = part.type.type.startsWith("multipart/") && !boundary.isEmpty();
        if (part.type.type.startsWith("multipart/") && boundary.isEmpty())
            part.type.type = "text/plain"; // parts that nothing separates: one text
        const bool tooDeep = multipart && part.level >= maxLevels;
        m_tree.tooDeep = m_tree.tooDeep || tooDeep;
        m_start = body;
        m_leaf = -1;
        const int index = int(m_tree.parts.size());
        if (multipart && !tooDeep)
            m_open.push_back({index, "--" + boundary});
        else
            m_leaf = index;
        part.body = m_raw.sliced(body);
        m_tree.parts.push_back(std::move(part));
        return body;
    }

    QByteArray defaultType(int parent) const
    {
        const bool digest = parent >= 0 && m_tree.parts[size_t(parent)].type.type == "multipart/digest";
        return digest ? "message/rfc822" : "text/plain";
    }

    void endLeaf(qsizetype at)
    {
        if (m_leaf < 0)
            return;
        QByteArrayView body = m_raw.sliced(m_start, qMax<qsizetype>(0, at - m_start));
        m_tree.parts[size_t(m_leaf)].body = at < m_raw.size() ? withoutLineEnd(body) : body;
        m_leaf = -1;
    }

    void endMultiparts(int keep, qsizetype at)
    {
        while (int(m_open.size()) > keep) {
            MimePart &part = m_tree.parts[size_t(m_open.back().part)];
            part.body.truncate(qMax<qsizetype>(0, at - (part.body.data() - m_raw.data())));
            part.isMultipart = m_open.back().part + 1 < int(m_tree.parts.size())
                && m_tree.parts[size_t(m_open.back().part) + 1].parent == m_open.back().part;
            if (!part.isMultipart) {
                part.type.type = "text/plain";
                part.body = withoutTrailingBlanks(part.body);
            }
            m_open.pop_back();
        }
    }

    QByteArrayView m_raw;
    MimeTree m_tree;
    std::vector<Open> m_open;
    int m_leaf = -1; ///< the part whose content we are in; -1 in preambles and epilogues
    qsizetype m_start = 0; ///< where that content begins
};

} // namespace

std::vector<int> MimeTree::childrenOf(int parent) const
{
    std::vector<int> children;
    for (size_t i = size_t(parent) + 1; i < parts.size(); ++i) {
        if (parts[i].parent == parent)
            children.push_back(int(i));
    }
    return children;
}

MimeTree splitMime(QByteArrayView raw) { return MimeSplitter(raw).run(); }

namespace {

/// gmime's decoder takes the lines between "begin" and "end".
QByteArrayView withoutUuFrame(QByteArrayView body)
{
    for (qsizetype at = 0; at < body.size() && at < 4096; at = nextLine(body, at)) {
        if (body.sliced(at).startsWith("begin "))
            return body.sliced(nextLine(body, at));
    }
    return body;
}

} // namespace

QByteArray decodedContent(const MimePart &part, qsizetype limit)
{
    startGMime();
    const QByteArray name = unfolded(part.headers.value("content-transfer-encoding")).toLower();
    // Composite types may not be encoded; some senders encode attached messages all the same, so the header decides.
    const GMimeContentEncoding kind = g_mime_content_encoding_from_string(name.constData());
    const bool coded = kind == GMIME_CONTENT_ENCODING_BASE64 || kind == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
        || kind == GMIME_CONTENT_ENCODING_UUENCODE;
    if (!coded)
        return part.body.first(qMin(part.body.size(), limit)).toByteArray();
    GMimeEncoding decoder;
    g_mime_encoding_init_decode(&decoder, kind);
    const QByteArrayView body = kind == GMIME_CONTENT_ENCODING_UUENCODE ? withoutUuFrame(part.body) : part.body;
    // No encoding takes more than three bytes for one (=3D), blanks apart: this much input is enough for `limit` bytes.
    const qsizetype input = qMin(body.size(), limit > maxMailBytes / 4 ? body.size() : limit * 4);
    QByteArray decoded(qsizetype(g_mime_encoding_outlen(&decoder, size_t(input))), Qt::Uninitialized);
    const size_t size = g_mime_encoding_step(&decoder, body.data(), size_t(input), decoded.data());
    decoded.truncate(qMin(qsizetype(size), limit));
    return decoded;
}

} // namespace patchbay::mail

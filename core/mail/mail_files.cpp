#include "core/mail/mail_files.h"

#include "core/mail/header_fields.h"
#include "core/mail/limits.h"
#include "core/mail/mail.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFileDevice>
#include <QtCore/QHash>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 maxReadLine = 64 * 1024;

Error unreadableFile(const QIODevice &device)
{
    return makeError(Error::Kind::Storage, u"The file cannot be read: %1"_s.arg(device.errorString()));
}

bool hasFailed(const QIODevice &device)
{
    const auto *file = qobject_cast<const QFileDevice *>(&device);
    return file && file->error() != QFileDevice::NoError;
}

/// "From ana@example.org Tue Mar 12 10:11:12 2024": what begins an item, told from a sentence by its date.
bool isPostmark(QByteArrayView line)
{
    if (!line.startsWith("From ") || line.size() > 500)
        return false;
    static const QRegularExpression dated(
        u"^From .{0,300}(?:\\d{1,2}:\\d{2}.{0,40}\\d{4}|\\d{4}.{0,40}\\d{1,2}:\\d{2})"_s);
    return dated.match(QString::fromLatin1(line)).hasMatch();
}

/// "From ana@example.org" or "From - ", without a date: only with a header field below it.
bool isBarePostmark(QByteArrayView line)
{
    if (!line.startsWith("From ") || line.size() > 500)
        return false;
    const QByteArrayView who = line.sliced(5).trimmed();
    return who.startsWith('-')
        || (who.contains('@') && !who.first(qMin<qsizetype>(who.indexOf('@'), who.size())).contains(' '));
}

bool looksLikeField(QByteArrayView line)
{
    return line.startsWith(">From ") || !mail::readHeaders(line, false).fields.isEmpty();
}

/// mboxrd: ">From " and ">>From " each lose one mark.
bool isQuotedPostmark(QByteArrayView line)
{
    qsizetype marks = 0;
    while (marks < line.size() && line.at(marks) == '>')
        ++marks;
    return marks > 0 && line.sliced(marks).startsWith("From ");
}

bool isBlankLine(QByteArrayView line) { return line == "\n" || line == "\r\n"; }

/// Puts one item together; memory ends at the limit, the hash covers all of it.
class ItemReader {
public:
    void add(QByteArrayView bytes)
    {
        m_hash.addData(bytes);
        // One byte over the limit is kept, so that the reader sees that it is over.
        m_raw.append(bytes.first(qMin(bytes.size(), mail::maxMailBytes + 1 - m_raw.size())));
    }

    bool isEmpty() const { return m_raw.isEmpty(); }

    RawItem take()
    {
        const QByteArray digest = m_hash.result();
        quint64 start = 0;
        memcpy(&start, digest.constData(), sizeof start);
        // Eight bytes of the hash are enough to count with; the key has all of it.
        const int nth = ++m_seen[start];
        RawItem item;
        const Timestamp date = mail::headerDate(mail::readHeaders(m_raw, true).value("date"));
        item.sourceKey = u"file:%1%2:%3"_s.arg(dayMark(date), QString::fromLatin1(digest.toHex())).arg(nth);
        item.raw = std::exchange(m_raw, {});
        m_hash.reset();
        return item;
    }

private:
    QByteArray m_raw;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    QHash<quint64, int> m_seen;
};

/// Reads lines, long ones in pieces, and tells which piece begins a line.
class LineSource {
public:
    explicit LineSource(QIODevice &device)
        : m_device(device)
    {
        m_next = read();
    }

    bool atEnd() const { return m_next.isEmpty(); }
    const QByteArray &peek() const { return m_next; }
    bool beginsLine() const { return m_begins; }

    QByteArray take()
    {
        QByteArray line = std::exchange(m_next, {});
        m_begins = line.endsWith('\n');
        m_next = read();
        return line;
    }

private:
    QByteArray read() { return m_device.readLine(maxReadLine); }

    QIODevice &m_device;
    QByteArray m_next;
    bool m_begins = true;
};

class MboxReader {
public:
    MboxReader(QIODevice &device, const std::function<bool(RawItem)> &each)
        : m_device(device)
        , m_lines(device)
        , m_each(each)
    {
    }

    Result<int> run()
    {
        skipBlankLines();
        m_isMbox = m_lines.peek().startsWith("From ");
        bool going = true;
        while (!m_lines.atEnd() && going) {
            const bool begins = m_lines.beginsLine();
            const QByteArray line = m_lines.take();
            const bool first = m_isMbox && !m_inItem;
            if (first || (begins && m_isMbox && (!m_blank.isEmpty() || m_afterStart) && isItemStart(line))) {
                going = endItem();
                m_inItem = true;
                m_afterStart = true;
                continue;
            }
            m_afterStart = false;
            addLine(line, begins);
        }
        if (hasFailed(m_device))
            return unreadableFile(m_device);
        if (going)
            endItem();
        return m_count;
    }

private:
    void skipBlankLines()
    {
        while (!m_lines.atEnd() && isBlankLine(m_lines.peek()))
            m_lines.take();
    }

    bool isItemStart(const QByteArray &line) const
    {
        return isPostmark(line) || (isBarePostmark(line) && looksLikeField(m_lines.peek()));
    }

    /// A blank line waits, because the last one before a postmark belongs to the file and not to the item.
    void addLine(const QByteArray &line, bool begins)
    {
        if (!m_blank.isEmpty())
            m_item.add(std::exchange(m_blank, {}));
        if (m_isMbox && begins && isBlankLine(line))
            m_blank = line;
        else if (m_isMbox && begins && isQuotedPostmark(line))
            m_item.add(QByteArrayView(line).sliced(1));
        else
            m_item.add(line);
    }

    /// False when the taker has enough.
    bool endItem()
    {
        m_blank.clear();
        if (m_item.isEmpty())
            return true;
        ++m_count;
        return m_each(m_item.take());
    }

    QIODevice &m_device;
    LineSource m_lines;
    const std::function<bool(RawItem)> &m_each;
    ItemReader m_item;
    QByteArray m_blank;
    bool m_isMbox = false;
    bool m_inItem = false;
    bool m_afterStart = false; ///< a postmark stands above: an item may be empty
    int m_count = 0;
};

} // namespace

Result<int> readMbox(QIODevice &device, const std::function<bool(RawItem)> &each)
{
    if (!device.isReadable())
        return unreadableFile(device);
    return MboxReader(device, each).run();
}

Result<RawItem> readEml(QIODevice &device)
{
    if (!device.isReadable())
        return unreadableFile(device);
    ItemReader item;
    while (true) {
        const QByteArray piece = device.read(maxReadLine);
        if (piece.isEmpty())
            break;
        item.add(piece);
    }
    if (hasFailed(device))
        return unreadableFile(device);
    if (item.isEmpty())
        return makeError(Error::Kind::Protocol, u"The file is empty."_s);
    return item.take();
}

} // namespace patchbay

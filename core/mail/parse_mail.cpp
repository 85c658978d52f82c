#include "core/mail/mail.h"

#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"
#include "core/mail/limits.h"
#include "core/mail/mail_content.h"
#include "core/mail/quoted_history.h"
#include "core/mail/text_body.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using mail::HeaderBlock;

QByteArray hashWithUnixLines(QByteArrayView bytes)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    qsizetype done = 0;
    for (qsizetype i = bytes.indexOf("\r\n"); i >= 0; i = bytes.indexOf("\r\n", done)) {
        hash.addData(bytes.sliced(done, i - done));
        done = i + 1; // the line feed stays
    }
    hash.addData(bytes.sliced(done));
    return hash.result().toHex();
}

/// What raw 8-bit header text is likely written in: the charset that the mail's first text names.
QByteArray charsetHint(const mail::MimeTree &tree)
{
    for (const mail::MimePart &part : tree.parts) {
        const QString charset = part.type.parameter("charset");
        if (!charset.isEmpty() && part.type.type.startsWith("text"))
            return charset.toLatin1();
    }
    return {};
}

QStringList addressTexts(const HeaderBlock &headers, const char *name, const QByteArray &hint)
{
    QStringList list;
    for (const QByteArray &value : headers.values(name)) {
        for (const Address &address : mail::headerAddresses(value, hint)) {
            if (list.size() < mail::maxAddresses && !list.contains(address.address))
                list << address.address;
        }
    }
    return list;
}

Address firstSender(const HeaderBlock &headers, const QByteArray &hint)
{
    for (const char *name : {"from", "sender", "return-path"}) {
        for (const QByteArray &value : headers.values(name)) {
            const std::vector<Address> found = mail::headerAddresses(value, hint);
            // "From: =?x?= broken <a@b>, c" has several: the first that is an address.
            for (const Address &address : found) {
                if (!normalAddress(address.address).isEmpty())
                    return address;
            }
            if (!found.empty())
                return found.front();
        }
    }
    return {};
}

/// In-Reply-To first, then References from the end: nearest first.
QStringList referencesOf(const HeaderBlock &headers)
{
    QStringList all;
    for (const QByteArray &value : headers.values("in-reply-to"))
        all << mail::headerIds(value);
    QStringList older;
    for (const QByteArray &value : headers.values("references"))
        older << mail::headerIds(value);
    std::reverse(older.begin(), older.end());
    all << older;
    all.removeDuplicates();
    return all.mid(0, mail::maxReferences);
}

/// Written by a machine. Not the same as "must not be answered automatically", which also holds for what people write
/// through a list (List-Id, Precedence: list or bulk) or where programs are asked to be quiet
/// (X-Auto-Response-Suppress): a customer who writes to support@ through a mailing list waits for us like any other.
bool isAutomatic(const HeaderBlock &headers, const Address &from)
{
    const auto word = [&](const char *name) { return mail::unfolded(headers.value(name)).toLower(); };
    bool found = false;
    headers.value("auto-submitted", &found);
    if (found && !word("auto-submitted").startsWith("no"))
        return true;
    const QByteArray precedence = word("precedence");
    if (precedence == "auto_reply" || precedence == "auto-reply")
        return true;
    for (const char *name : {"x-autoreply", "x-autorespond", "x-autoresponder"}) {
        headers.value(name, &found);
        if (found)
            return true;
    }
    const QByteArray returnPath = word("return-path");
    const QString local = from.address.section(u'@', 0, 0).toLower();
    return returnPath == "<>" || local == u"mailer-daemon" || local == u"postmaster"
        || (headers.value("content-type").toLower().contains("report")
            && mail::headerMediaType(headers.value("content-type")).type == "multipart/report");
}

bool isForwardSubject(const QString &subject)
{
    static const QRegularExpression pattern(u"^\\s*(?:fwd?|wg|tr|enc|rv|пересл?|转发|轉寄)\\s*[:：]"_s,
                                            QRegularExpression::CaseInsensitiveOption
                                                | QRegularExpression::UseUnicodePropertiesOption);
    return pattern.match(subject).hasMatch();
}

mail::TextFlow flowOf(const mail::MailSegment &segment)
{
    if (!segment.flowed)
        return mail::TextFlow::Fixed;
    return segment.delSp ? mail::TextFlow::FlowedDelSp : mail::TextFlow::Flowed;
}

/// Puts the parts of one mail together, within what one mail may show: a hundred parts get no more than one.
class MailBody {
public:
    bool isFull() const { return m_full; }
    void add(Body &&more)
    {
        for (BodyBlock &block : more.blocks) {
            if (qsizetype(m_body.blocks.size()) >= mail::maxBlocks || m_left <= 0) {
                cut();
                break;
            }
            m_left -= block.cid.size();
            for (BodyRun &run : block.runs) {
                if (run.text.size() > m_left) {
                    run.text = cutText(run.text, qMax<qsizetype>(m_left, 0));
                    cut();
                }
                m_left -= run.text.size();
            }
            m_body.blocks.push_back(std::move(block));
        }
        addNotice(more.notice);
    }
    /// Something was left out.
    void cut()
    {
        m_full = true;
        addNotice(mail::cutNotice());
    }
    Body take() { return std::move(m_body); }

    static QString cutText(const QString &text, qsizetype limit)
    {
        return text.left(limit < text.size() && text.at(limit).isLowSurrogate() ? limit - 1 : limit);
    }

private:
    void addNotice(const QString &notice)
    {
        if (!m_body.notice.contains(notice))
            m_body.notice = mail::joinedNotice(m_body.notice, notice);
    }

    Body m_body;
    qsizetype m_left = mail::maxTextChars;
    bool m_full = false;
};

/// Some programs send a plain text that only says "look at the other one", or the markup itself.
bool isJunkPlain(const QString &plain, const QString &html)
{
    const QString text = plain.trimmed();
    if (text.isEmpty() || text.startsWith(u'<'))
        return !html.trimmed().isEmpty();
    static const QRegularExpression excuse(
        u"(?:view|read|open|see)[^.\\n]{0,60}(?:in|with) (?:a|your|the) (?:web ?)?browser|html[- "
        u"](?:capable|enabled|compatible)"
        u"|(?:does|do|can) ?not (?:support|display|read|view|show)[^.\\n]{0,30}html|html-(?:ansicht|format)|im browser "
        u"(?:ansehen|anzeigen|lesen)"
        u"|в браузере|visualizar no navegador|ver en (?:el|tu) navegador|在浏览器中"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    const bool excuses = text.size() < 600 && excuse.match(text).hasMatch();
    const bool stump = html.size() > 400 && text.size() * 4 < html.size();
    // Much more plain text than shown text: the history that the markup tells apart is still in it.
    const bool uncut = html.size() > 40 && text.size() > 3 * html.size() + 500;
    return (excuses && html.size() > text.size() / 2) || stump || uncut;
}

struct Words {
    Body body = {};
    QString text = {};
};

/// The body comes from the HTML where there is some, the words for search and classification from the plain text beside
/// it.
Words wordsOf(const mail::MailContent &content, bool forwarded)
{
    const auto isPlainOnly = [](const mail::MailSegment &segment) { return segment.hasPlain && !segment.hasHtml; };
    const bool plainOnly = std::all_of(content.segments.begin(), content.segments.end(), isPlainOnly);
    MailBody shownParts;
    MailBody plainParts;
    bool allPlain = true;
    for (const mail::MailSegment &segment : content.segments) {
        if (shownParts.isFull())
            break;
        const auto fromPlain = [&segment] { return mail::bodyFromPlainText(segment.plain, flowOf(segment)); };
        shownParts.add(segment.hasHtml ? bodyFromHtml(segment.html) : fromPlain());
        allPlain = allPlain && segment.hasPlain;
        if (segment.hasPlain && !plainOnly)
            plainParts.add(fromPlain());
    }
    Body shown = shownParts.take();
    Body plain = plainParts.take();
    if (shown.blocks.empty() && !plain.blocks.empty())
        shown = plain;
    mail::markHistory(shown, forwarded);
    mail::markHistory(plain, forwarded);
    Words words{std::move(shown), {}};
    words.text = plainText(words.body, BodyBlock::Part::Text).trimmed();
    if (plainOnly) { // what is shown is all there is
        words.text = MailBody::cutText(words.text, mail::maxTextChars);
        return words;
    }
    const QString fromPlain = plainText(plain, BodyBlock::Part::Text).trimmed();
    if (allPlain && !isJunkPlain(fromPlain, words.text))
        words.text = fromPlain;
    words.text = MailBody::cutText(words.text, mail::maxTextChars);
    return words;
}

/// Design promise 2: from Message-ID, Date and the SHA-256 of the body with LF line ends; without a Message-ID from the
/// SHA-256 of the whole.
QString dedupeKeyOf(const QByteArray &raw, const HeaderBlock &headers, const InboundMessage &message)
{
    if (message.externalId.isEmpty())
        return u"mail:raw:"_s + QString::fromLatin1(hashWithUnixLines(raw));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(message.externalId.toUtf8());
    hash.addData(QByteArrayView("\n"));
    hash.addData(mail::unfolded(headers.value("date")));
    hash.addData(QByteArrayView("\n"));
    hash.addData(hashWithUnixLines(QByteArrayView(raw).sliced(headers.bodyOffset)));
    return u"mail:"_s + dayMark(message.providerAt) + QString::fromLatin1(hash.result().toHex());
}

/// Everything that the header block says.
InboundMessage readEnvelope(const QByteArray &raw, const mail::MimeTree &tree, const QString &ownAddress)
{
    const HeaderBlock &headers = tree.parts.front().headers;
    const QByteArray hint = charsetHint(tree);
    InboundMessage message;
    const QStringList ids = mail::headerIds(headers.value("message-id"));
    const QByteArray bareId = mail::unfolded(headers.value("message-id"));
    message.externalId =
        ids.isEmpty() ? indexKey(cleanLine(QString::fromUtf8(bareId), mail::maxFieldBytes)) : ids.first();
    message.references = referencesOf(headers);
    message.references.removeAll(message.externalId);
    message.from = firstSender(headers, hint);
    message.to = addressTexts(headers, "to", hint);
    message.cc = addressTexts(headers, "cc", hint);
    const QStringList replyTo = addressTexts(headers, "reply-to", hint);
    if (!replyTo.isEmpty() && replyTo.first().compare(message.from.address, Qt::CaseInsensitive) != 0)
        message.replyTo = replyTo.first();
    message.subject = cleanLine(mail::headerText(headers.value("subject"), hint));
    message.providerAt = mail::headerDate(headers.value("date"));
    message.dedupeKey = dedupeKeyOf(raw, headers, message);
    message.automatic = isAutomatic(headers, message.from);
    const QString own = normalAddress(ownAddress);
    message.fromSelf = !own.isEmpty() && normalAddress(message.from.address) == own;
    return message;
}

} // namespace

QString dayMark(Timestamp date)
{
    constexpr qint64 day = 86'400'000'000;
    const qint64 days = date.us > 0 ? qMin<qint64>(date.us / day, 0xffff) : 0;
    return QString::number(days, 16).rightJustified(4, u'0');
}

Result<InboundMessage> parseMail(const QByteArray &raw, const QString &ownAddress)
{
    if (raw.size() > mail::maxMailBytes)
        return makeError(
            Error::Kind::Refused,
            u"This mail is larger than %1 MB and was not read; its first %1 MB are kept as they came."_s.arg(
                mail::maxMailBytes / (1024 * 1024)));
    const mail::MimeTree tree = mail::splitMime(raw);
    if (tree.parts.empty() || tree.parts.front().headers.fields.isEmpty())
        return makeError(
            Error::Kind::Protocol,
            u"This is not a mail: it does not begin with header fields such as \"From:\". Look at the raw bytes."_s);
    InboundMessage message = readEnvelope(raw, tree, ownAddress);
    mail::MailContent content = mail::collectContent(tree);
    Words words = wordsOf(content, isForwardSubject(message.subject));
    message.text = std::move(words.text);
    message.body = std::move(words.body);
    message.attachments = std::move(content.attachments);
    for (const QString &notice : std::as_const(content.notices))
        message.body.notice = mail::joinedNotice(message.body.notice, notice);
    if (message.from.address.isEmpty() && message.body.blocks.empty() && message.attachments.empty())
        return makeError(Error::Kind::Protocol,
                         u"This mail names no sender and holds no text and no file. Look at the raw bytes."_s);
    return message;
}

} // namespace patchbay

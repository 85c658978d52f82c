#include "core/mail/mail_content.h"

#include "core/mail/charset.h"
#include "core/mail/html_body.h"
#include "core/mail/limits.h"

#include <QtCore/QRegularExpression>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

/// Four bytes a character at most, and room for markup: more of a text would be cut by its reader anyhow.
constexpr qsizetype maxTextBytes = 4 * maxHtmlChars;

bool isReadable(const QByteArray &type)
{
    return type == "text/plain" || type == "text/html" || type == "text/enriched" || type == "text" || type == "text/";
}

QString extensionFor(const QByteArray &type)
{
    static const QHash<QByteArray, QString> known{
        {"image/jpeg", u"jpg"_s},
        {"image/jpg", u"jpg"_s},
        {"image/png", u"png"_s},
        {"image/gif", u"gif"_s},
        {"image/webp", u"webp"_s},
        {"image/svg+xml", u"svg"_s},
        {"application/pdf", u"pdf"_s},
        {"application/zip", u"zip"_s},
        {"text/calendar", u"ics"_s},
        {"text/plain", u"txt"_s},
        {"text/html", u"html"_s},
        {"text/csv", u"csv"_s},
        {"text/vcard", u"vcf"_s},
        {"text/x-vcard", u"vcf"_s},
        {"message/rfc822", u"eml"_s},
        {"message/delivery-status", u"txt"_s},
        {"application/ms-tnef", u"dat"_s},
        {"application/pgp-signature", u"asc"_s},
        {"application/pkcs7-signature", u"p7s"_s},
        {"application/x-pkcs7-signature", u"p7s"_s},
        {"application/pkcs7-mime", u"p7m"_s},
    };
    return known.value(type, u"bin"_s);
}

QString bareId(const QByteArray &contentId)
{
    const QStringList ids = headerIds(contentId);
    return ids.isEmpty() ? cleanLine(QString::fromUtf8(unfolded(contentId)), 900) : ids.first();
}

/// The charset that a page names itself, for HTML whose part names none.
QByteArray metaCharset(const QByteArray &html)
{
    static const QRegularExpression pattern(u"<meta[^>]{0,200}charset\\s*=\\s*[\"']?([A-Za-z0-9_.:-]{1,40})"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(QString::fromLatin1(html.left(4096))).captured(1).toLatin1();
}

class ContentCollector {
public:
    explicit ContentCollector(const MimeTree &tree)
        : m_tree(tree)
    {
    }

    MailContent run()
    {
        m_content.segments = segmentsOf(0);
        if (m_tree.tooManyParts)
            m_content.notices << u"This mail has more than %1 parts; those after them are not shown."_s.arg(maxParts);
        if (m_tree.tooDeep)
            m_content.notices << u"Parts nested more than %1 levels deep are left together as one file."_s.arg(
                maxLevels);
        if (m_skippedFiles > 0)
            m_content.notices
                << u"%1 attachments over the limit of %2 are not shown."_s.arg(m_skippedFiles).arg(maxAttachments);
        if (m_refusedCharset)
            m_content.notices
                << u"A part in UTF-7 is shown undecoded, because that charset can hide text from checks."_s;
        if (m_encrypted)
            m_content.notices << u"This mail is encrypted and cannot be read here; its parts are attached."_s;
        for (const MimePart &part : m_tree.parts)
            m_cutHeaders = m_cutHeaders || part.headers.cut;
        if (m_cutHeaders)
            m_content.notices << u"Some header fields are too long or too many and were left out."_s;
        return std::move(m_content);
    }

private:
    using Segments = std::vector<MailSegment>;

    /// Recursion ends at maxLevels, which the tree keeps.
    Segments segmentsOf(int index)
    {
        const MimePart &part = m_tree.parts[size_t(index)];
        if (!part.isMultipart)
            return leafSegments(index);
        m_encrypted = m_encrypted || part.type.type == "multipart/encrypted";
        std::vector<Segments> children;
        for (const int child : m_tree.childrenOf(index))
            children.push_back(segmentsOf(child));
        return part.type.type == "multipart/alternative" ? alternative(children) : joined(children);
    }

    static Segments joined(const std::vector<Segments> &children)
    {
        Segments all;
        for (const Segments &child : children)
            all.insert(all.end(), child.begin(), child.end());
        return all;
    }

    /// The best child is the last with HTML, otherwise the last with text; the words of the first plain one go with it.
    static Segments alternative(const std::vector<Segments> &children)
    {
        const auto hasHtml = [](const Segments &s) {
            return std::any_of(s.begin(), s.end(), [](const MailSegment &m) { return m.hasHtml; });
        };
        const Segments *best = nullptr;
        const MailSegment *plain = nullptr;
        for (const Segments &child : children) {
            if (child.empty())
                continue;
            if (!best || hasHtml(child) || !hasHtml(*best))
                best = &child;
            if (!plain && child.size() == 1 && child.front().hasPlain && !child.front().hasHtml)
                plain = &child.front();
        }
        if (!best)
            return {};
        Segments chosen = *best;
        if (plain && hasHtml(chosen) && chosen.size() == 1 && !chosen.front().hasPlain) {
            MailSegment &only = chosen.front();
            only.plain = plain->plain;
            only.hasPlain = true;
            only.flowed = plain->flowed;
            only.delSp = plain->delSp;
        }
        return chosen;
    }

    Segments leafSegments(int index)
    {
        const MimePart &part = m_tree.parts[size_t(index)];
        if (part.type.type == "text/x-amp-html")
            return {}; // another form of what its siblings say
        if (isFile(part)) {
            addFile(index);
            return {};
        }
        const QByteArray bytes = decodedContent(part, maxTextBytes);
        const bool html = part.type.type == "text/html";
        QByteArray charset = part.type.parameter("charset").toLatin1();
        if (charset.isEmpty() && html)
            charset = metaCharset(bytes);
        const DecodedText decoded = decodeCharset(bytes, charset);
        m_refusedCharset = m_refusedCharset || decoded.refused;
        MailSegment segment;
        (html ? segment.html : segment.plain) = decoded.text;
        (html ? segment.hasHtml : segment.hasPlain) = true;
        segment.flowed = part.type.parameter("format").compare(u"flowed", Qt::CaseInsensitive) == 0;
        segment.delSp = part.type.parameter("delsp").compare(u"yes", Qt::CaseInsensitive) == 0;
        m_sawText = true;
        return {segment};
    }

    /// A text is a file when it says so, or when it has a name and is not the first text of the mail.
    bool isFile(const MimePart &part) const
    {
        if (!isReadable(part.type.type) || part.disposition.type == "attachment")
            return true;
        const bool named = part.disposition.parameters.contains("filename") || part.type.parameters.contains("name");
        return named && (m_sawText || part.disposition.type != "inline") && part.parent >= 0;
    }

    bool isInline(const MimePart &part, const QString &contentId) const
    {
        if (contentId.isEmpty() || part.disposition.type == "attachment")
            return false;
        const bool related = part.parent >= 0 && m_tree.parts[size_t(part.parent)].type.type == "multipart/related";
        return part.disposition.type == "inline" || related;
    }

    void addFile(int index)
    {
        const MimePart &part = m_tree.parts[size_t(index)];
        if (int(m_content.attachments.size()) >= maxAttachments) {
            ++m_skippedFiles;
            return;
        }
        InboundAttachment file;
        file.mediaType = cleanLine(QString::fromLatin1(part.type.type), 127);
        file.bytes = decodedContent(part, maxMailBytes);
        file.contentId = bareId(part.headers.value("content-id"));
        file.isInline = isInline(part, file.contentId);
        file.name = fileName(part, file.bytes);
        m_content.attachments.push_back(std::move(file));
    }

    QString fileName(const MimePart &part, const QByteArray &bytes) const
    {
        QString name = part.disposition.parameter("filename");
        if (name.trimmed().isEmpty())
            name = part.type.parameter("name");
        if (!name.trimmed().isEmpty())
            return cleanFileName(name);
        if (part.type.type == "message/rfc822") {
            const QString subject = headerText(readHeaders(bytes, true).value("subject"));
            if (!subject.trimmed().isEmpty())
                return cleanFileName(cleanLine(subject, 80).replace(u'/', u'_').replace(u'\\', u'_') + u".eml"_s);
        }
        const QString stem = part.type.type.startsWith("image/") ? u"image"_s
            : part.type.type.startsWith("message/")              ? u"message"_s
                                                                 : u"part"_s;
        return u"%1-%2.%3"_s.arg(stem).arg(m_content.attachments.size() + 1).arg(extensionFor(part.type.type));
    }

    const MimeTree &m_tree;
    MailContent m_content;
    int m_skippedFiles = 0;
    bool m_sawText = false;
    bool m_refusedCharset = false;
    bool m_encrypted = false;
    bool m_cutHeaders = false;
};

} // namespace

MailContent collectContent(const MimeTree &tree) { return ContentCollector(tree).run(); }

} // namespace patchbay::mail

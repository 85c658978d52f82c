#include "core/mail/mail.h"

#include "core/mail/compose_files.h"
#include "core/mail/encoded_words.h"
#include "core/mail/gmime_start.h"
#include "core/mail/html_body.h"

#include <gmime/gmime.h>

#include <memory>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxComposedSubject = 998;
constexpr qsizetype maxUnencodedLine = 200; ///< well below SMTP's 998, and kind to gateways
constexpr int firstReferences = 1;
constexpr int lastReferences = 20;

struct UnrefComposed {
    void operator()(void *object) const { g_object_unref(object); }
};

Error refusedMail(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

/// The first reason why these values must not stand in a header.
bool breaksHeader(const QString &value)
{
    return value.contains(u'\r') || value.contains(u'\n') || value.contains(QChar::Null);
}

bool isMessageId(const QString &id)
{
    const bool ascii = std::all_of(id.begin(), id.end(), [](QChar c) { return c.unicode() > 32 && c.unicode() < 127; });
    return ascii && id.size() <= 900 && !id.isEmpty() && !id.contains(u'<') && !id.contains(u'>') && !isHashedKey(id);
}

/// The address as a header takes it. Empty when it is none, or needs a mail system that takes other letters.
QByteArray headerAddress(const QString &address)
{
    const QString wire = wireAddress(address);
    return std::any_of(wire.begin(), wire.end(), [](QChar c) { return c.unicode() > 126; }) ? QByteArray()
                                                                                            : wire.toLatin1();
}

Result<Done> checkAddresses(const std::vector<Address> &addresses, const QString &field)
{
    for (const Address &address : addresses) {
        if (breaksHeader(address.name) || breaksHeader(address.address))
            return refusedMail(
                u"The field \"%1\" holds a line break or a null character; a header must not."_s.arg(field));
        if (headerAddress(address.address).isEmpty())
            return refusedMail(u"\"%1\" in the field \"%2\" is not an address that mail can be sent to."_s.arg(
                address.address.left(100), field));
    }
    return Done{};
}

Result<Done> checkDraft(const MailDraft &draft)
{
    const std::vector<Address> from{draft.from};
    if (Result<Done> checked = checkAddresses(from, u"From"_s); !checked)
        return checked;
    if (Result<Done> checked = checkAddresses(draft.to, u"To"_s); !checked)
        return checked;
    if (Result<Done> checked = checkAddresses(draft.cc, u"Cc"_s); !checked)
        return checked;
    if (draft.to.empty() && draft.cc.empty())
        return refusedMail(u"This mail has no recipient."_s);
    if (breaksHeader(draft.subject))
        return refusedMail(u"The subject holds a line break or a null character; a header must not."_s);
    if (draft.subject.size() > maxComposedSubject)
        return refusedMail(u"The subject is longer than %1 characters."_s.arg(maxComposedSubject));
    if (!isMessageId(draft.messageId) || !draft.messageId.contains(u'@'))
        return refusedMail(u"The Message-ID \"%1\" is not of the form name@host."_s.arg(draft.messageId.left(100)));
    if (breaksHeader(draft.inReplyTo))
        return refusedMail(u"The id of the mail that this one answers holds characters that a header must not."_s);
    if (std::any_of(draft.references.begin(), draft.references.end(), breaksHeader))
        return refusedMail(u"A reference holds a line break or a null character; a header must not."_s);
    if (!draft.date)
        return refusedMail(u"This mail has no date."_s);
    if (draft.text.contains(QChar::Null))
        return refusedMail(u"The text holds a null character, which mail cannot carry."_s);
    return Done{};
}

/// The thread's first id and its last twenty: enough for every reader, and short enough for every server. Ids that came
/// from outside and are none are left out.
QStringList boundedReferences(const MailDraft &draft)
{
    QStringList all;
    for (const QString &id : draft.references) {
        if (isMessageId(id))
            all << id;
    }
    if (isMessageId(draft.inReplyTo)) {
        all.removeAll(draft.inReplyTo); // what is answered comes last
        all << draft.inReplyTo;
    }
    all.removeDuplicates();
    if (all.size() <= firstReferences + lastReferences)
        return all;
    return all.mid(0, firstReferences) + all.mid(all.size() - lastReferences);
}

/// One id a line, so that no line grows long however many there are.
QByteArray foldedIds(const char *name, const QStringList &ids)
{
    if (ids.isEmpty())
        return {};
    QByteArray field = QByteArray(name) + ':';
    for (const QString &id : ids)
        field += (id == ids.first() ? QByteArray() : QByteArray("\r\n")) + " <" + id.toLatin1() + '>';
    return field + "\r\n";
}

void addRecipients(InternetAddressList *list, const std::vector<Address> &addresses)
{
    for (const Address &address : addresses) {
        const QByteArray name = cleanLine(address.name, 200).toUtf8();
        const std::unique_ptr<InternetAddress, UnrefComposed> mailbox(internet_address_mailbox_new(
            name.isEmpty() ? nullptr : name.constData(), headerAddress(address.address).constData()));
        internet_address_list_add(list, mailbox.get());
    }
}

/// A short subject in ASCII stands as it is; what looks like an encoded word, but is none, has to be encoded too.
QByteArray subjectField(const QString &subject)
{
    const bool plain =
        std::all_of(subject.begin(), subject.end(), [](QChar c) { return c.unicode() >= 32 && c.unicode() < 127; });
    return plain && subject.size() <= 200 && !subject.contains(u"=?"_s) ? subject.toLatin1()
                                                                        : mail::encodedWords(subject);
}

/// The addresses, with names that need quotes or encoded words, are left to gmime; every line ends in CRLF.
QByteArray composedHeader(const MailDraft &draft)
{
    mail::startGMime();
    const std::unique_ptr<GMimeMessage, UnrefComposed> message(g_mime_message_new(TRUE));
    const std::vector<Address> from{draft.from};
    addRecipients(g_mime_message_get_from(message.get()), from);
    addRecipients(g_mime_message_get_to(message.get()), draft.to);
    addRecipients(g_mime_message_get_cc(message.get()), draft.cc);
    GDateTime *date = g_date_time_new_from_unix_utc(draft.date.us / 1'000'000);
    g_mime_message_set_date(message.get(), date);
    g_date_time_unref(date);

    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    char *text = g_mime_header_list_to_string(g_mime_object_get_header_list(GMIME_OBJECT(message.get())), options);
    g_mime_format_options_free(options);
    QByteArray header(text);
    g_free(text);
    header += "Subject: " + subjectField(draft.subject) + "\r\nMessage-ID: <" + draft.messageId.toLatin1() + ">\r\n";
    header += !isMessageId(draft.inReplyTo) ? QByteArray() : "In-Reply-To: <" + draft.inReplyTo.toLatin1() + ">\r\n";
    header += foldedIds("References", boundedReferences(draft));
    return header + "User-Agent: Patchbay\r\nMIME-Version: 1.0\r\n";
}

struct EncodedText {
    GMimeContentEncoding encoding = GMIME_CONTENT_ENCODING_7BIT;
    QByteArray bytes = {};
};

/// The text with CRLF line ends, as it is where it is short lines of ASCII, else in the encoding that needs less room.
EncodedText encodedText(const QString &text)
{
    QString lines = text;
    lines.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    if (!lines.endsWith(u'\n'))
        lines += u'\n';
    const QByteArray utf8 = lines.replace(u'\n', u"\r\n"_s).toUtf8();
    qsizetype high = 0;
    qsizetype line = 0;
    bool plain = true;
    for (const char c : utf8) {
        high += uchar(c) >= 0x80;
        line = c == '\n' ? 0 : line + 1;
        plain = plain && line <= maxUnencodedLine && (uchar(c) >= 32 || c == '\r' || c == '\n' || c == '\t');
    }
    // A line "From " would be changed by mailbox files on its way, and a lone dot is left to nobody's care.
    const bool risky = utf8.startsWith("From ") || utf8.contains("\r\nFrom ");
    if (plain && high == 0 && !risky)
        return {GMIME_CONTENT_ENCODING_7BIT, utf8};
    const bool base64 = high * 3 > utf8.size();
    EncodedText result{base64 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, {}};
    // gmime's quoted-printable takes line feeds as line ends; base64 carries the bytes as they are.
    QByteArray input = utf8;
    if (!base64)
        input.replace("\r\n", "\n");
    GMimeEncoding encoder;
    g_mime_encoding_init_encode(&encoder, result.encoding);
    result.bytes.resize(qsizetype(g_mime_encoding_outlen(&encoder, size_t(input.size()))));
    result.bytes.resize(
        qsizetype(g_mime_encoding_flush(&encoder, input.constData(), size_t(input.size()), result.bytes.data())));
    result.bytes.replace("\r\n", "\n");
    result.bytes.replace("\n", "\r\n");
    return result;
}

} // namespace

Result<QByteArray> composeMail(const MailDraft &draft)
{
    if (Result<Done> checked = checkDraft(draft); !checked)
        return checked.error();
    const QByteArray mail = composedHeader(draft);
    const EncodedText body = encodedText(draft.text);
    QByteArray text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
    text += g_mime_content_encoding_to_string(body.encoding);
    text += "\r\n\r\n" + body.bytes;
    return mail + (draft.files.empty() ? text : mail::withFiles(text, draft.files, draft.messageId.toUtf8()));
}

QString newMessageId(const Clock &clock, const QString &ownAddress)
{
    const QByteArray address = headerAddress(ownAddress);
    const qsizetype at = address.lastIndexOf('@');
    const QString host = QString::fromLatin1(address.mid(at + 1)).toLower();
    return newUid(clock) + u'@' + (at < 1 || host.startsWith(u'[') ? u"localhost.invalid"_s : host);
}

} // namespace patchbay

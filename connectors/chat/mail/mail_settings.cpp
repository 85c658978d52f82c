#include "connectors/chat/mail/mail_settings.h"

#include "connectors/chat/mail/mail_oauth.h"
#include "core/mail/mail.h"

#include <QtCore/QVariant>
#include <QtNetwork/QHostAddress>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mailFolderBytes = 255; ///< it stands in the key of every message that is read

/// Reads fields; remembers the first fault.
class MailFieldReader {
public:
    explicit MailFieldReader(const AccountConfig &account)
        : m_account(account)
    {
    }

    QString text(const QString &field, const QString &initial = {}) const
    {
        const QString value = m_account.settings.value(field).toVariant().toString().trimmed();
        return value.isEmpty() ? initial : value;
    }

    qint64 number(const QString &field, qint64 initial, qint64 least, qint64 most)
    {
        const QString value = text(field);
        if (value.isEmpty())
            return initial;
        bool isNumber = false;
        const qint64 read = value.toLongLong(&isNumber);
        if (!isNumber || read < least || read > most) {
            fault(field, u"must be a number from %1 to %2, not \"%3\""_s.arg(least).arg(most).arg(value.left(50)));
            return initial;
        }
        return read;
    }

    std::chrono::milliseconds duration(const QString &field, std::chrono::milliseconds initial)
    {
        return std::chrono::milliseconds(number(field, initial.count(), 1, 3'600'000));
    }

    QString host(const QString &field)
    {
        const QString value = text(field);
        const bool isName =
            !value.isEmpty() && value.size() <= 253 && std::all_of(value.begin(), value.end(), [](QChar c) {
                return c.isLetterOrNumber() || c == u'.' || c == u'-' || c == u':' || c == u'_';
            });
        if (!isName)
            fault(field, value.isEmpty() ? u"is missing"_s : u"is not a host name"_s);
        return value;
    }

    QString folder(const QString &field, const QString &initial)
    {
        const QString name = text(field, initial);
        if (name.toUtf8().size() > mailFolderBytes)
            fault(field, u"must not be longer than %1 bytes"_s.arg(mailFolderBytes));
        return name;
    }

    Stream::Security security(const QString &field, const QString &host)
    {
        const QString value = text(field, u"tls"_s);
        if (value == u"tls"_s)
            return Stream::Security::Tls;
        if (value == u"starttls"_s)
            return Stream::Security::StartTls;
        const bool loopback = host == u"localhost"_s || QHostAddress(host).isLoopback();
        if (value != u"plain"_s)
            fault(field, u"must be tls, starttls or plain, not \"%1\""_s.arg(value.left(50)));
        else if (!loopback)
            fault(field, u"must be tls or starttls: without encryption only a server on this computer is used"_s);
        return Stream::Security::Plain;
    }

    void fault(const QString &field, const QString &what)
    {
        if (m_error.message.isEmpty())
            m_error = mailFieldFault(field, what);
    }

    const Error &error() const { return m_error; }

private:
    const AccountConfig &m_account;
    Error m_error;
};

quint16 mailPort(MailFieldReader &in, const QString &field, Stream::Security security, quint16 tls, quint16 clear)
{
    return quint16(in.number(field, security == Stream::Security::Tls ? tls : clear, 1, 65535));
}

void readMailServers(MailFieldReader &in, const AccountConfig &account, MailSettings &settings)
{
    MailServer &imap = settings.imap;
    imap.host = in.host(u"imap_host"_s);
    imap.security = in.security(u"imap_security"_s, imap.host);
    imap.port = mailPort(in, u"imap_port"_s, imap.security, 993, 143);
    imap.user = in.text(u"user"_s, settings.address);
    imap.password = account.secrets.value(u"password"_s);
    imap.caFile = in.text(u"ca_file"_s);

    MailServer &smtp = settings.smtp;
    smtp.host = in.host(u"smtp_host"_s);
    smtp.security = in.security(u"smtp_security"_s, smtp.host);
    smtp.port = mailPort(in, u"smtp_port"_s, smtp.security, 465, 587);
    smtp.user = in.text(u"smtp_user"_s, imap.user);
    if (smtp.user == u"none"_s)
        smtp.user.clear();
    smtp.password = account.secrets.value(u"smtp_password"_s);
    if (smtp.password.isEmpty())
        smtp.password = imap.password;
    smtp.caFile = imap.caFile;
}

} // namespace

Error mailFieldFault(const QString &field, const QString &what)
{
    return makeError(Error::Kind::Refused, u"The setting \"%1\" %2."_s.arg(field, what));
}

QStringList mailQuietFields() { return {u"idle_ms"_s, u"retry_ms"_s, u"timeout_ms"_s, u"deadline_ms"_s}; }

Result<Done> checkMailFields(const AccountConfig &account, const QStringList &formFields)
{
    const QStringList given = account.settings.keys();
    for (const QString &field : given) {
        if (!formFields.contains(field) && !mailQuietFields().contains(field))
            return mailFieldFault(field, u"is not known to the mail channel"_s);
    }
    return Done{};
}

Result<MailSettings> readMailSettings(const AccountConfig &account)
{
    MailFieldReader in(account);
    MailSettings settings;
    const QString address = in.text(u"address"_s);
    settings.address = normalAddress(address);
    if (settings.address.isEmpty())
        in.fault(u"address"_s, address.isEmpty() ? u"is missing"_s : u"is not a mail address"_s);
    settings.displayName = in.text(u"display_name"_s);
    for (const QChar c : std::as_const(settings.displayName)) {
        if (c.unicode() < 0x20)
            in.fault(u"display_name"_s, u"must be one line without control characters"_s);
    }
    readMailServers(in, account, settings);
    settings.folder = in.folder(u"folder"_s, u"INBOX"_s);
    settings.sentFolder = in.folder(u"sent_folder"_s, u"off"_s);
    if (settings.sentFolder == u"off"_s)
        settings.sentFolder.clear();
    settings.daysBack = int(in.number(u"days_back"_s, settings.daysBack, 0, 3650));
    settings.addedAt = account.addedAt;
    settings.poll = std::chrono::seconds(in.number(u"poll_seconds"_s, 60, 1, 1200));
    settings.idle = in.duration(u"idle_ms"_s, settings.idle);
    settings.retry = in.duration(u"retry_ms"_s, settings.retry);
    settings.silence = in.duration(u"timeout_ms"_s, settings.silence);
    settings.deadline = in.duration(u"deadline_ms"_s, settings.deadline);
    if (settings.idle > std::chrono::minutes(28))
        in.fault(u"idle_ms"_s, u"must be at most 28 minutes: servers end a silent connection after 29"_s);
    if (!in.error().message.isEmpty())
        return in.error();
    const Result<std::optional<OAuthOffer>> oauth = readMailOAuth(account);
    if (!oauth)
        return oauth.error();
    settings.usesOAuth = oauth->has_value();
    return settings;
}

} // namespace patchbay

// The mail channel's declared facts: form, check, parser.
#include "core/mail/mail.h"
#include "connectors/chat/mail/mail_connector.h"
#include "connectors/chat/mail/mail_oauth.h"
#include "connectors/kit/browser_sign_in.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/mail_formats.h"
#include "connectors/kit/outbound_mail.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

FormField mailField(const char *key, const char *label, const char *help)
{
    FormField field;
    field.key = QString::fromLatin1(key);
    field.label = QString::fromUtf8(label);
    field.help = QString::fromUtf8(help);
    return field;
}

FormField mailOptional(FormField field, const QString &initial = {})
{
    field.required = false;
    field.initial = initial;
    return field;
}

FormField mailSecret(FormField field)
{
    field.kind = FormField::Kind::Secret;
    return field;
}

FormField mailNumber(FormField field, qint64 initial, qint64 minimum, qint64 maximum)
{
    field.kind = FormField::Kind::Number;
    field.required = false;
    field.initial = initial < 0 ? QString() : QString::number(initial);
    field.minimum = minimum;
    field.maximum = maximum;
    return field;
}

FormField mailSecurity(FormField field)
{
    field.kind = FormField::Kind::Choice;
    field.initial = u"tls"_s;
    field.choices = {u"tls"_s, u"starttls"_s, u"plain"_s};
    field.choiceLabels = {QStringLiteral("TLS"), QStringLiteral("STARTTLS"),
                          QStringLiteral("None (this computer only)")};
    return field;
}

std::vector<FormField> mailForm()
{
    std::vector<FormField> form{
        mailField("address", QT_TRANSLATE_NOOP("form", "Mail address"), ""),
        mailOptional(mailField("display_name", QT_TRANSLATE_NOOP("form", "Name that recipients see"), "")),
        mailField("imap_host", QT_TRANSLATE_NOOP("form", "IMAP server"), ""),
        mailNumber(mailField("imap_port", QT_TRANSLATE_NOOP("form", "IMAP port"),
                             QT_TRANSLATE_NOOP("form", "Empty: 993 for TLS, 143 else")),
                   -1, 1, 65535),
        mailSecurity(mailField("imap_security", QT_TRANSLATE_NOOP("form", "IMAP encryption"), "")),
        mailOptional(mailField("user", QT_TRANSLATE_NOOP("form", "User name"),
                               QT_TRANSLATE_NOOP("form", "Empty: the mail address"))),
        mailOptional(mailField("folder", QT_TRANSLATE_NOOP("form", "Folder"), ""), u"INBOX"_s),
        mailNumber(mailField("days_back", QT_TRANSLATE_NOOP("form", "Days back"),
                             QT_TRANSLATE_NOOP("form", "What is read at the first start; 0: only new mail")),
                   30, 0, 3650),
        mailField("smtp_host", QT_TRANSLATE_NOOP("form", "SMTP server"), ""),
        mailNumber(mailField("smtp_port", QT_TRANSLATE_NOOP("form", "SMTP port"),
                             QT_TRANSLATE_NOOP("form", "Empty: 465 for TLS, 587 else")),
                   -1, 1, 65535),
        mailSecurity(mailField("smtp_security", QT_TRANSLATE_NOOP("form", "SMTP encryption"), "")),
        mailOptional(mailField("smtp_user", QT_TRANSLATE_NOOP("form", "SMTP user name"),
                               QT_TRANSLATE_NOOP("form", "Empty: the same; none: without sign-in"))),
        mailOptional(mailSecret(mailField("smtp_password", QT_TRANSLATE_NOOP("form", "SMTP password"),
                                          QT_TRANSLATE_NOOP("form", "Empty: the same")))),
        mailOptional(
            mailField("sent_folder", QT_TRANSLATE_NOOP("form", "Folder for copies of replies"),
                      QT_TRANSLATE_NOOP("form", "off, or a folder's name; off for Gmail, which keeps copies itself")),
            u"off"_s),
        mailNumber(mailField("poll_seconds", QT_TRANSLATE_NOOP("form", "Seconds between looks"),
                             QT_TRANSLATE_NOOP("form", "Only where the server cannot announce new mail (IDLE)")),
                   60, 1, 1200),
        mailOptional(mailField("ca_file", QT_TRANSLATE_NOOP("form", "File of trusted certificates"),
                               QT_TRANSLATE_NOOP("form", "PEM, for a company's own authority"))),
    };
    const auto user =
        std::find_if(form.begin(), form.end(), [](const FormField &field) { return field.key == u"user"; });
    const std::vector<FormField> signIn = mailSignInForm();
    form.insert(user + 1, signIn.begin(), signIn.end());
    return form;
}

Result<InboundMessage> parseMailItem(const RawItem &item, const AccountConfig &account)
{
    const InboxItemNote note = readItemNote(item.sourceKey);
    if (note.unreadable)
        return makeError(Error::Kind::Refused, QString::fromUtf8(item.raw.left(2000)));
    if (note.oversize > 0)
        return makeError(Error::Kind::Refused,
                         u"The message has %1 MB, more than the 50 MB that are read; only its header was. Open it in a "
                         "mail program."_s.arg((note.oversize + 500'000) / 1'000'000));
    return parseMail(item.raw, account.settings.value(u"address"_s).toString());
}

Result<Done> checkMail(const AccountConfig &account)
{
    QStringList fields;
    for (const FormField &field : mailForm())
        fields << field.key;
    const Result<Done> known = checkMailFields(account, fields);
    if (!known)
        return known;
    const Result<MailSettings> settings = readMailSettings(account);
    return settings ? Result<Done>(Done{}) : Result<Done>(settings.error());
}

} // namespace

ChatConnectorInfo chat_mail(const ConnectorServices &services)
{
    ChatConnectorInfo info;
    info.id = u"mail"_s;
    info.title = u"E-mail"_s;
    info.setupHelp = setupHelpOf(info.id);
    info.form = mailForm();
    info.quietFields = mailQuietFields();
    info.addresses = Addresses::Mail;
    info.abilities.files = mailFileAbilities();
    info.parse = parseMailItem;
    info.formats = {maildirFormat(), mboxFormat(), emlFormat()};
    info.check = checkMail;
    info.signIn = [services](const AccountConfig &account) {
        return makeBrowserSignIn(services, mailSignInOffer(account));
    };
    info.deviceSignIn = [services](const AccountConfig &account) {
        return makeDeviceSignIn(services, mailDeviceOffer(account));
    };
    info.rotatesSecret = mailTokenSpec().rotates;
    info.create = [services](AccountConfig account) -> std::unique_ptr<ChatConnector> {
        return std::make_unique<MailConnector>(std::move(account), services);
    };
    return info;
}

} // namespace patchbay

#include "connectors/kit/described_hook.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/signatures.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestEcho = 1000;

QString proofSetting(const AccountConfig &account, const char *key)
{
    static const std::vector<FormField> form = hookProofForm();
    return settingOrProposed(form, account.settings, QString::fromLatin1(key));
}

SignatureForm describedSignature(const AccountConfig &account)
{
    SignatureForm form;
    form.header = proofSetting(account, "proof_name").toLatin1();
    form.prefix = proofSetting(account, "prefix").toLatin1();
    form.isBase64 = proofSetting(account, "encoding") == "base64"_L1;
    const QString digest = proofSetting(account, "digest");
    form.digest = digest == "sha1"_L1 ? QCryptographicHash::Sha1
        : digest == "sha512"_L1       ? QCryptographicHash::Sha512
                                      : QCryptographicHash::Sha256;
    return form;
}

std::optional<HookReply> echoOfMember(const HookRequest &request, const QString &pointer)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString value = in.ok() ? in.optionalId(pointer).value_or(QString()) : QString();
    if (value.isEmpty() || value.size() > longestEcho)
        return std::nullopt;
    HookReply reply;
    reply.body = QJsonDocument(QJsonObject{{pointer.section(u'/', -1), value}}).toJson(QJsonDocument::Compact);
    return reply;
}

} // namespace

std::vector<FormField> hookProofForm()
{
    return {
        choiceField("proof", QT_TRANSLATE_NOOP("form", "The sender shows"),
                    {u"path"_s, u"query"_s, u"header"_s, u"hmac"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "The secret at the end of the address")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "The secret as a parameter of the address")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "The secret in a header")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A signature made with it (HMAC) in a header"))}),
        secretField("hook_secret", QT_TRANSLATE_NOOP("form", "Secret of the requests"), true,
                    QT_TRANSLATE_NOOP("form", "Letters and digits, 8 at least; long where you choose it")),
        textField("proof_name", QT_TRANSLATE_NOOP("form", "Name of that parameter or header"), false),
        choiceField("digest", QT_TRANSLATE_NOOP("form", "Signature: algorithm"), {u"sha256"_s, u"sha1"_s, u"sha512"_s},
                    {u"HMAC-SHA256"_s, u"HMAC-SHA1"_s, u"HMAC-SHA512"_s}),
        choiceField("encoding", QT_TRANSLATE_NOOP("form", "Signature: written as"), {u"hex"_s, u"base64"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Hexadecimal digits")), u"Base64"_s}),
        textField("prefix", QT_TRANSLATE_NOOP("form", "What stands in front of it in the header"), false,
                  QT_TRANSLATE_NOOP("form", "For example sha256= or Bearer")),
        textField("challenge_query", QT_TRANSLATE_NOOP("form", "Echo: parameter"), false,
                  QT_TRANSLATE_NOOP("form", "For senders that first ask for an echo with GET: hub.challenge")),
        textField("challenge_pointer", QT_TRANSLATE_NOOP("form", "Echo: JSON pointer"), false,
                  QT_TRANSLATE_NOOP("form", "For those that ask with POST: /challenge")),
    };
}

std::vector<FieldRule> hookProofRules()
{
    return {{u"proof_name"_s, &isParameterName, u"proof"_s, u"query"_s},
            {u"proof_name"_s, &isHeaderName, u"proof"_s, u"header"_s},
            {u"proof_name"_s, &isHeaderName, u"proof"_s, u"hmac"_s},
            {u"challenge_query"_s, &isParameterName, u"challenge_query"_s},
            {u"challenge_pointer"_s, &isPointer}};
}

Result<Done> checkProof(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    const QString secret = account.secrets.value(u"hook_secret"_s);
    const QString way = proofSetting(account, "proof");
    const QString name = proofSetting(account, "proof_name");
    if (way == "hmac"_L1)
        return checkSignature(request, describedSignature(account), secret);
    if (way == "query"_L1)
        return checkToken(request.parameter(name), secret);
    if (way == "path"_L1)
        return checkToken(request.rest, secret);
    QString given = QString::fromUtf8(request.header(name.toLatin1())).trimmed();
    if (const QString prefix = proofSetting(account, "prefix"); given.startsWith(prefix))
        given = given.mid(prefix.size()).trimmed();
    return checkToken(given, secret);
}

std::optional<HookReply> echoFor(const HookRequest &request, const AccountConfig &account)
{
    const bool isSigned = proofSetting(account, "proof") == "hmac"_L1;
    const bool isPost = request.method == "POST";
    if ((isPost || !isSigned) && !checkProof(request, account, {}))
        return std::nullopt;
    if (const QString pointer = proofSetting(account, "challenge_pointer"); isPost && !pointer.isEmpty())
        return echoOfMember(request, pointer);
    const QString parameter = proofSetting(account, "challenge_query");
    const QString value = isPost || parameter.isEmpty() ? QString() : request.parameter(parameter);
    if (value.isEmpty() || value.size() > longestEcho)
        return std::nullopt;
    return plainHookReply(value.toUtf8());
}

} // namespace patchbay

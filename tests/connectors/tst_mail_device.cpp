// A mailbox that signs in on another device.
#include "core/ports/sign_in.h"
#include "support/await.h"
#include "support/crm_fixture.h"
#include "support/test_main.h"

#include <QtCore/QUrlQuery>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

AccountConfig mailboxAt(const QString &provider)
{
    AccountConfig account;
    account.name = u"Support"_s;
    account.settings = {{u"address"_s, u"support@example.org"_s},
                        {u"imap_host"_s, u"imap.example.org"_s},
                        {u"smtp_host"_s, u"smtp.example.org"_s},
                        {u"sign_in"_s, provider},
                        {u"client_id"_s, u"desk"_s},
                        {u"token_url"_s, QString()},
                        {u"authorize_url"_s, QString()}};
    return account;
}

QJsonObject codeOfMicrosoft()
{
    return {{u"device_code"_s, u"far-device"_s},
            {u"user_code"_s, u"YZMYLD4K"_s},
            {u"interval"_s, 1},
            {u"expires_in"_s, 900},
            {u"verification_uri"_s, u"https://www.microsoft.com/link"_s}};
}

QJsonObject tokensOfMicrosoft()
{
    return {{u"access_token"_s, u"far-access"_s}, {u"refresh_token"_s, u"far-refresh"_s}};
}

} // namespace

class MailOnAnotherDevice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheCodeOfMicrosoft()
    {
        tests::CrmBench bench;
        const Catalog catalog = makeCatalog(bench.services);
        bench.far.expect("POST", "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode")
            .reply(200, QJsonDocument(codeOfMicrosoft()).toJson());
        bench.far.expect("POST", "https://login.microsoftonline.com/common/oauth2/v2.0/token")
            .reply(200, QJsonDocument(tokensOfMicrosoft()).toJson());
        const auto signIn = catalog.chat(u"mail"_s)->deviceSignIn(mailboxAt(u"microsoft"_s));
        const Result<DeviceCode> code = tests::await(signIn->begin());
        QVERIFY2(code.ok(), code.ok() ? "" : qPrintable(code.error().message));
        QCOMPARE(code->code, u"YZMYLD4K"_s);
        const auto secrets = tests::await(signIn->secrets());
        QVERIFY2(secrets.ok(), secrets.ok() ? "" : qPrintable(secrets.error().message));
        QCOMPARE(secrets->value(u"refresh_token"_s), u"far-refresh"_s);
        QCOMPARE(bench.far.complaints(), QString());
        const QUrlQuery asked(QString::fromUtf8(bench.far.seen().front().bytes()));
        QVERIFY(asked.queryItemValue(u"scope"_s, QUrl::FullyDecoded).contains(u"offline_access"_s));
    }

    void saysWhoHandsOutNoCodes_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("says");
        QTest::newRow("Google") << u"google"_s << u"Only Microsoft hands out codes"_s;
        QTest::newRow("a password") << u"password"_s << u"This mailbox signs in with a password."_s;
    }

    void saysWhoHandsOutNoCodes()
    {
        QFETCH(QString, provider);
        QFETCH(QString, says);
        tests::CrmBench bench;
        const Catalog catalog = makeCatalog(bench.services);
        const auto signIn = catalog.chat(u"mail"_s)->deviceSignIn(mailboxAt(provider));
        const Result<DeviceCode> code = tests::await(signIn->begin());
        QCOMPARE(code.error().kind, Error::Kind::Refused);
        QVERIFY2(code.error().message.startsWith(says), qPrintable(code.error().message));
        QVERIFY(bench.far.seen().empty());
    }
};

PATCHBAY_TESTS(MailOnAnotherDevice)
#include "tst_mail_device.moc"

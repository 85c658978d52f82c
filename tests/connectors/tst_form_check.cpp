#include "connectors/kit/form_check.h"
#include "connectors/kit/settings.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

FormField field(const QString &key, FormField::Kind kind, bool required = true)
{
    FormField made;
    made.key = key;
    made.label = u"Label of "_s + key;
    made.kind = kind;
    made.required = required;
    return made;
}

std::vector<FormField> form()
{
    FormField port = field(u"port"_s, FormField::Kind::Number, false);
    port.minimum = 1;
    port.maximum = 65535;
    FormField mode = field(u"mode"_s, FormField::Kind::Choice, false);
    mode.choices = {u"tls"_s, u"plain"_s};
    return {field(u"url"_s, FormField::Kind::Text), field(u"token"_s, FormField::Kind::Secret), port, mode,
            field(u"allow_http"_s, FormField::Kind::Switch, false)};
}

/// The refusal, or an empty string.
QString fault(const QJsonObject &settings, const QHash<QString, QString> &secrets = {})
{
    AccountConfig account;
    account.settings = settings;
    account.secrets = secrets;
    const Result<Done> checked = checkForm(form(), account);
    return checked.ok() ? QString() : checked.error().message;
}

QString urlFault(const char *url, bool allowHttp = false)
{
    return fault({{u"url"_s, QString::fromUtf8(url)}, {u"allow_http"_s, allowHttp}});
}

} // namespace

class TestFormCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesTheMissingField();
    void takesNumbersAsTextAndAsNumbers();
    void keepsNumbersWithinTheirRange();
    void takesKnownChoicesOnly();
    void refusesFieldsThatTheFormDoesNotHave();
    void refusesASecretAmongTheSettings();
    void neverShowsASecret();
    void wantsHttpsUnlessLoopbackOrAllowed();
    void refusesMalformedAddresses_data();
    void refusesMalformedAddresses();
    void readsSettingsFromDialogsAndCommandLines();
};

void TestFormCheck::namesTheMissingField()
{
    QCOMPARE(fault({}), u"Label of url (url): is missing."_s);
    QCOMPARE(fault({{u"url"_s, u"  "_s}}), u"Label of url (url): is missing."_s);
    QCOMPARE(fault({{u"url"_s, QJsonValue()}}), u"Label of url (url): is missing."_s);
}

void TestFormCheck::takesNumbersAsTextAndAsNumbers()
{
    const QString url = u"https://a.example"_s;
    QCOMPARE(fault({{u"url"_s, url}, {u"port"_s, 993}}), QString());
    QCOMPARE(fault({{u"url"_s, url}, {u"port"_s, u"993"_s}}), QString());
    QCOMPARE(fault({{u"url"_s, url}, {u"port"_s, u""_s}}), QString());
    for (const QJsonValue &wrong : {QJsonValue(u"99x"_s), QJsonValue(u"1e3"_s), QJsonValue(99.5), QJsonValue(true)})
        QVERIFY(fault({{u"url"_s, url}, {u"port"_s, wrong}}).contains(u"whole number"_s));
}

void TestFormCheck::keepsNumbersWithinTheirRange()
{
    for (const qint64 wrong : {0, -1, 65536})
        QVERIFY(fault({{u"url"_s, u"https://a.example"_s}, {u"port"_s, wrong}}).contains(u"from 1 to 65535"_s));
}

void TestFormCheck::takesKnownChoicesOnly()
{
    QCOMPARE(fault({{u"url"_s, u"https://a.example"_s}, {u"mode"_s, u"tls"_s}}), QString());
    QVERIFY(fault({{u"url"_s, u"https://a.example"_s}, {u"mode"_s, u"TLS"_s}}).contains(u"tls, plain"_s));
    QVERIFY(fault({{u"url"_s, u"https://a.example"_s}, {u"allow_http"_s, u"maybe"_s}}).contains(u"(allow_http)"_s));
}

void TestFormCheck::refusesFieldsThatTheFormDoesNotHave()
{
    QVERIFY(fault({{u"url"_s, u"https://a.example"_s}, {u"prot"_s, 1}}).contains(u"\"prot\""_s));
}

void TestFormCheck::refusesASecretAmongTheSettings()
{
    QVERIFY(fault({{u"url"_s, u"https://a.example"_s}, {u"token"_s, u"abc"_s}}).contains(u"secret"_s));
}

void TestFormCheck::neverShowsASecret()
{
    const QString secret = u"sesame-open\r\nX-Evil: 1"_s;
    const QString shown = fault({{u"url"_s, u"https://a.example"_s}}, {{u"token"_s, secret}});
    QVERIFY(shown.contains(u"(token)"_s));
    QVERIFY(!shown.contains(u"sesame"_s));
    QCOMPARE(fault({{u"url"_s, u"https://a.example"_s}}, {{u"token"_s, u"sesame-open"_s}}), QString());
}

void TestFormCheck::wantsHttpsUnlessLoopbackOrAllowed()
{
    QCOMPARE(urlFault("https://a.example/sub"), QString());
    QCOMPARE(urlFault("http://127.0.0.1:3000"), QString());
    QCOMPARE(urlFault("http://localhost"), QString());
    QCOMPARE(urlFault("http://[::1]:3000"), QString());
    QCOMPARE(urlFault("http://a.example", true), QString());
    for (const char *url : {"http://a.example", "http://127.0.0.1.evil.example", "http://localhost.evil.example"})
        QVERIFY2(urlFault(url).contains(u"unencrypted"_s), url);
}

void TestFormCheck::refusesMalformedAddresses_data()
{
    QTest::addColumn<QByteArray>("url");
    for (const char *url :
         {"redmine.example", "ftp://a.example", "https://", "https:///x", "file:///etc/passwd", "javascript:alert(1)",
          "https://user:pw@a.example", "https://a.example?x=1", "https://a.example#x", "https://a b.example",
          "https://[::1", "https://a.example:99999", "https://a.example\n.evil.example"})
        QTest::newRow(url) << QByteArray(url);
}

void TestFormCheck::refusesMalformedAddresses()
{
    QFETCH(QByteArray, url);
    QVERIFY(urlFault(url.constData(), true).contains(u"(url)"_s));
}

void TestFormCheck::readsSettingsFromDialogsAndCommandLines()
{
    const QJsonObject settings{{u"a"_s, 7},         {u"b"_s, u" 8 "_s}, {u"c"_s, u"x"_s}, {u"d"_s, true},
                               {u"e"_s, u"TRUE"_s}, {u"f"_s, u"off"_s}, {u"g"_s, 1e300}};
    QCOMPARE(settingNumber(settings, u"a"_s), std::optional<qint64>(7));
    QCOMPARE(settingNumber(settings, u"b"_s), std::optional<qint64>(8));
    QVERIFY(!settingNumber(settings, u"c"_s) && !settingNumber(settings, u"z"_s) && !settingNumber(settings, u"g"_s));
    QCOMPARE(settingText(settings, u"a"_s), u"7"_s);
    QCOMPARE(settingText(settings, u"b"_s), u"8"_s);
    QVERIFY(settingSwitch(settings, u"d"_s) && settingSwitch(settings, u"e"_s));
    QVERIFY(!settingSwitch(settings, u"f"_s) && !settingSwitch(settings, u"z"_s));
}

PATCHBAY_TESTS(TestFormCheck)
#include "tst_form_check.moc"

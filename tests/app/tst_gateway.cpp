#include "support/raw_http.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::RawAnswer;
using patchbay::tests::rawExchange;
using patchbay::tests::rawExchanges;
using patchbay::tests::rawGet;
using patchbay::tests::rawPost;
using patchbay::tests::runCtl;

namespace {

constexpr auto hookSecret = "made-up-hook-secret-77";

QByteArray hookBody(int n)
{
    return QStringLiteral(R"({"id":"m%1","author":{"id":"u%2","name":"Ana"},"text":"Where is parcel %1?"})")
        .arg(n)
        .arg(n % 7)
        .toUtf8();
}

QByteArray signedPost(const QByteArray &path, const QByteArray &body)
{
    return rawPost(path, body, "X-Sign: sha256=" + patchbay::tests::hexHmac(body, hookSecret) + "\r\n");
}

} // namespace

/// The gateway as a program: patchbayctl serve over real HTTP.
class GatewayCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { stop(); }

    void storesARequestBeforeItAnswers();
    void takesFiveHundredAtOnceEachTwice();
    void losesNothingWhenItIsKilledBeforeTheAnswer();
    void refusesWhatIsNotSigned_data();
    void refusesWhatIsNotSigned();
    void setsAsideWhatCannotBeReadAndSaysThatItHasIt_data();
    void setsAsideWhatCannotBeReadAndSaysThatItHasIt();
    void asksToComeAgainWhileTheChannelRests();
    void showsItsHealthToThisComputerOnly();
    void listensHereUnlessToldOtherwise();
    void keepsWhatTheConsoleShallDo();

private:
    CtlResult ctl(const QStringList &arguments)
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s,
                                  m_folder->filePath(u"secrets"_s), u"--json"_s}
                      + arguments);
    }
    QJsonObject check() { return QJsonDocument::fromJson(ctl({u"check"_s}).out).object(); }
    void serve(const QString &fault = {});
    /// Its exit status.
    int stop();
    QByteArray path(const QString &channel) const { return m_paths.value(channel); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_program;
    quint16 m_port = 0;
    QHash<QString, QByteArray> m_paths;
};

void GatewayCommand::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkdir(u"secrets"_s));
    QCOMPARE(ctl({u"init"_s}).status, 0);
    const QStringList fields{u"--set"_s, u"id=/id"_s,           u"--set"_s, u"author_id=/author/id"_s,
                             u"--set"_s, u"text=/text"_s,       u"--set"_s, u"author_name=/author/name"_s,
                             u"--set"_s, u"thread=/author/id"_s};
    const QStringList hmac{u"--set"_s, u"proof=hmac"_s,    u"--set"_s, u"proof_name=X-Sign"_s,
                           u"--set"_s, u"prefix=sha256="_s};
    for (const QString &name : {u"Signed"_s, u"Open"_s}) {
        QFile secret(m_folder->filePath(u"secrets/%1.hook_secret"_s.arg(name)));
        QVERIFY(secret.open(QIODevice::WriteOnly));
        secret.write(hookSecret);
        secret.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const CtlResult added = ctl(QStringList{u"channels"_s, u"add"_s, u"custom_webhook"_s, u"--name"_s, name}
                                    + fields + (name == "Signed"_L1 ? hmac : QStringList()));
        QVERIFY2(added.status == 0, added.err.constData());
    }
}

void GatewayCommand::serve(const QString &fault)
{
    m_program = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!fault.isEmpty())
        environment.insert(u"PATCHBAY_FAULT"_s, fault);
    m_program->setProcessEnvironment(environment);
    m_program->start(QStringLiteral(PATCHBAYCTL),
                     {u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s), u"--secrets"_s,
                      m_folder->filePath(u"secrets"_s), u"--json"_s, u"serve"_s, u"--port"_s, u"0"_s});
    QTRY_VERIFY_WITH_TIMEOUT(m_program->canReadLine() || m_program->state() == QProcess::NotRunning, 30000);
    const QJsonObject told = QJsonDocument::fromJson(m_program->readLine()).object();
    const QUrl address(told.value("listening"_L1).toString());
    QVERIFY2(address.port() > 0, m_program->readAllStandardError().constData());
    m_port = quint16(address.port());
    for (const QJsonValue &channel : told.value("channels"_L1).toArray())
        m_paths.insert(channel["name"_L1].toString(), QUrl(channel["address"_L1].toString()).path().toLatin1());
}

int GatewayCommand::stop()
{
    if (!m_program)
        return -1;
    m_program->terminate();
    if (!m_program->waitForFinished(20000))
        m_program->kill();
    const int status = m_program->exitStatus() == QProcess::NormalExit ? m_program->exitCode() : -1;
    m_program.reset();
    return status;
}

void GatewayCommand::storesARequestBeforeItAnswers()
{
    serve();
    const RawAnswer answer = rawExchange(m_port, signedPost(path(u"Signed"_s), hookBody(1)));
    QCOMPARE(answer.status, 200);
    QCOMPARE(QJsonDocument::fromJson(answer.body)["stored"_L1].toArray(), QJsonArray{u"u1:m1"_s});
    m_program->kill(); // whatever it still had in mind, the message is there
    m_program->waitForFinished();
    QCOMPARE(check().value("received"_L1).toInt(), 1);
    serve();
    QTRY_COMPARE_WITH_TIMEOUT(check().value("visible"_L1).toInt(), 1, 20000); // without another one to wake it
    QCOMPARE(stop(), 0);
    QCOMPARE(check().value("adds_up"_L1).toBool(), true);
}

void GatewayCommand::takesFiveHundredAtOnceEachTwice()
{
    serve();
    std::vector<QByteArray> requests;
    for (int i = 0; i < 500; ++i) {
        const QByteArray post = signedPost(path(u"Signed"_s), hookBody(i / 2));
        requests.push_back(post);
    }
    for (int round = 0; round < 2; ++round) {
        for (const RawAnswer &answer : rawExchanges(m_port, requests))
            QCOMPARE(answer.status, 200);
    }
    const RawAnswer health = rawExchange(m_port, rawGet("/healthz"));
    for (const QJsonValue &channel : QJsonDocument::fromJson(health.body)["channels"_L1].toArray()) {
        const bool isSigned = channel["name"_L1].toString() == "Signed"_L1;
        QCOMPARE(channel["accepted"_L1].toInt(), isSigned ? 1000 : 0);
        QCOMPARE(channel["stored"_L1].toInt(), isSigned ? 250 : 0);
        QCOMPARE(channel["doubled"_L1].toInt(), isSigned ? 750 : 0);
    }
    QCOMPARE(stop(), 0);
    const QJsonObject after = check();
    QCOMPARE(after.value("received"_L1).toInt(), 250);
    QCOMPARE(after.value("visible"_L1).toInt() + after.value("pending"_L1).toInt(), 250);
    QCOMPARE(after.value("adds_up"_L1).toBool(), true);
}

void GatewayCommand::losesNothingWhenItIsKilledBeforeTheAnswer()
{
    serve(u"intake.after_commit_before_ack"_s);
    const QByteArray post = signedPost(path(u"Signed"_s), hookBody(1));
    QCOMPARE(rawExchange(m_port, post).status, 0); // the connection breaks: the sender knows nothing, and sends again
    QVERIFY(m_program->waitForFinished(20000));
    QCOMPARE(m_program->exitStatus(), QProcess::CrashExit);
    serve();
    QCOMPARE(rawExchange(m_port, post).status, 200);
    QCOMPARE(stop(), 0);
    const QJsonObject after = check();
    QCOMPARE(after.value("received"_L1).toInt(), 1);
    QCOMPARE(after.value("visible"_L1).toInt() + after.value("pending"_L1).toInt(), 1);
}

void GatewayCommand::refusesWhatIsNotSigned_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const QByteArray body = hookBody(1);
    const QByteArray right = patchbay::tests::hexHmac(body, hookSecret);
    QTest::newRow("without a signature") << QByteArray() << body;
    QTest::newRow("with another secret's") << "X-Sign: sha256=" + patchbay::tests::hexHmac(body, "another-secret-here")
            + "\r\n" << body;
    QTest::newRow("with the beginning of it") << "X-Sign: sha256=" + right.left(10) + "\r\n" << body;
    QTest::newRow("with more than it") << "X-Sign: sha256=" + right + "00\r\n" << body;
    QTest::newRow("without what stands in front") << "X-Sign: " + right + "\r\n" << body;
    QTest::newRow("with an empty one") << QByteArray("X-Sign: sha256=\r\n") << body;
    QTest::newRow("written anew") << "X-Sign: sha256=" + right + "\r\n"
                                  << QJsonDocument::fromJson(body).toJson(QJsonDocument::Indented);
}

void GatewayCommand::refusesWhatIsNotSigned()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    serve();
    const RawAnswer answer = rawExchange(m_port, rawPost(path(u"Signed"_s), body, headers));
    QCOMPARE(answer.status, 401);
    QVERIFY(!answer.body.contains(hookSecret));
    QCOMPARE(rawExchange(m_port, rawPost(path(u"Open"_s) + "/wrong", body)).status, 401);
    const RawAnswer health = rawExchange(m_port, rawGet("/healthz"));
    for (const QJsonValue &channel : QJsonDocument::fromJson(health.body)["channels"_L1].toArray())
        QCOMPARE(channel["refused"_L1].toInt(), 1);
    QCOMPARE(stop(), 0);
    QCOMPARE(check().value("received"_L1).toInt(), 0);
}

void GatewayCommand::setsAsideWhatCannotBeReadAndSaysThatItHasIt_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no JSON") << QByteArray("id=1&text=hello");
    QTest::newRow("cut off") << hookBody(1).chopped(5);
    QTest::newRow("not UTF-8") << QByteArray("{\"id\":\"1\",\"author\":{\"id\":\"2\"},\"text\":\"\xff\xfe\"}");
    QTest::newRow("too deep") << QByteArray(20000, '[') + QByteArray(20000, ']');
    QTest::newRow("a member twice") << QByteArray(R"({"id":"1","id":"2","author":{"id":"3"},"text":"x"})");
    QTest::newRow("without its text") << QByteArray(R"({"id":"1","author":{"id":"3"}})");
    QTest::newRow("a list") << QByteArray("[1,2,3]");
    QTest::newRow("nothing") << QByteArray();
}

void GatewayCommand::setsAsideWhatCannotBeReadAndSaysThatItHasIt()
{
    QFETCH(QByteArray, body);
    serve();
    for (int i = 0; i < 2; ++i)
        QCOMPARE(rawExchange(m_port, signedPost(path(u"Signed"_s), body)).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(check().value("quarantined"_L1).toInt(), 1, 20000);
    QCOMPARE(rawExchange(m_port, signedPost(path(u"Signed"_s), hookBody(5))).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(check().value("visible"_L1).toInt(), 1, 20000);
    QCOMPARE(stop(), 0);
}

void GatewayCommand::asksToComeAgainWhileTheChannelRests()
{
    QVERIFY(QFile::remove(m_folder->filePath(u"secrets/Open.hook_secret"_s)));
    serve();
    const RawAnswer answer = rawExchange(m_port, rawPost(path(u"Open"_s) + '/' + hookSecret, hookBody(1)));
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.has("retry-after:"));
    QCOMPARE(stop(), 0);
}

void GatewayCommand::showsItsHealthToThisComputerOnly()
{
    serve();
    const RawAnswer here = rawExchange(m_port, rawGet("/healthz", "localhost:1234"));
    QCOMPARE(here.status, 200);
    const QJsonObject told = QJsonDocument::fromJson(here.body).object();
    QCOMPARE(told.value("status"_L1).toString(), u"ok"_s);
    QCOMPARE(told.value("items"_L1)["adds_up"_L1].toBool(), true);
    QVERIFY(!here.body.contains(hookSecret));
    QVERIFY(!here.body.contains(path(u"Open"_s)));
    QCOMPARE(rawExchange(m_port, rawGet("/healthz", "hooks.example.org")).status, 404);
    QCOMPARE(
        rawExchange(m_port, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n").status,
        404);
    for (const char *path : {"/", "/hooks/", "/hooks/nobody", "/hooks/00000000-0000-7000-8000-000000000000"}) {
        const RawAnswer nothing = rawExchange(m_port, rawGet(path));
        QCOMPARE(nothing.status, 404);
        QCOMPARE(nothing.body, QByteArray());
    }
    QCOMPARE(stop(), 0);
}

void GatewayCommand::listensHereUnlessToldOtherwise()
{
    const CtlResult open = ctl({u"serve"_s, u"--bind"_s, u"0.0.0.0"_s, u"--port"_s, u"0"_s});
    QCOMPARE(open.status, 1);
    QVERIFY2(open.err.contains("--expose") && open.err.contains("not encrypted"), open.err.constData());
    QCOMPARE(ctl({u"serve"_s, u"--port"_s, u"70000"_s}).status, 2);
    QCOMPARE(ctl({u"serve"_s, u"--bind"_s, u"example.org"_s}).status, 1);
}

void GatewayCommand::keepsWhatTheConsoleShallDo()
{
    const CtlResult set = ctl({u"gateway"_s, u"set"_s, u"--forbid"_s, u"--port"_s, u"9123"_s, u"--public-url"_s,
                               u"https://h.example.org/"_s});
    QCOMPARE(set.status, 0);
    const QJsonObject now = QJsonDocument::fromJson(ctl({u"gateway"_s, u"show"_s}).out).object();
    QCOMPARE(now.value("allowed"_L1).toBool(true), false);
    QCOMPARE(now.value("port"_L1).toInt(), 9123);
    const QJsonArray channels = now.value("channels"_L1).toArray();
    QCOMPARE(channels.size(), 2);
    const QString address = channels.first()["address"_L1].toString();
    QVERIFY2(address.startsWith("https://h.example.org/hooks/"_L1), qPrintable(address));
    QCOMPARE(ctl({u"gateway"_s, u"set"_s, u"--public-url"_s, u"not an address"_s}).status, 1);
}

PATCHBAY_TESTS(GatewayCommand)

#include "tst_gateway.moc"

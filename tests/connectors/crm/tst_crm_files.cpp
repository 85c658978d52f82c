#include "core/net/http_client.h"
#include "crm_cases.h"
#include "connectors/crm_outcome.h"
#include "files_side.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::CrmBench;
using tests::CrmFixture;
using tests::Exchange;
using tests::FilesDesk;
using tests::FilesSide;
using tests::Mishap;

namespace {

/// Everything that was recorded, with the last exchange handed out to be changed.
Exchange &filesScript(CrmBench &bench, const CrmFixture &fixture)
{
    bench.open(fixture);
    const QJsonArray dialogue = fixture.dialogue();
    for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
        bench.script(dialogue.at(i).toObject());
    return bench.script(dialogue.last().toObject());
}

/// What can happen to the calls that attach, and to those beside them; all end with the task and its two files there,
/// once.
struct FilesCase {
    QString name = {};
    std::deque<Mishap> uploads = {};
    std::deque<Mishap> creations = {};
    std::deque<Mishap> lists = {};
};

std::vector<FilesCase> filesCases()
{
    using namespace tests::cases;
    const Mishap done{true};
    const Mishap away = lost(true, Error::Kind::Timeout);
    const Mishap never = lost(false, Error::Kind::Timeout);
    return {
        {u"all goes well"_s},
        {u"no answer after the first file"_s, {away}},
        {u"no answer, and no first file"_s, {never}},
        {u"no answer after the second file"_s, {done, away}},
        {u"no answer, and no second file"_s, {done, never}},
        {u"no answer after either file"_s, {away, away}},
        {u"connection cut after the first file"_s, {lost(true, Error::Kind::Offline)}},
        {u"unreachable before the first file"_s, {{false, {}, makeError(Error::Kind::Offline, u"refused"_s)}}},
        {u"503 after the first file"_s, {answers(page(503, "{}"), true)}},
        {u"503 instead of the first file"_s, {answers(page(503, "<html>Down</html>", "text/html"))}},
        {u"HTML after the second file"_s, {done, answers(page(200, "<html>Welcome</html>", "text/html"), true)}},
        {u"429 instead of the second file"_s, {done, answers(withHeader(page(429, "{}"), "retry-after", "7"))}},
        {u"no answer after the creation"_s, {}, {away}},
        {u"no answer after the creation, then after the first file"_s, {away}, {away}},
        {u"the list of files fails for a while"_s,
         {away},
         {},
         {Mishap{true}, answers(page(503, "{}")), answers(page(503, "{}"))}},
    };
}

} // namespace

/// Files that go along with a task: what was recorded holds against every way in which a call can end, and once the
/// Outbox has settled each file is there once.
class TestCrmFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areRecordedForEachTargetThatTakesThem();
    void callsALostUploadAmbiguous_data() { recorded(); }
    void callsALostUploadAmbiguous();
    void asksBeforeEachCallThatChanges_data() { recorded(); }
    void asksBeforeEachCallThatChanges();
    void carriesNoKeyToAnotherOrigin_data() { recorded(); }
    void carriesNoKeyToAnotherOrigin();
    void signsInWhereTheSettingsSayOnly_data() { recorded(); }
    void signsInWhereTheSettingsSayOnly();
    void strikesAnEchoedSecretOut_data() { recorded(); }
    void strikesAnEchoedSecretOut();
    void attachesEachFileOnce_data();
    void attachesEachFileOnce();
    void sendsTheTaskWithoutAFileThatIsRefused_data() { targets(); }
    void sendsTheTaskWithoutAFileThatIsRefused();
    void sendsTheTaskWithoutAFileThatIsGone_data() { targets(); }
    void sendsTheTaskWithoutAFileThatIsGone();

private:
    static QStringList takers();
    void recorded();
    void targets();
};

/// The connectors that say that they take files.
QStringList TestCrmFiles::takers()
{
    QStringList ids;
    for (const CrmConnectorInfo &crm : tests::wholeCatalog().crms) {
        if (crm.largestFile > 0)
            ids << crm.id;
    }
    return ids;
}

void TestCrmFiles::targets()
{
    QTest::addColumn<QString>("id");
    for (const QString &id : takers())
        QTest::newRow(qPrintable(id)) << id;
}

void TestCrmFiles::recorded()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const QString &id : takers()) {
        for (const CrmFixture &one : tests::crmFixtures(id)) {
            if (one.action() == u"attach"_s && one.expected()[u"id"_s].isString())
                QTest::addRow("%s/%s", qPrintable(id), qPrintable(one.name)) << id << one.name;
        }
    }
}

static CrmFixture filesFixture()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    for (const CrmFixture &one : tests::crmFixtures(id)) {
        if (one.name == name)
            return one;
    }
    qFatal("no such fixture");
}

void TestCrmFiles::areRecordedForEachTargetThatTakesThem()
{
    QVERIFY(takers().size() >= 3);
    for (const QString &id : takers()) {
        QStringList names;
        for (const CrmFixture &one : tests::crmFixtures(id))
            names << one.name;
        for (const QString &name : {u"files_create"_s, u"files_finish"_s, u"files_whole"_s, u"files_refused"_s})
            QVERIFY2(names.contains(name), qPrintable(id + u": "_s + name));
    }
}

void TestCrmFiles::callsALostUploadAmbiguous()
{
    const CrmFixture one = filesFixture();
    const Error lost[] = {makeAmbiguous(Error::Kind::Timeout, u"lost"_s),
                          makeAmbiguous(Error::Kind::Protocol, u"lost"_s),
                          makeError(Error::Kind::Offline, u"refused"_s)};
    for (const Error &error : lost) {
        CrmBench bench;
        filesScript(bench, one).fails(error);
        int passes = 0;
        const Result<Receipt> result = tests::delivered(*bench.connector, one, &passes);
        QVERIFY(!result.ok());
        QVERIFY(result.error().ambiguous); // the task, at least, is there
        QVERIFY(result.error().isTransient() || result.error().kind == Error::Kind::Protocol);
        QCOMPARE(bench.far.complaints(), QString()); // no repeat
    }
}

void TestCrmFiles::asksBeforeEachCallThatChanges()
{
    const CrmFixture one = filesFixture();
    CrmBench bench;
    filesScript(bench, one);
    int passes = 0;
    QVERIFY(tests::delivered(*bench.connector, one, &passes).ok());
    const std::vector<Request> &seen = bench.far.seen();
    QCOMPARE(passes,
             int(std::count_if(seen.begin(), seen.end(), [](const Request &r) { return r.changesSomething(); })));
}

void TestCrmFiles::carriesNoKeyToAnotherOrigin()
{
    const CrmFixture one = filesFixture();
    for (const int status : {302, 307}) {
        CrmBench bench;
        filesScript(bench, one).reply(status, "", "").withHeader("location", "https://elsewhere.example/take");
        int passes = 0;
        QVERIFY(!tests::delivered(*bench.connector, one, &passes).ok());
        QCOMPARE(bench.far.complaints(), QString());
    }
}

/// A host that an answer names, a store of files, sees no secret of ours.
void TestCrmFiles::signsInWhereTheSettingsSayOnly()
{
    const CrmFixture one = filesFixture();
    CrmBench bench;
    filesScript(bench, one);
    int passes = 0;
    QVERIFY(tests::delivered(*bench.connector, one, &passes).ok());
    const Catalog &catalog = tests::wholeCatalog();
    const CrmConnectorInfo &info = *catalog.crm(one.connector);
    QList<QUrl> ours;
    QStringList secrets{u"t-1"_s}; // the access token of those that sign in
    for (const FormField &field : info.form) {
        if (field.key.endsWith(u"url"_s))
            ours.append(QUrl(one.given()[u"settings"_s].toObject().value(field.key).toString(field.initial)));
        if (field.kind == FormField::Kind::Secret)
            secrets << tests::madeUpSecret(field.key);
    }
    for (size_t i = 0; i < bench.far.seen().size(); ++i) {
        if (!one.dialogue().at(qsizetype(i))[u"completes"_s].toBool())
            continue; // a sign-in, whose address the settings tell in part
        const Request &request = bench.far.seen()[i];
        const bool isOurs =
            std::any_of(ours.begin(), ours.end(), [&](const QUrl &url) { return isSameOrigin(url, request.url()); });
        QString said = request.url().toString(QUrl::FullyEncoded) + QString::fromUtf8(request.bytes());
        for (const auto &[name, value] : request.headers()) {
            said += QString::fromUtf8(value);
            QVERIFY(isOurs || name.compare("Authorization", Qt::CaseInsensitive) != 0);
        }
        for (const QString &secret : secrets)
            QVERIFY2(isOurs || !said.contains(secret), qPrintable(said.left(500)));
    }
}

void TestCrmFiles::strikesAnEchoedSecretOut()
{
    const CrmFixture one = filesFixture();
    const Catalog &catalog = tests::wholeCatalog();
    QString echo = u"bad key"_s;
    QStringList secrets;
    for (const FormField &field : catalog.crm(one.connector)->form) {
        if (field.kind == FormField::Kind::Secret)
            secrets << tests::madeUpSecret(field.key);
    }
    const QJsonObject body{{u"errors"_s, QJsonArray{echo + u' ' + secrets.join(u' ')}}};
    for (const int status : {422, 500}) {
        CrmBench bench;
        filesScript(bench, one).reply(status, QJsonDocument(body).toJson());
        int passes = 0;
        const Result<Receipt> result = tests::delivered(*bench.connector, one, &passes);
        const QString said = result ? result->notice : result.error().message;
        QVERIFY(!said.isEmpty());
        for (const QString &secret : secrets)
            QVERIFY2(!said.contains(secret), qPrintable(said));
    }
}

void TestCrmFiles::attachesEachFileOnce_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const QString &id : takers()) {
        for (const FilesCase &one : filesCases())
            QTest::addRow("%s/%s", qPrintable(id), qPrintable(one.name)) << id << one.name;
    }
}

void TestCrmFiles::attachesEachFileOnce()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    FilesDesk desk(id);
    QCOMPARE(desk.desk.failure, QString());
    for (const FilesCase &one : filesCases()) {
        if (one.name != name)
            continue;
        desk.far.uploads = one.uploads;
        desk.far.creations = one.creations;
        desk.far.lists = one.lists;
    }
    const Delivery end = desk.settled();
    QCOMPARE(desk.far.complaints.join(u'\n'), QString());
    QVERIFY2(end.state == DeliveryState::Sent, qPrintable(end.lastError));
    QCOMPARE(desk.far.tasks, 1);
    QCOMPARE(desk.far.attached, QStringList({u"a"_s, u"b"_s}));
    QCOMPARE(end.lastError, QString());
}

void TestCrmFiles::sendsTheTaskWithoutAFileThatIsRefused()
{
    QFETCH(QString, id);
    for (const int status : {413, 415, 422}) {
        FilesDesk desk(id);
        desk.far.uploads = {Mishap{true}, tests::cases::answers(tests::cases::page(status, "{}"))};
        const Delivery end = desk.settled();
        QCOMPARE(desk.far.complaints.join(u'\n'), QString());
        QVERIFY2(end.state == DeliveryState::Sent, qPrintable(end.lastError));
        QCOMPARE(desk.far.attached, QStringList({u"a"_s}));
        QVERIFY2(end.lastError.contains(u"Attached 1 of 2."_s), qPrintable(end.lastError));
        QVERIFY2(end.lastError.contains(u"notes.txt"_s), qPrintable(end.lastError));
    }
}

void TestCrmFiles::sendsTheTaskWithoutAFileThatIsGone()
{
    QFETCH(QString, id);
    FilesDesk desk(id);
    const QJsonArray files = desk.far.create.given()[u"task"_s][u"attachments"_s].toArray();
    desk.files.remove(files.at(1)[u"sha256"_s].toString());
    const Delivery end = desk.settled();
    QCOMPARE(desk.far.complaints.join(u'\n'), QString());
    QVERIFY2(end.state == DeliveryState::Sent, qPrintable(end.lastError));
    QCOMPARE(desk.far.attached, QStringList({u"a"_s}));
    QVERIFY2(end.lastError.contains(u"notes.txt: its content is not in the workspace any more."_s),
             qPrintable(end.lastError));
}

PATCHBAY_TESTS(TestCrmFiles)
#include "tst_crm_files.moc"

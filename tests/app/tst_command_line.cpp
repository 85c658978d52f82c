#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl as scripts see it: exit status, the object on standard error, and what it prints.
class CommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(u"secrets"_s));
        QCOMPARE(ctl({u"init"_s}).status, 0);
    }

    void endsWithTwoWhenItIsCalledWrongly_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, const QStringList &arguments, const char *says) {
            QTest::newRow(name) << arguments << QByteArray(says);
        };
        row("no such command", {u"fly"_s}, "fly");
        row("no such option", {u"check"_s, u"--loud"_s}, "loud");
        row("too few arguments", {u"reply"_s}, "Usage");
        row("an import without its channel", {u"import"_s, u"x.mbox"_s}, "--channel");
        row("an unknown format", {u"import"_s, u"x"_s, u"--channel"_s, u"X"_s, u"--format"_s, u"pst"_s}, "pst");
        row("an import of nothing", {u"import"_s, u"--channel"_s, u"X"_s}, "files");
        row("a column without its field", {u"import"_s, u"x"_s, u"--channel"_s, u"X"_s, u"--map"_s, u"Body"_s},
            "column=field");
        row("an unknown setting of a format",
            {u"import"_s, u"x"_s, u"--channel"_s, u"X"_s, u"--set"_s, u"colour=red"_s}, "colour");
        row("a channel without a name", {u"channels"_s, u"add"_s, u"mail"_s}, "--name");
        row("a target without a name", {u"targets"_s, u"add"_s, u"redmine"_s}, "--name");
        row("an unknown setting",
            {u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, u"M"_s, u"--set"_s, u"colour=red"_s}, "colour");
        row("a secret", {u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, u"M"_s, u"--set"_s, u"password=swordfish"_s},
            "M.password");
        row("a settlement without its end", {u"outbox"_s, u"settle"_s, u"0192f3"_s}, "--not-sent");
        row("an unknown view", {u"conversations"_s, u"list"_s, u"--view"_s, u"mine"_s}, "my-queue");
        row("a limit that is no number", {u"conversations"_s, u"list"_s, u"--limit"_s, u"x"_s}, "--limit");
        row("a version that is no number", {u"accept"_s, u"0192f3"_s, u"--shown"_s, u"abc"_s}, "--shown");
    }

    void endsWithTwoWhenItIsCalledWrongly()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const CtlResult plain = ctl(arguments);
        QCOMPARE(plain.status, 2);
        QVERIFY2(plain.err.contains(says), plain.err.constData());
        QVERIFY(!plain.err.contains("swordfish"));

        const CtlResult json = ctl(QStringList{u"--json"_s} + arguments);
        QCOMPARE(json.status, 2);
        QCOMPARE(json.out, QByteArray());
        const QJsonObject error = errorObject(json);
        QCOMPARE(error.value("kind"_L1).toString(), u"usage"_s);
        QVERIFY2(error.value("message"_L1).toString().contains(QString::fromUtf8(says)), json.err.constData());
    }

    void refusesAPasswordInTheWorkspacesAddress_data()
    {
        QTest::addColumn<QString>("address");
        QTest::newRow("user:password@") << u"postgresql://ana:swordfish@127.0.0.1:1/desk"_s;
        QTest::newRow("an odd one") << u"postgresql://ana:sword%20fish#x@127.0.0.1:1/desk"_s;
        QTest::newRow("?password=") << u"postgresql://ana@127.0.0.1:1/desk?password=swordfish"_s;
    }

    void refusesAPasswordInTheWorkspacesAddress()
    {
        QFETCH(QString, address);
        const CtlResult refused = runCtl({u"--workspace"_s, address, u"check"_s});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("~/.pgpass"), refused.err.constData());
        QVERIFY2(!refused.err.contains("fish"), refused.err.constData());
    }

    void endsStandardErrorWithTheErrorObject()
    {
        // A file that may not grow: the store logs the failed commit, and the command gives it as its error.
        QFile file(m_folder->filePath(u"big.eml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"a@example.test"_s, u"b@example.test"_s, u"Big"_s, QString(3000000, u'x'),
                             u"big@example.test"_s));
        file.close();
        QProcess process;
        process.start(u"bash"_s,
                      QStringList{u"-c"_s, u"trap '' XFSZ; ulimit -f 1000; exec \"$@\""_s, u"bash"_s,
                                  QString::fromUtf8(PATCHBAYCTL)}
                          + everywhere()
                          + QStringList{u"--json"_s, u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s});
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 1);
        CtlResult failed;
        failed.err = process.readAllStandardError();
        QVERIFY2(!errorObject(failed).value("message"_L1).toString().isEmpty(), failed.err.constData());
        QVERIFY2(failed.err.trimmed().count('\n') == 0, failed.err.constData());
        QCOMPARE(process.readAllStandardOutput(), QByteArray());
    }

    void printsWhatCustomersWroteAsTheyWroteIt()
    {
        QFile file(m_folder->filePath(u"one.eml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"\"Bob %6 %1 %7\" <bob@customer.test>"_s, u"a@example.test"_s, u"100 %1 sure %2"_s,
                             u"Hello"_s, u"percent@customer.test"_s));
        file.close();
        QCOMPARE(ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s}).status, 0);
        const CtlResult list = ctl({u"conversations"_s, u"list"_s});
        QVERIFY2(list.out.contains("Bob %6 %1 %7 <bob@customer.test>"), list.out.constData());
        QVERIFY2(list.out.contains("100 %1 sure %2\n"), list.out.constData());
        QVERIFY2(QRegularExpression(u"\\[\\S.* \\d+ %\\]"_s).match(QString::fromUtf8(list.out)).hasMatch(),
                 list.out.constData());
    }

    void importsAChatAndATableAndListsWhatItDid()
    {
        const auto write = [this](const QString &name, const QByteArray &bytes) {
            QFile file(m_folder->filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
        };
        const QString chat = write(u"WhatsApp Chat with Ana.txt"_s,
                                   "13/03/24, 10:11 - Ana: Where is it?\n13/03/24, 10:12 - Desk: On its way\n"
                                   "13/03/24, 25:99 - Ana: never\n");
        const CtlResult first =
            ctl({u"--json"_s, u"import"_s, chat, u"--channel"_s, u"Chats"_s, u"--own"_s, u"Desk"_s});
        QVERIFY2(first.status == 0, first.err.constData());
        QCOMPARE(first.json.value("read"_L1).toInt(), 3);
        QCOMPARE(first.json.value("added"_L1).toInt(), 2);
        QCOMPARE(first.json.value("quarantined"_L1).toInt(), 1);
        QCOMPARE(first.json.value("reasons"_L1).toArray().size(), 1);
        QVERIFY2(first.err.isEmpty(), first.err.constData()); // progress is for terminals
        const QString table = write(u"old.csv"_s, "Who;What\nana;hello\nben;bye\n");
        const CtlResult second = ctl({u"--json"_s, u"import"_s, table, u"--channel"_s, u"Chats"_s, u"--map"_s,
                                      u"What=text"_s, u"--map"_s, u"Who=name"_s});
        QCOMPARE(second.json.value("added"_L1).toInt(), 2);
        const CtlResult tabs = ctl({u"--json"_s, u"import"_s, write(u"tabs"_s, "name\ttext\nana\ta, b\n"),
                                    u"--channel"_s, u"Tabs"_s, u"--format"_s, u"tsv"_s});
        QCOMPARE(tabs.json.value("added"_L1).toInt(), 1);
        const CtlResult again =
            ctl({u"--json"_s, u"import"_s, chat, u"--channel"_s, u"Chats"_s, u"--own"_s, u"Desk"_s});
        QCOMPARE(again.json.value("duplicate"_L1).toInt(), 3);

        const QJsonArray list = ctl({u"--json"_s, u"imports"_s}).json.value("imports"_L1).toArray();
        QCOMPARE(list.size(), 4);
        QCOMPARE(list.at(2).toObject().value("uid"_L1).toString(), second.json.value("uid"_L1).toString());
        QCOMPARE(list.at(0).toObject().value("duplicate"_L1).toInt(), 3);
        QCOMPARE(list.at(0).toObject().value("state"_L1).toString(), u"done"_s);
        QCOMPARE(list.at(0).toObject().value("channel"_L1).toString(), u"Chats"_s);
        const CtlResult done = ctl({u"import"_s, u"--resume"_s, second.json.value("uid"_L1).toString()});
        QCOMPARE(done.status, 1);
        QVERIFY2(done.err.contains("done to its end"), done.err.constData());
    }

    void goesOnWithAnImportThatWasKilled()
    {
        QFile file(m_folder->filePath(u"many.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("name,text\n");
        for (int i = 0; i < 14000; ++i)
            file.write("ana,message " + QByteArray::number(i) + "\n");
        file.close();
        const QStringList import{u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s};
        QVERIFY2(runCtl(everywhere() + import, u"intake.before_commit:3"_s).crashed, "the fault point was not met");
        const QJsonObject cut = ctl({u"--json"_s, u"imports"_s}).json.value("imports"_L1).toArray().at(0).toObject();
        QCOMPARE(cut.value("state"_L1).toString(), u"interrupted"_s);
        const QJsonObject check = ctl({u"--json"_s, u"check"_s}).json;
        QCOMPARE(cut.value("read"_L1).toInt(), check.value("received"_L1).toInt());
        QCOMPARE(cut.value("added"_L1).toInt(), check.value("visible"_L1).toInt());
        QVERIFY(cut.value("read"_L1).toInt() < 14000);
        const CtlResult resumed = ctl({u"--json"_s, u"import"_s, u"--resume"_s, cut.value("uid"_L1).toString()});
        QVERIFY2(resumed.status == 0, resumed.err.constData());
        QCOMPARE(resumed.json.value("read"_L1).toInt(), 14000);
        QCOMPARE(resumed.json.value("added"_L1).toInt(), 14000);
        QCOMPARE(ctl({u"--json"_s, u"check"_s}).json.value("visible"_L1).toInt(), 14000);
    }

    void refusesAChannelThatIsNotThere()
    {
        addMailbox(u"Support"_s, 1);
        for (const QStringList &more : {QStringList{}, QStringList{u"--once"_s}}) {
            const CtlResult started = ctl(QStringList{u"channels"_s, u"start"_s, u"Support"_s, u"Sales"_s} + more);
            QCOMPARE(started.status, 1);
            QVERIFY2(started.err.contains("\"Sales\"") && !started.err.contains("\"Support\""),
                     started.err.constData());
        }
    }

    void tellsNoLagWhereNobodyKnowsOne()
    {
        addMailbox(u"Support"_s, 1);
        const QJsonArray all = ctl({u"--json"_s, u"channels"_s, u"list"_s}).json.value("channels"_L1).toArray();
        QCOMPARE(all.size(), 1);
        QVERIFY(all[0].toObject().contains("lag"_L1) && all[0]["lag"_L1].isNull());
    }

    void receivesFromTheNamedChannelsAlone()
    {
        QTcpServer wanted;
        QTcpServer other;
        QVERIFY(wanted.listen(QHostAddress::LocalHost) && other.listen(QHostAddress::LocalHost));
        addMailbox(u"Wanted"_s, wanted.serverPort());
        addMailbox(u"Other"_s, other.serverPort());
        QProcess program;
        start(program, {u"channels"_s, u"start"_s, u"Wanted"_s});
        QTRY_VERIFY_WITH_TIMEOUT(wanted.hasPendingConnections(), 10000);
        QTest::qWait(700);
        QVERIFY(!other.hasPendingConnections());
        program.terminate();
        QVERIFY(program.waitForFinished(10000));
        QCOMPARE(program.exitCode(), 0);
    }

    void completesASampleWhoseFillingWasCutOff_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::newRow("before a mail was stored") << u"intake.before_commit"_s;
        QTest::newRow("in the middle of the mails") << u"intake.before_commit:2"_s;
        QTest::newRow("with a task accepted and not delivered") << u"outbox.after_claim"_s;
        QTest::newRow("with a task delivered") << u"outbox.after_settle"_s;
    }

    void completesASampleWhoseFillingWasCutOff()
    {
        QFETCH(QString, fault);
        const QStringList place{u"--workspace"_s, m_folder->filePath(u"sample.patchbay"_s), u"--json"_s};
        const QStringList fill = place + QStringList{u"init"_s, u"--sample"_s};
        QVERIFY2(runCtl(fill, fault).crashed, "the fault point was not met");
        for (int round = 0; round < 2; ++round) { // the second one finds nothing left to do
            const CtlResult filled = runCtl(fill);
            QVERIFY2(filled.status == 0, filled.err.constData());
            const int mails = filled.json.value("messages"_L1).toInt();
            QVERIFY(mails > 40);
            const CtlResult check = runCtl(place + QStringList{u"check"_s});
            QVERIFY2(check.status == 0, (check.out + check.err).constData());
            QCOMPARE(check.json.value("visible"_L1).toInt(), mails);
            QCOMPARE(check.json.value("received"_L1).toInt(), mails);
            const QJsonArray all =
                runCtl(place + QStringList{u"conversations"_s, u"list"_s}).json.value("conversations"_L1).toArray();
            QCOMPARE(all.size(), 37);
            int notes = 0;
            for (const QJsonValue &one : all) {
                const QJsonObject shown =
                    runCtl(place
                           + QStringList{u"conversations"_s, u"show"_s, one.toObject().value("uid"_L1).toString()})
                        .json;
                for (const QJsonValue &item : shown.value("timeline"_L1).toArray())
                    notes += item.toObject().value("direction"_L1).toString() == u"note"_s;
            }
            QCOMPARE(notes, 1);
            QCOMPARE(runCtl(place + QStringList{u"channels"_s, u"list"_s}).json.value("channels"_L1).toArray().size(),
                     1);
            const QJsonArray deliveries =
                runCtl(place + QStringList{u"outbox"_s, u"list"_s, u"--all"_s}).json.value("deliveries"_L1).toArray();
            QCOMPARE(deliveries.size(), 1);
            QCOMPARE(deliveries.at(0).toObject().value("state"_L1).toString(), u"sent"_s);
        }
    }

    void waitsForARunningDeliveryWhenItIsToEnd()
    {
        QTcpServer redmine;
        QTcpSocket *asking = nullptr;
        serveRedmine(redmine, asking);
        makeOneDelivery(redmine.serverPort());
        QProcess program;
        start(program, {u"channels"_s, u"start"_s});
        QTRY_VERIFY_WITH_TIMEOUT(asking != nullptr, 20000);
        program.terminate();
        QTest::qWait(500);
        QCOMPARE(program.state(), QProcess::Running);
        const QByteArray body = R"({"issue":{"id":77,"subject":"x","status":{"id":1,"name":"New"}}})";
        asking->write("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 10000);
        QCOMPARE(program.exitCode(), 0);
        const CtlResult list = ctl({u"--json"_s, u"outbox"_s, u"list"_s, u"--all"_s});
        const QJsonObject delivery = list.json.value("deliveries"_L1).toArray().at(0).toObject();
        QCOMPARE(delivery.value("state"_L1).toString(), u"sent"_s);
        QCOMPARE(delivery.value("external_id"_L1).toString(), u"77"_s);
    }

private:
    QString workspace() const { return m_folder->filePath(u"desk.patchbay"_s); }
    QStringList everywhere() const
    {
        return {u"--workspace"_s, workspace(), u"--secrets"_s, m_folder->filePath(u"secrets"_s)};
    }
    CtlResult ctl(const QStringList &arguments) const { return runCtl(everywhere() + arguments); }

    void start(QProcess &program, const QStringList &arguments) const
    {
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(QString::fromUtf8(PATCHBAYCTL), everywhere() + arguments);
        QVERIFY(program.waitForStarted());
    }

    /// The error object, which must be the last line of standard error.
    static QJsonObject errorObject(const CtlResult &result)
    {
        const QByteArray last = result.err.trimmed().split('\n').last();
        return QJsonDocument::fromJson(last).object().value("error"_L1).toObject();
    }

    void writeSecret(const QString &name) const
    {
        QFile file(m_folder->filePath(u"secrets/"_s + name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("secret");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }

    void addMailbox(const QString &name, int port) const
    {
        writeSecret(name + u".password"_s);
        const CtlResult added =
            ctl({u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, name, u"--set"_s,
                 u"address=%1@example.test"_s.arg(name.toLower()), u"--set"_s, u"imap_host=127.0.0.1"_s, u"--set"_s,
                 u"imap_port=%1"_s.arg(port), u"--set"_s, u"smtp_host=127.0.0.1"_s});
        QVERIFY2(added.status == 0, added.err.constData());
    }

    /// A Redmine that knows nothing yet and does not answer who makes an issue: `asking` is who waits.
    static void serveRedmine(QTcpServer &server, QTcpSocket *&asking)
    {
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&server, &asking] {
            QTcpSocket *socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, &server, [socket, &asking] {
                const QByteArray request = socket->readAll();
                if (request.startsWith("POST")) {
                    asking = socket;
                } else if (request.startsWith("GET")) {
                    const QByteArray body = request.contains("priorities")
                        ? R"({"issue_priorities":[{"id":1,"name":"Low"},{"id":2,"name":"Normal"},{"id":3,"name":"High"},{"id":4,"name":"Urgent"}]})"
                        : R"({"issues":[],"total_count":0,"offset":0,"limit":25})";
                    socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                  + QByteArray::number(body.size()) + "\r\n\r\n" + body);
                }
            });
        });
    }

    void makeOneDelivery(int port) const
    {
        writeSecret(u"Tracker.api_key"_s);
        const CtlResult target =
            ctl({u"targets"_s, u"add"_s, u"redmine"_s, u"--name"_s, u"Tracker"_s, u"--default"_s, u"--set"_s,
                 u"url=http://127.0.0.1:%1"_s.arg(port), u"--set"_s, u"project=support"_s});
        QVERIFY2(target.status == 0, target.err.constData());
        QFile file(m_folder->filePath(u"one.eml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"ana@customer.test"_s, u"a@example.test"_s, u"Invoice"_s,
                             u"My invoice is wrong, please refund a payment."_s, u"one@customer.test"_s));
        file.close();
        QCOMPARE(ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s, u"--as-new"_s}).status, 0);
        const QJsonArray list =
            ctl({u"--json"_s, u"conversations"_s, u"list"_s}).json.value("conversations"_L1).toArray();
        QCOMPARE(list.size(), 1);
        const CtlResult accepted = ctl({u"accept"_s, list.at(0).toObject().value("uid"_L1).toString()});
        QVERIFY2(accepted.status == 0, accepted.err.constData());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};
PATCHBAY_TESTS(CommandLine)

#include "tst_command_line.moc"

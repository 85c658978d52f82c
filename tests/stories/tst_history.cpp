#include "support/desk.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>

#include <memory>

using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

QByteArray letter(int number, const QByteArray &text = "An old letter.",
                  const QByteArray &date = "Tue, 14 Nov 2023 10:00:00 +0000")
{
    const QByteArray n = QByteArray::number(number);
    return "From: Person " + n + " <p" + n + "@example.org>\nTo: support@example.org\nSubject: Letter number" + n
        + "\nMessage-ID: <letter" + n + "@example.org>\nDate: " + date + "\n\n" + text + "\n";
}

QByteArray inMbox(const QByteArray &mail) { return "From somebody Tue Nov 14 10:00:00 2023\n" + mail + "\n"; }

} // namespace

/// Large and broken files brought in by patchbayctl: whatever happens, every item is there once, or set aside with its
/// reason, and the counters add up.
class HistoryStory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<Desk>();
        QCOMPARE(m_desk->ctl({u"init"_s}).status, 0);
    }

    void addsEveryMailOnceThoughItIsKilledAgainAndAgain()
    {
        constexpr int mails = 9900; // more than a quick machine brings in before three kills, fewer than a search gives
        QByteArray all;
        for (int i = 0; i < mails; ++i)
            all += inMbox(letter(i));
        const QString file = write(u"old.mbox"_s, all);
        QRandomGenerator chance(20261121);
        int kills = 0;
        for (int round = 0; round < 8; ++round) {
            kills += importAndKill(file, chance.bounded(100, 500));
            compareCounters();
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY2(kills >= 3, qPrintable(QString::number(kills)));
        const CtlResult last = import(file);
        QVERIFY2(last.status == 0, last.err);
        compareReport(last, mails);
        const QJsonObject check = compareCounters();
        QCOMPARE(check.value("visible"_L1).toInt(), mails);
        QCOMPARE(hits(u"letter"_s, mails + 10), mails); // all can be found
        for (const int one : {0, 4711, mails - 1})
            QCOMPARE(hits(u"number%1"_s.arg(one)), 1);
        const CtlResult again = import(file);
        QCOMPARE(again.json.value("added"_L1).toInt(), 0);
        compareReport(again, mails);
        QCOMPARE(compareCounters().value("visible"_L1).toInt(), mails);
    }

    void goesOnAfterAKillInTheMiddleOfAPage_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::newRow("first page") << u"intake.before_commit"_s;
        QTest::newRow("second page") << u"intake.before_commit:2"_s;
        QTest::newRow("a file's attachment") << u"attachment.after_file_before_row"_s;
    }
    void goesOnAfterAKillInTheMiddleOfAPage()
    {
        QFETCH(QString, fault);
        QByteArray all;
        for (int i = 0; i < 4500; ++i)
            all += inMbox(letter(i));
        all += inMbox(
            "From: a@example.org\nTo: support@example.org\nSubject: Scan\nMessage-ID: "
            "<scan@example.org>\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nSee file.\n--cut\n"
            "Content-Type: application/pdf; name=scan.pdf\nContent-Disposition: attachment; filename=scan.pdf\n\n"
            "%PDF-1.4 x\n--cut--\n");
        const QString file = write(u"old.mbox"_s, all);
        const CtlResult killed = import(file, fault);
        QVERIFY2(killed.crashed, killed.err + "the fault point was not reached");
        compareCounters();
        const QJsonArray known = m_desk->ctl({u"imports"_s}).json.value("imports"_L1).toArray();
        QCOMPARE(known.size(), 1);
        QCOMPARE(known.at(0).toObject().value("state"_L1).toString(), u"interrupted"_s);
        const CtlResult resumed =
            m_desk->ctl({u"import"_s, u"--resume"_s, known.at(0).toObject().value("uid"_L1).toString()});
        QVERIFY2(resumed.status == 0, resumed.err);
        QCOMPARE(compareCounters().value("visible"_L1).toInt(), 4501);
        QCOMPARE(hits(u"scan.pdf"_s), 1);
    }

    void setsAsideWhatIsBrokenAndBringsInTheRest()
    {
        QByteArray parts =
            "From: a@example.org\nTo: support@example.org\nSubject: Many parts\nMessage-ID: <parts@example.org>\n"
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=cut\n\n";
        for (int i = 0; i < 20000; ++i)
            parts += "--cut\nContent-Type: text/plain\n\npart\n";
        parts += "--cut--\n";
        const QByteArray rightToLeft = "From: \"gpj.elif \xe2\x80\xae"
                                       "exe\" <rlo@example.org>\nTo: support@example.org\nSubject: "
                                       "\xe2\x80\xae"
                                       "desrever\nMessage-ID: <rlo@example.org>\n\nHello\n";
        QByteArray all;
        all += inMbox(letter(1));
        all += inMbox(letter(2, "1970", "Thu, 01 Jan 1970 00:00:00 +0000"));
        all += inMbox(letter(3, "2106", "Sun, 07 Feb 2106 06:28:15 +0000"));
        all += inMbox(letter(4, "\xff\xfe invalid \xc3\x28 bytes \x80"));
        all += inMbox(letter(5, QByteArray(60'000'000, 'x'))); // one line, larger than a mail may be
        all += inMbox(parts);
        all += inMbox(rightToLeft);
        all += inMbox("nothing that is a mail\n");
        all += inMbox(letter(6));
        all += inMbox("From: cut@example.org\nTo: support@example.org\nSubject: Cut off\nMessage-ID: "
                      "<cut@example.org>\nMIME-Version: "
                      "1.0\nContent-Type: multipart/mixed; boundary=never\n\n--never\nContent-Type: text/plain\n\nThe "
                      "file ends he");
        const CtlResult done = import(write(u"broken.mbox"_s, all));
        QVERIFY2(done.status == 0, done.err);
        compareReport(done, 10);
        QCOMPARE(done.json.value("quarantined"_L1).toInt(),
                 2); // the one that is too large, and the one that is no mail
        QStringList reasons;
        for (const QJsonValue &reason : done.json.value("reasons"_L1).toArray())
            reasons << reason.toObject().value("reason"_L1).toString();
        QCOMPARE(reasons.size(), 2);
        QVERIFY2(reasons.join(u'\n').contains(u"50"_s), qPrintable(reasons.join(u'\n'))); // how large one may be
        QCOMPARE(compareCounters().value("visible"_L1).toInt(), 8);
        for (const char *word : {"1970", "2106", "invalid", "Many parts", "Cut off", "rlo@example.org"})
            QVERIFY2(hits(u'"' + QLatin1String(word) + u'"') == 1, word);
        for (const QJsonObject &one : m_desk->conversations()) {
            for (const char *key : {"subject", "contact"})
                QVERIFY2(!one.value(QLatin1String(key)).toString().contains(QChar(0x202e)), key);
        }
    }

    void refusesAnExportOfTheWrongKindWithASentence()
    {
        const QString file =
            write(u"result.json"_s, R"({"about":"Here is the data you requested","contacts":{"list":[]}})");
        const CtlResult refused =
            m_desk->ctl({u"import"_s, file, u"--channel"_s, u"Chats"_s, u"--format"_s, u"telegram"_s});
        QVERIFY(refused.status != 0);
        QVERIFY2(refused.err.contains("result.json"), refused.err);
        QCOMPARE(compareCounters().value("received"_L1).toInt(), 0);
        const CtlResult cut = m_desk->ctl(
            {u"import"_s, write(u"cut.json"_s, R"({"name":"Ana","type":"personal_chat","id":1,"messages":[{"id":1,)"),
             u"--channel"_s, u"Chats"_s, u"--format"_s, u"telegram"_s});
        compareReport(cut, 1); // the message in which the file ends is kept, with what is wrong with it
        QCOMPARE(cut.json.value("quarantined"_L1).toInt(), 1);
        compareCounters();
    }

private:
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_files.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    CtlResult import(const QString &file, const QString &fault = {}) const
    {
        return m_desk->ctl({u"import"_s, file, u"--channel"_s, u"History"_s}, fault, 240);
    }
    /// 1 when it was still at work.
    int importAndKill(const QString &file, int afterMs)
    {
        QProcess program;
        program.setProcessChannelMode(QProcess::MergedChannels);
        program.start(QStringLiteral(PATCHBAYCTL),
                      {u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder(), u"import"_s,
                       file, u"--channel"_s, u"History"_s});
        const bool ended = program.waitForFinished(afterMs);
        if (!ended)
            program.kill();
        program.waitForFinished(20000);
        return ended ? 0 : 1;
    }
    /// Fails unless the workspace is whole and everything that came in is somewhere.
    QJsonObject compareCounters() const
    {
        const QJsonObject check = m_desk->check();
        const auto count = [&check](QLatin1StringView name) { return check.value(name).toInt(-1); };
        if (check.isEmpty()
            || count("received"_L1)
                != count("visible"_L1) + count("duplicate"_L1) + count("quarantined"_L1) + count("pending"_L1))
            QTest::qFail(QJsonDocument(check).toJson().constData(), __FILE__, __LINE__);
        return check;
    }
    static void compareReport(const CtlResult &report, int read)
    {
        const auto count = [&report](QLatin1StringView name) { return report.json.value(name).toInt(-1); };
        QCOMPARE(count("read"_L1), read);
        QCOMPARE(count("added"_L1) + count("duplicate"_L1) + count("quarantined"_L1), read);
    }
    int hits(const QString &query, int limit = 10) const
    {
        const CtlResult found = m_desk->ctl({u"search"_s, query, u"--limit"_s, QString::number(limit)});
        return int(found.json.value("hits"_L1).toArray().size());
    }

    std::unique_ptr<Desk> m_desk;
    QTemporaryDir m_files;
};
PATCHBAY_TESTS(HistoryStory)

#include "tst_history.moc"

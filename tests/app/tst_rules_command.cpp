#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl rules, as a lead's script uses it.
class RulesCommand : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString at(const QString &name) const { return m_folder.filePath(name); }
    CtlResult bare(const QStringList &arguments) const { return runCtl(arguments); }
    CtlResult ctl(const QStringList &arguments) const
    {
        return runCtl(QStringList{u"--workspace"_s, at(u"Desk.patchbay"_s), u"--json"_s} + arguments);
    }
    QString file(const QString &name, const QByteArray &text) const
    {
        QFile file(at(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return file.fileName();
    }
    static QJsonObject json(const CtlResult &result) { return QJsonDocument::fromJson(result.out).object(); }
    /// The n-th block of JSON of the page about rules.
    static QByteArray example(int n)
    {
        QFile page(QStringLiteral(PATCHBAY_DOCS "/rules.md"));
        if (!page.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(page.readAll()).section(u"```json\n"_s, n, n).section(u"```"_s, 0, 0).toUtf8();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(ctl({u"init"_s}).status, 0);
        for (int i = 0; i < 12; ++i) {
            const QString mail =
                file(u"%1.eml"_s.arg(i),
                     plainMail(u"zoe%1@example.test"_s.arg(i), u"desk@example.test"_s, u"Mail %1"_s.arg(i),
                               i % 3 == 0 ? u"Where is my parcel?"_s : u"Please refund my invoice."_s,
                               u"rules%1@example.test"_s.arg(i)));
            QCOMPARE(ctl({u"import"_s, mail, u"--channel"_s, u"Files"_s}).status, 0);
        }
    }

    void passTheExampleOfTheDocuments()
    {
        const QString rules = file(u"example.json"_s, example(1));
        const QString cases = file(u"cases.json"_s, example(2));
        const CtlResult lint = ctl({u"rules"_s, u"lint"_s, rules});
        QVERIFY2(lint.status == 0, lint.out + lint.err);
        QVERIFY2(json(lint).value(u"findings"_s).toArray().isEmpty(), lint.out);
        const CtlResult test = bare({u"--json"_s, u"rules"_s, u"test"_s, rules, cases});
        QVERIFY2(test.status == 0, test.out + test.err);
        QCOMPARE(json(test).value(u"passed"_s).toInt(), 3);
        QCOMPARE(json(test).value(u"failed"_s).toInt(), 0);
    }

    void failWithTheLineOfAFault()
    {
        const QString rules = file(u"bad.json"_s, "{\n  \"rules\": [],\n  \"defualt_route\": \"Tasks\"\n}");
        const CtlResult lint = bare({u"rules"_s, u"lint"_s, rules});
        QCOMPARE(lint.status, 1);
        QVERIFY2(lint.out.contains("bad.json:3: error: "), lint.out);
        QCOMPARE(bare({u"rules"_s, u"lint"_s, at(u"none.json"_s)}).status, 2);
        QCOMPARE(bare({u"rules"_s, u"lint"_s}).status, 2);
        const QString cases =
            file(u"failing.json"_s, R"({"cases": [{"name": "x", "message": {}, "expect": {"route": "Nowhere"}}]})");
        const CtlResult test = bare({u"rules"_s, u"test"_s, file(u"empty.json"_s, R"({"rules": []})"), cases});
        QCOMPARE(test.status, 1);
        QVERIFY2(test.out.contains("FAIL x: route is nothing, expected \"Nowhere\""), test.out);
    }

    void replayPublishAndRollBack()
    {
        const QString rules = file(u"next.json"_s, R"({"rules": [{"name": "parcels",
            "when": {"field": "text", "contains": "parcel"}, "then": [{"set_priority": "urgent"}]}],
            "default_route": "Tasks"})");
        const CtlResult replay = ctl({u"rules"_s, u"replay"_s, rules, u"--changes"_s, u"2"_s});
        QVERIFY2(replay.status == 0, replay.err);
        QCOMPARE(json(replay).value(u"messages"_s).toInt(), 12);
        QCOMPARE(json(replay).value(u"changed_conversations"_s).toInt(), 4);
        const QJsonArray changes = json(replay).value(u"changes"_s).toArray();
        QCOMPARE(changes.size(), 2);
        const QString uid = changes.at(0).toObject().value(u"conversation"_s).toString();
        QCOMPARE(ctl({u"conversations"_s, u"show"_s, uid}).status, 0);
        QCOMPARE(json(ctl({u"rules"_s, u"replay"_s, rules, u"--last"_s, u"3"_s})).value(u"messages"_s).toInt(), 3);
        QCOMPARE(ctl({u"rules"_s, u"replay"_s, rules, u"--since"_s, u"soon"_s}).status, 2);
        QCOMPARE(json(ctl({u"rules"_s, u"list"_s})).value(u"versions"_s).toArray().size(), 1); // nothing was written

        const CtlResult published = ctl({u"rules"_s, u"publish"_s, rules, u"--comment"_s, u"Parcels first"_s});
        QVERIFY2(published.status == 0, published.err);
        QCOMPARE(json(published).value(u"version"_s).toInt(), 2);
        QCOMPARE(json(ctl({u"rules"_s, u"replay"_s, rules})).value(u"changed_messages"_s).toInt(), 0);
        const QJsonArray diff = json(ctl({u"rules"_s, u"diff"_s, u"1"_s, u"2"_s})).value(u"rules"_s).toArray();
        QCOMPARE(diff.size(), 2); // one came, one went
        QCOMPARE(json(ctl({u"rules"_s, u"rollback"_s})).value(u"version"_s).toInt(), 3);
        QCOMPARE(json(ctl({u"rules"_s, u"show"_s})), json(ctl({u"rules"_s, u"show"_s, u"1"_s})));
        QCOMPARE(ctl({u"rules"_s, u"rollback"_s, u"99"_s}).status, 1);
        QCOMPARE(ctl({u"rules"_s, u"rollback"_s, u"x"_s}).status, 2);
        const QJsonArray versions = json(ctl({u"rules"_s, u"list"_s})).value(u"versions"_s).toArray();
        QCOMPARE(versions.size(), 3);
        QCOMPARE(versions.at(0).toObject().value(u"restores"_s).toInt(), 1);
        QCOMPARE(versions.at(1).toObject().value(u"comment"_s).toString(), u"Parcels first"_s);
    }

    void keepADraftForTheSecondPerson()
    {
        const QString rules = file(u"two.json"_s, R"({"rules": [], "default_route": "Tasks"})");
        QCOMPARE(ctl({u"rules"_s, u"review"_s, u"on"_s}).status, 0);
        const CtlResult refused = ctl({u"rules"_s, u"publish"_s, rules});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("second person"), refused.err);
        const QJsonArray drafts = json(ctl({u"rules"_s, u"list"_s})).value(u"drafts"_s).toArray();
        QCOMPARE(drafts.size(), 1);
        const QString uid = drafts.at(0).toObject().value(u"uid"_s).toString();
        QCOMPARE(ctl({u"rules"_s, u"publish"_s, u"--draft"_s, uid}).status, 1); // still the same person
        QCOMPARE(ctl({u"rules"_s, u"review"_s, u"off"_s}).status, 0);
        QCOMPARE(ctl({u"rules"_s, u"publish"_s, u"--draft"_s, uid}).status, 0);
        const QString broken = file(u"broken.json"_s, R"({"rules": [], "default_route": "Gone"})");
        QCOMPARE(ctl({u"rules"_s, u"publish"_s, broken}).status, 1);
        QVERIFY(json(ctl({u"rules"_s, u"list"_s})).value(u"drafts"_s).toArray().isEmpty());
    }
};

PATCHBAY_TESTS(RulesCommand)

#include "tst_rules_command.moc"

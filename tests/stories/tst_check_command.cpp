#include "core/store/account_table.h"
#include "core/store/message_table.h"
#include "support/inbox.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QProcess>

using namespace patchbay;
using namespace patchbay::tests;

/// `patchbayctl check` names what is wrong; it never fails without a word, and never vouches for what it did not look
/// at.
class CheckCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysThatAllIsWell()
    {
        const StorePlace place;
        (void)withFiles(place);
        const CtlResult json = check(place);
        QCOMPARE(json.status, 0);
        QCOMPARE(json.json.value(u"integrity"_s).toString(), u"ok"_s);
        QCOMPARE(json.json.value(u"broken_references"_s).toInt(-1), 0);
        QCOMPARE(json.json.value(u"files"_s).toInt(), 2);
        QVERIFY(json.json.value(u"missing_files"_s).toArray().isEmpty());
        QVERIFY(json.json.value(u"damaged_files"_s).toArray().isEmpty());
        QVERIFY(json.json.contains(u"schema"_s));
    }

    void namesBrokenReferences()
    {
        const StorePlace place;
        (void)withFiles(place);
        QProcess python; // any other program: it does not mind the references
        python.start(u"python3"_s,
                     {u"-c"_s,
                      u"import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DELETE FROM "
                      "conversation'); c.commit()"_s,
                      place.location() + u"/workspace.sqlite"_s});
        QVERIFY(python.waitForFinished() && python.exitCode() == 0);
        const CtlResult json = check(place);
        QCOMPARE(json.status, 1);
        QCOMPARE(json.json.value(u"integrity"_s).toString(), u"ok"_s);
        QCOMPARE(json.json.value(u"broken_references"_s).toInt(), 1);
        const CtlResult text = runCtl({u"--workspace"_s, place.location(), u"check"_s});
        QCOMPARE(text.status, 1);
        QVERIFY2(text.out.contains("broken references: 1\n"), text.out.constData());
    }

    void namesFilesThatAreMissingOrDamaged()
    {
        const StorePlace place;
        const QStringList names = withFiles(place);
        const auto path = [&](const QString &name) {
            return place.location() + u"/files/"_s + name.left(2) + u'/' + name;
        };
        QVERIFY(QFile::remove(path(names.at(0))));
        QFile damaged(path(names.at(1)));
        QVERIFY(damaged.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && damaged.open(QIODevice::WriteOnly));
        damaged.write("something else");
        damaged.close();
        const CtlResult json = check(place);
        QCOMPARE(json.status, 1);
        QCOMPARE(json.json.value(u"missing_files"_s).toArray(), QJsonArray{names.at(0)});
        QCOMPARE(json.json.value(u"damaged_files"_s).toArray(), QJsonArray{names.at(1)});
        const CtlResult text = runCtl({u"--workspace"_s, place.location(), u"check"_s});
        QVERIFY2(text.out.contains("files: 2 checked, 1 missing, 1 damaged\n"), text.out.constData());
        QVERIFY2(text.out.contains("missing: " + names.at(0).toLatin1()), text.out.constData());
    }

    void leavesAServersIntegrityToTheServerAndLooksAtItsFiles()
    {
        const StorePlace place(u"postgres"_s);
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const QStringList names = withFiles(place);
        const CtlResult whole = check(place);
        QCOMPARE(whole.status, 0);
        QCOMPARE(whole.json.value(u"integrity"_s).toString(), u"not checked"_s);
        const CtlResult text = runCtl({u"--workspace"_s, place.location(), u"check"_s});
        QVERIFY2(text.out.contains("left to the server") && !text.out.contains("ok"), text.out.constData());
        {
            const auto store = place.open();
            written(**store, [name = names.at(0)](Database &db) {
                db.exec("DELETE FROM blob WHERE sha256 = ?", {name});
                return db.finish(Done{});
            });
        }
        const CtlResult missing = check(place);
        QCOMPARE(missing.status, 1);
        QCOMPARE(missing.json.value(u"missing_files"_s).toArray(), QJsonArray{names.at(0)});
    }

private:
    static CtlResult check(const StorePlace &place)
    {
        return runCtl({u"--workspace"_s, place.location(), u"--json"_s, u"check"_s});
    }

    /// A workspace with one message and two files; their names.
    static QStringList withFiles(const StorePlace &place)
    {
        Inbox in(place);
        Message m = in.message(in.conversation(second), second);
        QStringList names;
        for (const QByteArray &bytes : {QByteArray("one"), QByteArray("two")}) {
            Attachment file;
            file.name = u"invoice.pdf"_s;
            file.sha256 = in.store->files().put(bytes).value();
            names << QString::fromLatin1(file.sha256);
            m.attachments.push_back(file);
        }
        in.add(m);
        return names;
    }
};
PATCHBAY_TESTS(CheckCommand)

#include "tst_check_command.moc"

#include "core/store/search_index.h"
#include "core/store/store.h"
#include "support/await.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::await;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl search, as scripts and people see it.
class SearchCommand : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString place() const { return m_folder.filePath(u"Desk.patchbay"_s); }
    CtlResult ctl(const QStringList &arguments) const
    {
        return runCtl(QStringList{u"--workspace"_s, place()} + arguments);
    }
    void import(const QString &from, const QString &subject, const QString &text)
    {
        static int number = 0;
        QFile file(m_folder.filePath(u"%1.eml"_s.arg(++number)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(from, u"desk@example.test"_s, subject, text, u"%1@example.test"_s.arg(number)));
        file.close();
        QCOMPARE(ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s}).status, 0);
    }
    void index()
    {
        StoreOptions options;
        options.location = place();
        auto store = Store::open(options);
        QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().message));
        const auto work = [](Database &db) -> Result<int> { return db.finish(search::indexSome(db, 1000)); };
        QVERIFY(await((*store)->write(work)).ok());
    }
    static QJsonObject json(const CtlResult &result) { return QJsonDocument::fromJson(result.out).object(); }

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(ctl({u"init"_s}).status, 0);
        import(u"Ana <ana@example.test>"_s, u"Money %1"_s, u"Please refund my invoice."_s);
        import(u"\"Bob\x1b[31m\" <bob@example.test>"_s, u"Late"_s, u"The refund came late."_s);
        import(u"Cleo <cleo@example.test>"_s, u"Parcel"_s, u"Where is it?"_s);
        index();
    }

    void printsHitsAndWhatWasSearched()
    {
        const CtlResult found = ctl({u"search"_s, u"refund"_s});
        QCOMPARE(found.status, 0);
        QVERIFY2(found.out.contains("Ana <ana@example.test>  Money %1\n    Please refund my invoice."),
                 found.out.constData());
        QVERIFY(found.out.contains("<bob@example.test>"));
        QVERIFY(!found.out.contains('\x1b'));
        QVERIFY(!found.out.contains("cleo"));
        QVERIFY2(found.out.contains("Searched all 3 messages, newest first."), found.out.constData());
        const CtlResult none = ctl({u"search"_s, u"zebra"_s});
        QCOMPARE(none.status, 0);
        QVERIFY(none.out.startsWith("Nothing found."));
    }

    void printsOneObjectForPrograms()
    {
        const CtlResult found = ctl({u"--json"_s, u"search"_s, u"refund"_s, u"-from:bob"_s});
        QCOMPARE(found.status, 2); // a word that begins with a hyphen is an option, unless "--" stands before it
        const QJsonObject object =
            json(ctl({u"--json"_s, u"search"_s, u"--best"_s, u"--"_s, u"refund"_s, u"-from:bob"_s}));
        const QJsonArray hits = object.value("hits"_L1).toArray();
        QCOMPARE(hits.size(), 1);
        const QJsonObject hit = hits.first().toObject();
        QVERIFY(isUid(hit.value("conversation"_L1).toString()));
        QCOMPARE(hit.value("author"_L1).toObject().value("address"_L1).toString(), u"ana@example.test"_s);
        QCOMPARE(hit.value("subject"_L1).toString(), u"Money %1"_s);
        const QString snippet = hit.value("snippet"_L1).toString();
        const QJsonArray mark = hit.value("marks"_L1).toArray().first().toArray();
        QCOMPARE(snippet.mid(mark.at(0).toInt(), mark.at(1).toInt()), u"refund"_s);
        QCOMPARE(object.value("coverage"_L1).toObject().value("indexed"_L1).toInt(), 3);
        QCOMPARE(object.value("coverage"_L1).toObject().value("waiting"_L1).toInt(-1), 0);
        const QJsonObject limited = json(ctl({u"--json"_s, u"search"_s, u"refund"_s, u"--limit"_s, u"1"_s}));
        QCOMPARE(limited.value("hits"_L1).toArray().size(), 1);
        QVERIFY(limited.value("more"_L1).toBool());
    }

    void showsWhereASearchIsWrong_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<QByteArray>("carets");
        QTest::newRow("operator") << u"a form:ana"_s << QByteArray("Did you mean from:") << QByteArray("\n    ^^^^^\n");
        QTest::newRow("value") << u"is:closed"_s << QByteArray("unread, open") << QByteArray("\n  ^^^^^^^^^\n");
        QTest::newRow("quote") << u"a \"b"_s << QByteArray("not closed") << QByteArray("\n    ^\n");
        QTest::newRow("name") << u"a channel:Post"_s << QByteArray("no channel named")
                              << QByteArray("\n    ^^^^^^^^^^^^\n");
    }
    void showsWhereASearchIsWrong()
    {
        QFETCH(QString, query);
        QFETCH(QByteArray, says);
        QFETCH(QByteArray, carets);
        const CtlResult wrong = ctl({u"search"_s, query});
        QCOMPARE(wrong.status, 2);
        QCOMPARE(wrong.out, QByteArray());
        QVERIFY2(wrong.err.contains(says), wrong.err.constData());
        QVERIFY2(wrong.err.contains("\n  " + query.toUtf8() + carets), wrong.err.constData());
        const CtlResult machine = ctl({u"--json"_s, u"search"_s, query});
        QCOMPARE(machine.status, 2);
        QVERIFY(!machine.err.contains('^'));
    }

    void refusesALimitThatIsNone()
    {
        for (const QString &limit : {u"0"_s, u"x"_s, u"10001"_s})
            QCOMPARE(ctl({u"search"_s, u"a"_s, u"--limit"_s, limit}).status, 2);
    }

    void saysWhatTheIndexHasNotSeenYet()
    {
        import(u"Dora <dora@example.test>"_s, u"New"_s, u"A refund that nobody indexed"_s);
        const QJsonObject coverage = json(ctl({u"--json"_s, u"search"_s, u"refund"_s})).value("coverage"_L1).toObject();
        if (coverage.value("waiting"_L1).toInt(-1) == 0)
            QCOMPARE(coverage.value("indexed"_L1).toInt(), 4); // the import indexed it
        else
            QCOMPARE(coverage.value("waiting"_L1).toInt(), 1);
    }
};

PATCHBAY_TESTS(SearchCommand)
#include "tst_search_command.moc"

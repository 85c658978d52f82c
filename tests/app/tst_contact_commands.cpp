#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl contacts: one person over several channels, without a window.
class ContactCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCOMPARE(ctl({u"init"_s}).status, 0);
        import(u"zoe.eml"_s,
               plainMail(u"Zoe <zoe@customer.test>"_s, u"a@example.test"_s, u"Parcel"_s, u"Where is it?"_s,
                         u"zoe1@customer.test"_s));
        import(u"bob.eml"_s,
               plainMail(u"Bob <bob@customer.test>"_s, u"a@example.test"_s, u"Pears"_s, u"Pears."_s,
                         u"bob1@customer.test"_s));
        import(u"old.csv"_s,
               "time,thread,name,address,text\n2020-01-06T10:00:00Z,t1,Z. Old,zoe@customer.test,Hello there\n");
    }

    void suggestsWithTheEvidenceAndForgetsWhatWasRefused()
    {
        const QJsonObject before = json({u"contacts"_s, u"suggestions"_s});
        QVERIFY(before.value("suggestions"_L1).toArray().isEmpty());
        QCOMPARE(before.value("not_compared_yet"_L1).toInt(), 3);
        const QJsonObject after = json({u"contacts"_s, u"suggestions"_s, u"--compare"_s});
        QCOMPARE(after.value("not_compared_yet"_L1).toInt(-1), 0);
        QCOMPARE(after.value("suggestions"_L1).toArray().size(), 1);
        const QJsonObject match = after.value("suggestions"_L1).toArray().at(0).toObject();
        QCOMPARE(match.value("evidence"_L1).toString(), u"mail"_s);
        QCOMPARE(match.value("value"_L1).toString(), u"zoe@customer.test"_s);
        const CtlResult text = ctl({u"contacts"_s, u"suggestions"_s});
        QVERIFY2(text.out.contains("same e-mail address zoe@customer.test: zoe@customer.test in E-mail, and "
                                   "zoe@customer.test in Imported files"),
                 text.out.constData());
        const QString uid = match.value("uid"_L1).toString();
        QCOMPARE(ctl({u"contacts"_s, u"refuse"_s, uid}).status, 0);
        QVERIFY(json({u"contacts"_s, u"suggestions"_s}).value("suggestions"_L1).toArray().isEmpty());
        QCOMPARE(ctl({u"contacts"_s, u"refuse"_s, uid}).status, 1);
    }

    void mergesKeepsTheNameOfTheFirstAndSplitsAgain()
    {
        const QJsonObject merged = json({u"contacts"_s, u"merge"_s, u"bob@customer.test"_s, uidOf(u"Z. Old"_s)});
        QCOMPARE(merged.value("name"_L1).toString(), u"Bob"_s);
        QCOMPARE(merged.value("parts"_L1).toArray().size(), 2);
        QCOMPARE(merged.value("conversations"_L1).toInt(), 2);
        QCOMPARE(json({u"contacts"_s, u"list"_s}).value("contacts"_L1).toArray().size(), 2);
        const CtlResult list = ctl({u"conversations"_s, u"list"_s});
        QVERIFY2(!list.out.contains("Z. Old"), list.out.constData());
        const QString part = merged.value("parts"_L1).toArray().at(1).toObject().value("uid"_L1).toString();
        QCOMPARE(ctl({u"contacts"_s, u"merge"_s, u"bob@customer.test"_s, part}).status, 1);
        QCOMPARE(json({u"contacts"_s, u"split"_s, part}).value("name"_L1).toString(), u"Z. Old"_s);
        QCOMPARE(json({u"contacts"_s, u"list"_s}).value("contacts"_L1).toArray().size(), 3);
        const CtlResult again = ctl({u"contacts"_s, u"split"_s, part});
        QCOMPARE(again.status, 1);
        QVERIFY2(again.err.contains("stands alone"), again.err.constData());
    }

    void showsAPersonByAddressOrUid()
    {
        const QJsonObject shown = json({u"contacts"_s, u"show"_s, u"bob@customer.test"_s});
        QCOMPARE(shown.value("name"_L1).toString(), u"Bob"_s);
        QCOMPARE(json({u"contacts"_s, u"show"_s, shown.value("uid"_L1).toString()}), shown);
        QCOMPARE(ctl({u"contacts"_s, u"show"_s, u"nobody@customer.test"_s}).status, 1);
        const QJsonArray found = json({u"contacts"_s, u"list"_s, u"bo"_s}).value("contacts"_L1).toArray();
        QCOMPARE(found.size(), 1);
    }

private:
    QString uidOf(const QString &name)
    {
        for (const QJsonValue &each : json({u"contacts"_s, u"list"_s}).value("contacts"_L1).toArray()) {
            if (each.toObject().value("name"_L1).toString() == name)
                return each.toObject().value("uid"_L1).toString();
        }
        return {};
    }
    CtlResult ctl(const QStringList &arguments)
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s)} + arguments, {});
    }
    QJsonObject json(const QStringList &arguments)
    {
        const CtlResult result = ctl(QStringList{u"--json"_s} + arguments);
        if (result.status != 0)
            QTest::qFail(result.err.constData(), __FILE__, __LINE__);
        return QJsonDocument::fromJson(result.out).object();
    }
    void import(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        const CtlResult imported =
            ctl({u"import"_s, m_folder->filePath(name), u"--channel"_s, u"Files"_s, u"--as-new"_s});
        QVERIFY2(imported.status == 0, imported.err.constData());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

PATCHBAY_TESTS(ContactCommands)

#include "tst_contact_commands.moc"

#include "core/store/conversation_table.h"
#include "support/servers.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::plainMail;
using patchbay::tests::runCtl;

/// patchbayctl where it looks after a workspace: a person's data, old conversations, size.
class CareCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCOMPARE(ctl({u"init"_s}).status, 0);
        import(u"zoe1"_s, u"Zoe <zoe@customer.test>"_s, u"Lost marmalade"_s);
        import(u"zoe2"_s, u"Zoe <zoe@customer.test>"_s, u"More marmalade"_s);
        import(u"bob"_s, u"Bob <bob@customer.test>"_s, u"Pears"_s);
    }

    void showsWhatWouldGoAndDeletesItOnlyWhenAsked()
    {
        const CtlResult preview = ctl({u"person"_s, u"delete"_s, u"zoe@customer.test"_s});
        QCOMPARE(preview.status, 0);
        QVERIFY2(preview.out.contains("2 messages"), preview.out.constData());
        QVERIFY2(preview.out.contains("Nothing was deleted."), preview.out.constData());
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 3);

        const QJsonObject deleted = json({u"person"_s, u"delete"_s, u"zoe@customer.test"_s, u"--yes"_s});
        QCOMPARE(deleted.value("messages"_L1).toInt(), 2);
        QCOMPARE(deleted.value("contacts"_L1).toInt(), 1);
        const QJsonObject check = json({u"check"_s});
        QCOMPARE(check.value("adds_up"_L1).toBool(), true);
        QCOMPARE(check.value("visible"_L1).toInt(), 1);
        QCOMPARE(check.value("erased"_L1).toInt(), 2);
        QCOMPARE(check.value("integrity"_L1).toString(), u"ok"_s);
        QCOMPARE(check.value("broken_references"_L1).toInt(-1), 0);
        // The file is there still: importing it again brings nobody back.
        QCOMPARE(ctl({u"import"_s, path(u"zoe1"_s), u"--channel"_s, u"Files"_s}).status, 0);
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 1);
        const CtlResult again = ctl({u"person"_s, u"delete"_s, u"zoe@customer.test"_s, u"--yes"_s});
        QCOMPARE(again.status, 1);
        QVERIFY2(again.err.contains("Nobody"), again.err.constData());
    }

    void finishesADeletionThatWasKilled()
    {
        const CtlResult killed =
            ctl({u"person"_s, u"delete"_s, u"zoe@customer.test"_s, u"--yes"_s}, u"erasure.middle"_s);
        QVERIFY2(killed.crashed, killed.out + killed.err);
        QCOMPARE(json({u"check"_s}).value("adds_up"_L1).toBool(), true);
        const CtlResult again = ctl({u"person"_s, u"delete"_s, u"zoe@customer.test"_s, u"--yes"_s});
        QVERIFY2(again.status == 0, again.err.constData());
        QVERIFY2(!ctl({u"conversations"_s, u"list"_s}).out.contains("marmalade"), "the person is still there");
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 1);
    }

    void exportsAPersonIntoAFolder()
    {
        const QString to = m_folder->filePath(u"zoe"_s);
        const QJsonObject done = json({u"person"_s, u"export"_s, u"zoe@customer.test"_s, u"--to"_s, to});
        QCOMPARE(done.value("messages"_L1).toInt(), 2);
        QFile data(to + u"/data.json"_s);
        QVERIFY(data.open(QIODevice::ReadOnly));
        QJsonParseError error;
        const QJsonObject exported = QJsonDocument::fromJson(data.readAll(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(exported.value("messages"_L1).toArray().size(), 2);
        const QStringList mails = QDir(to + u"/messages"_s).entryList({u"*.eml"_s});
        QCOMPARE(mails.size(), 2);
        QFile mail(to + u"/messages/"_s + mails.first());
        QVERIFY(mail.open(QIODevice::ReadOnly));
        QVERIFY(mail.readAll().contains("zoe@customer.test"));
        QCOMPARE(ctl({u"person"_s, u"export"_s, u"zoe@customer.test"_s, u"--to"_s, to}).status, 1);
        QCOMPARE(ctl({u"person"_s, u"export"_s, u"zoe@customer.test"_s}).status, 2);
    }

    void keepsOldConversationsUntilSomebodySaysOtherwise()
    {
        const CtlResult off = ctl({u"retention"_s, u"run"_s});
        QCOMPARE(off.status, 1);
        QVERIFY2(off.err.contains("retention set"), off.err.constData());
        QCOMPARE(ctl({u"retention"_s, u"run"_s, u"--older-than"_s, u"soon"_s}).status, 2);
        QCOMPARE(json({u"retention"_s, u"preview"_s, u"--older-than"_s, u"24m"_s})
                     .value("counts"_L1)["conversations"_L1]
                     .toInt(-1),
                 0); // they are from 2020, but open
        closeAll();
        QCOMPARE(
            json({u"retention"_s, u"preview"_s, u"--older-than"_s, u"24m"_s}).value("counts"_L1)["messages"_L1].toInt(),
            3);
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 3);
        QCOMPARE(ctl({u"retention"_s, u"set"_s, u"2y"_s}).status, 0);
        QCOMPARE(json({u"retention"_s, u"preview"_s}).value("counts"_L1)["conversations"_L1].toInt(), 3);
        QCOMPARE(json({u"retention"_s, u"run"_s}).value("contacts"_L1).toInt(), 2);
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 0);
        QCOMPARE(json({u"check"_s}).value("adds_up"_L1).toBool(), true);
    }

    void saysWhereTheBytesAreAndCompacts()
    {
        QFile file(path(u"big"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(plainMail(u"big@customer.test"_s, u"a@example.test"_s, u"Big"_s, QString(3000000, u'x'),
                             u"big@customer.test"_s));
        file.close();
        QCOMPARE(ctl({u"import"_s, path(u"big"_s), u"--channel"_s, u"Files"_s}).status, 0);
        QCOMPARE(ctl({u"person"_s, u"delete"_s, u"big@customer.test"_s, u"--yes"_s}).status, 0);
        const QJsonObject before = json({u"size"_s});
        QVERIFY(before.value("free"_L1).toInteger() > 3000000);
        QVERIFY(!before.value("tables"_L1).toArray().isEmpty());
        const QJsonObject compacted = json({u"compact"_s});
        QVERIFY(compacted.value("after"_L1).toInteger() < compacted.value("before"_L1).toInteger() - 3000000);
        QCOMPARE(json({u"size"_s}).value("free"_L1).toInteger(), 0);
        QCOMPARE(json({u"check"_s}).value("integrity"_L1).toString(), u"ok"_s);
        QCOMPARE(json({u"check"_s}).value("visible"_L1).toInt(), 3);
    }

private:
    void closeAll()
    {
        patchbay::StoreOptions options;
        options.location = m_folder->filePath(u"Desk.patchbay"_s);
        const auto store = patchbay::Store::open(options);
        QVERIFY(store);
        QVERIFY(patchbay::tests::answer((*store)->write([](patchbay::Database &db) {
            for (const patchbay::conversations::Ordered &one :
                 patchbay::conversations::ordered(db, patchbay::conversations::View::All, {}))
                patchbay::conversations::setStatus(db, one.id, patchbay::ConversationStatus::Done, {});
            return db.finish(patchbay::Done{});
        })));
    }

    QString path(const QString &name) const { return m_folder->filePath(name + u".eml"_s); }

    CtlResult ctl(const QStringList &arguments, const QString &fault = {})
    {
        return runCtl(QStringList{u"--workspace"_s, m_folder->filePath(u"Desk.patchbay"_s)} + arguments, fault);
    }

    QJsonObject json(const QStringList &arguments)
    {
        const CtlResult result = ctl(QStringList{u"--json"_s} + arguments);
        if (result.status != 0)
            QTest::qFail(result.err.constData(), __FILE__, __LINE__);
        return QJsonDocument::fromJson(result.out).object();
    }

    void import(const QString &name, const QString &from, const QString &subject)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QString mail = QString::fromUtf8(
            plainMail(from, u"a@example.test"_s, subject, u"About %1."_s.arg(subject), name + u"@customer.test"_s));
        mail.replace(QRegularExpression(u"Date: [^\\r]*"_s), u"Date: Mon, 6 Jan 2020 10:00:00 +0000"_s);
        file.write(mail.toUtf8());
        file.close();
        QCOMPARE(ctl({u"import"_s, path(name), u"--channel"_s, u"Files"_s, u"--as-new"_s}).status, 0);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

PATCHBAY_TESTS(CareCommands)

#include "tst_care_commands.moc"

#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;

/// Domain packs on the command line.
class PackCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void listsShowsAndChecksWithoutAWorkspace()
    {
        const QJsonArray packs = json({u"packs"_s, u"list"_s}).value("packs"_L1).toArray();
        QCOMPARE(packs.size(), 7);
        QCOMPARE(packs[0]["name"_L1].toString(), u"retail"_s);
        const QJsonObject shown = json({u"packs"_s, u"show"_s, u"banking"_s});
        QCOMPARE(shown.value("name"_L1).toString(), u"banking"_s);
        QVERIFY(shown.value("categories"_L1).toArray().size() >= 7);
        const QString file = write(u"mine.json"_s, ctl({u"packs"_s, u"show"_s, u"banking"_s}).out);
        QCOMPARE(ctl({u"packs"_s, u"check"_s, file}).status, 0);
        QVERIFY(!QFile::exists(workspace()));
    }

    void namesFileLineAndField()
    {
        const QString file = write(u"bad.json"_s, "{\n  \"format\": 1,\n  \"name\": \"x\",\n  \"colour\": 1\n}\n");
        const CtlResult checked = ctl({u"packs"_s, u"check"_s, file});
        QCOMPARE(checked.status, 1);
        QVERIFY2(checked.err.contains("bad.json, line 4: /colour is not a field"), checked.err.constData());
        QCOMPARE(ctl({u"packs"_s, u"check"_s, u"nowhere.json"_s}).status, 1);
        QCOMPARE(ctl({u"packs"_s, u"check"_s}).status, 2);
        QCOMPARE(ctl({u"packs"_s, u"import"_s, u"retail"_s, u"--colour"_s}).status, 2);
        QCOMPARE(ctl({u"init"_s, u"--pack"_s, file}).status, 1);
        QCOMPARE(ctl({u"init"_s, u"--pack"_s, u"zoo"_s}).status, 1);
        QVERIFY2(!QFile::exists(workspace()), "a workspace was made without its pack");
    }

    void beginsAWorkspaceWithAPack()
    {
        QCOMPARE(ctl({u"init"_s, u"--pack"_s, u"car_rental"_s}).status, 0);
        const QJsonObject found = json(
            {u"classify"_s, u"The car does not start and we are stuck on the motorway, please send a tow truck"_s});
        QCOMPARE(found.value("category"_L1).toString(), u"Breakdown and accident"_s);
        QCOMPARE(ctl({u"init"_s, u"--pack"_s, u"car_rental"_s}).status, 0); // the same once more
        const CtlResult other = ctl({u"init"_s, u"--pack"_s, u"retail"_s});
        QCOMPARE(other.status, 1);
        QVERIFY2(other.err.contains("packs import retail"), other.err.constData());
    }

    void tellsFirstThenImportsThenHasNothingToDo()
    {
        QCOMPARE(ctl({u"init"_s}).status, 0);
        const CtlResult dry = ctl({u"packs"_s, u"import"_s, u"retail"_s, u"--dry-run"_s});
        QCOMPARE(dry.status, 0);
        QVERIFY2(dry.out.contains("+ category Returns and exchanges"), dry.out.constData());
        QVERIFY2(dry.out.contains("~ category Delivery"), dry.out.constData());
        QVERIFY2(dry.out.contains("Nothing was imported."), dry.out.constData());
        const QJsonObject done = json({u"packs"_s, u"import"_s, u"retail"_s});
        QCOMPARE(done.value("imported"_L1).toBool(), true);
        QVERIFY(done.value("added"_L1).toInt() > 10);
        const QJsonObject again = json({u"packs"_s, u"import"_s, u"retail"_s});
        QCOMPARE(again.value("changes"_L1).toArray().size(), 0);
        const QJsonObject others = json({u"packs"_s, u"import"_s, u"retail"_s, u"--retire-others"_s});
        QVERIFY(others.value("removed"_L1).toInt() >= 1);
        QCOMPARE(others.value("added"_L1).toInt(), 0);
    }

    void exportsWhatItCanImport()
    {
        QCOMPARE(ctl({u"init"_s, u"--pack"_s, u"healthcare"_s}).status, 0);
        const QString file = m_folder->filePath(u"ours.json"_s);
        QCOMPARE(ctl({u"packs"_s, u"export"_s, file}).status, 0);
        QCOMPARE(ctl({u"packs"_s, u"check"_s, file}).status, 0);
        QCOMPARE(ctl({u"packs"_s, u"export"_s, file}).status, 1); // nothing is written over
        const CtlResult other = runCtl(
            {u"--workspace"_s, m_folder->filePath(u"other.patchbay"_s), u"--json"_s, u"init"_s, u"--pack"_s, file});
        QVERIFY2(other.status == 0, other.err.constData());
    }

private:
    QString workspace() const { return m_folder->filePath(u"desk.patchbay"_s); }
    QString write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("the test's file could not be written");
        return file.fileName();
    }
    CtlResult ctl(const QStringList &arguments) const
    {
        return runCtl(QStringList{u"--workspace"_s, workspace()} + arguments);
    }
    QJsonObject json(const QStringList &arguments) const
    {
        return runCtl(QStringList{u"--workspace"_s, workspace(), u"--json"_s} + arguments).json;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

PATCHBAY_TESTS(PackCommands)
#include "tst_pack_commands.moc"

#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;

/// patchbayctl train and evaluate, and a training that is killed.
class ClassifierCommandsOfCtl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCOMPARE(ctl(u"Desk"_s, {u"init"_s}).status, 0);
    }

    void makesEachLineALessonOnce()
    {
        const QString file = written(u"a.tsv"_s,
                                     "Keys\tmy key card does not open the gate\n"
                                     "\n"
                                     "Keys\tlost the key of locker nine\n"
                                     "Parking\twho may park in the yard\n");
        const QJsonObject first = json(u"Desk"_s, {u"train"_s, file, u"--add-categories"_s});
        QCOMPARE(first.value("added"_L1).toInt(), 3);
        QCOMPARE(first.value("new_categories"_L1).toArray(), (QJsonArray{u"Keys"_s, u"Parking"_s}));
        QCOMPARE(json(u"Desk"_s, {u"classify"_s, u"the key card again"_s}).value("category"_L1).toString(), u"Keys"_s);
        const QJsonObject again = json(u"Desk"_s, {u"train"_s, file});
        QCOMPARE(again.value("added"_L1).toInt(), 0);
        QCOMPARE(again.value("known"_L1).toInt(), 3);

        const QString other = written(u"b.tsv"_s, "Parking\tlost the key of locker nine\n");
        const QJsonObject changed = json(u"Desk"_s, {u"train"_s, other});
        QCOMPARE(changed.value("changed"_L1).toInt(), 1);
        QCOMPARE(json(u"Desk"_s, {u"classify"_s, u"lost the key of locker nine"_s}).value("category"_L1).toString(),
                 u"Parking"_s);
    }

    void refusesALineThatIsNoExampleAndACategoryThatIsNotThere()
    {
        const QString unknown = written(u"unknown.tsv"_s, "Billing\tthe invoice is wrong\nGardening\ta rose\n");
        const CtlResult refused = ctl(u"Desk"_s, {u"train"_s, unknown});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("Gardening") && refused.err.contains("2"), refused.err.constData());
        const QString bad = written(u"bad.tsv"_s, "Billing\tthe invoice is wrong\nno tabulator\n");
        for (const QStringList &arguments : {QStringList{u"train"_s, bad}, {u"evaluate"_s, bad}}) {
            const CtlResult result = ctl(u"Desk"_s, arguments);
            QCOMPARE(result.status, 1);
            QVERIFY2(result.err.contains("2"), result.err.constData());
        }
        const QString good = written(u"good.tsv"_s, "Billing\tthe invoice is wrong\n");
        QCOMPARE(json(u"Desk"_s, {u"train"_s, good}).value("added"_L1).toInt(),
                 1); // nothing was kept of the refused one
    }

    void judgesTheWorkspacesModelOrOneThatLearnsAFile()
    {
        const QString train = written(u"train.tsv"_s, examples(200));
        const QString test = written(u"test.tsv"_s, examples(60, 200));
        const QJsonObject alone = json(u"Desk"_s, {u"evaluate"_s, test, u"--train"_s, train});
        QCOMPARE(alone.value("examples"_L1).toInt(), 60);
        QCOMPARE(alone.value("categories"_L1).toInt(), 5);
        QCOMPARE(alone.value("accuracy"_L1).toDouble(), 1.0);
        QVERIFY(!alone.contains("out_of_scope"_L1) && !alone.contains("tuned"_L1));
        // Labels that say the opposite: what is judged is what it is judged by.
        QByteArray shifted;
        for (const QByteArray &line : examples(60, 200).split('\n')) {
            if (!line.isEmpty())
                shifted +=
                    "Topic " + QByteArray::number((line.at(6) - '0' + 1) % 5) + line.mid(line.indexOf('\t')) + '\n';
        }
        const QString wrong = written(u"wrong.tsv"_s, shifted);
        QCOMPARE(json(u"Desk"_s, {u"evaluate"_s, wrong, u"--train"_s, train}).value("accuracy"_L1).toDouble(), 0.0);
        const CtlResult strange = ctl(u"Desk"_s, {u"evaluate"_s, test}); // the workspace does not know its categories
        QCOMPARE(strange.status, 1);
        QVERIFY2(strange.err.contains("Topic 0"), strange.err.constData());
        QCOMPARE(ctl(u"Desk"_s, {u"train"_s, train, u"--add-categories"_s}).status, 0);
        QCOMPARE(json(u"Desk"_s, {u"evaluate"_s, test}).value("accuracy"_L1).toDouble(), 1.0);
    }

    void choosesAThresholdFromSomeTextsAndJudgesItOnOthers()
    {
        const QString train = written(u"train.tsv"_s, examples(200));
        const QString tune = written(u"tune.tsv"_s, examples(40, 200));
        const QString test = written(u"test.tsv"_s, examples(40, 300));
        const QString tuneOos =
            written(u"tune_oos.tsv"_s, "none\twhat a lovely spring morning\nnone\tsing me a song\n");
        const QString oos = written(u"oos.tsv"_s, "none\tblue whales eat krill\nnone\tplay chess with grandma\n");
        const QStringList judged{u"evaluate"_s, test, u"--train"_s, train, u"--oos"_s, oos};
        const QJsonObject figures = json(u"Desk"_s, judged + QStringList{u"--tune"_s, tune, u"--tune-oos"_s, tuneOos})
                                        .value("tuned"_L1)
                                        .toObject();
        QCOMPARE(figures.value("in_scope_right"_L1).toDouble(), 1.0);
        QCOMPARE(figures.value("out_of_scope_abstained"_L1).toDouble(), 1.0);
        // It follows from the texts that it is tuned on alone.
        QStringList others = judged;
        others[1] = train;
        QCOMPARE(json(u"Desk"_s,
                      others + QStringList{u"--tune"_s, tune, u"--tune-oos"_s, tuneOos})["tuned"_L1]["threshold"_L1],
                 figures.value("threshold"_L1));
        QCOMPARE(ctl(u"Desk"_s, judged + QStringList{u"--tune"_s, tune}).status, 1);
    }

    void comesToTheSameModelHoweverOftenATrainingWasKilled()
    {
        const QString file = written(u"many.tsv"_s, examples(3000));
        const QStringList train{u"train"_s, file, u"--add-categories"_s};
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(ctl(u"Desk"_s, train).status, 0);
        const qint64 undisturbed = timer.elapsed();
        QCOMPARE(ctl(u"Killed"_s, {u"init"_s}).status, 0);
        int killed = 0;
        for (int part = 1; part < 10; ++part) {
            QProcess process;
            process.start(QStringLiteral(PATCHBAYCTL), place(u"Killed"_s) + train);
            QVERIFY(process.waitForStarted());
            if (process.waitForFinished(int(undisturbed * part / 10)))
                continue; // the lessons were there already
            process.kill();
            QVERIFY(process.waitForFinished(60'000));
            killed += process.exitStatus() == QProcess::CrashExit ? 1 : 0;
        }
        QVERIFY2(killed > 0, "no training was killed");
        QCOMPARE(ctl(u"Killed"_s, train).status, 0);
        for (const QString &text : {u"zorka quellk about vrinc"_s, u"zorke"_s, u"quelll vrinb where"_s, u"nothing"_s}) {
            const QJsonObject answer = json(u"Desk"_s, {u"classify"_s, text});
            QVERIFY(!answer.value("category"_L1).toString().isEmpty());
            QCOMPARE(json(u"Killed"_s, {u"classify"_s, text}), answer); // category, confidence and reasons
        }
        QCOMPARE(json(u"Killed"_s, {u"train"_s, file}).value("known"_L1).toInt(), 3000);
        QCOMPARE(json(u"Killed"_s, {u"check"_s}).value("integrity"_L1),
                 json(u"Desk"_s, {u"check"_s}).value("integrity"_L1));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    QStringList place(const QString &workspace) const
    {
        return {u"--workspace"_s, m_folder->filePath(workspace + u".patchbay"_s)};
    }
    CtlResult ctl(const QString &workspace, const QStringList &arguments) const
    {
        return runCtl(place(workspace) + arguments);
    }
    QJsonObject json(const QString &workspace, const QStringList &arguments) const
    {
        const CtlResult result = runCtl(place(workspace) + QStringList{u"--json"_s} + arguments);
        if (result.status != 0)
            qWarning().noquote() << arguments << result.err;
        return QJsonDocument::fromJson(result.out).object();
    }
    QString written(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write an example file");
        return file.fileName();
    }
    /// Texts of five categories that have words of their own.
    static QByteArray examples(int count, int first = 0)
    {
        QByteArray out;
        for (int i = first; i < first + count; ++i) {
            const int topic = i % 5;
            out += "Topic " + QByteArray::number(topic) + "\tzork" + char('a' + topic) + " quell" + char('k' + topic)
                + " is about vrin" + char('a' + i % 13) + " and plum" + char('a' + i / 13 % 26) + char('a' + i / 338)
                + '\n';
        }
        return out;
    }
};

PATCHBAY_TESTS(ClassifierCommandsOfCtl)
#include "tst_classifier_commands.moc"

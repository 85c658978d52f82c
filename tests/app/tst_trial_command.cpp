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

/// patchbayctl try: what a threshold or a change of the categories would mean, before it holds.
class TrialCommand : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString at(const QString &name) const { return m_folder.filePath(name); }
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
    static QJsonObject of(const QJsonObject &trial, const QString &category)
    {
        for (const QJsonValue &one : trial.value(u"categories"_s).toArray()) {
            if (one[u"category"_s] == category)
                return one.toObject();
        }
        return {};
    }
    /// Conversations of each category as they are, without a trial's help.
    QByteArray listed() const { return ctl({u"conversations"_s, u"list"_s}).out; }

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(ctl({u"init"_s}).status, 0);
        for (int i = 0; i < 6; ++i) {
            const QString mail =
                file(u"%1.eml"_s.arg(i),
                     plainMail(u"zoe%1@example.test"_s.arg(i), u"desk@example.test"_s, u"Mail %1"_s.arg(i),
                               i % 3 == 0 ? u"Where is my parcel? The delivery never arrived."_s
                                          : u"I was charged twice on my invoice, please refund the payment."_s,
                               u"trial%1@example.test"_s.arg(i)));
            QCOMPARE(ctl({u"import"_s, mail, u"--channel"_s, u"Files"_s}).status, 0);
        }
    }

    void tellWhatAMergeWouldChangeAndWriteNothing()
    {
        const QByteArray before = listed();
        const CtlResult merge = ctl({u"try"_s, u"merge"_s, u"Delivery"_s, u"Billing"_s, u"--changes"_s, u"1"_s});
        QVERIFY2(merge.status == 0, merge.err);
        QCOMPARE(json(merge).value(u"changed_conversations"_s).toInt(), 2);
        QCOMPARE(of(json(merge), u"Delivery"_s).value(u"draft"_s).toInt(-1), 0);
        QCOMPARE(of(json(merge), u"Billing"_s).value(u"draft"_s).toInt(), 6);
        const QJsonObject change = json(merge).value(u"changes"_s).toArray().at(0).toObject();
        QCOMPARE(change.value(u"to"_s).toObject().value(u"category"_s).toString(), u"Billing"_s);
        QCOMPARE(ctl({u"conversations"_s, u"show"_s, change.value(u"conversation"_s).toString()}).status, 0);
        QVERIFY(!json(merge).value(u"assumed"_s).toArray().isEmpty());
        QVERIFY(!json(merge).contains(u"applied"_s));
        QCOMPARE(listed(), before);
        QCOMPARE(ctl({u"try"_s, u"merge"_s, u"Nothing"_s, u"Billing"_s}).status, 1);
        QCOMPARE(ctl({u"try"_s, u"merge"_s, u"Delivery"_s}).status, 2);
        QCOMPARE(ctl({u"try"_s, u"merge"_s, u"Delivery"_s, u"Billing"_s, u"--since"_s, u"soon"_s}).status, 2);
    }

    void tellThePartsOfASplit()
    {
        const CtlResult split = ctl({u"try"_s, u"split"_s, u"Delivery"_s, u"--part"_s, u"Lost=never arrived,parcel"_s,
                                     u"--part"_s, u"Late=late,delay"_s, u"--doubtful"_s, u"1"_s});
        QVERIFY2(split.status == 0, split.err);
        QCOMPARE(of(json(split), u"Lost"_s).value(u"draft"_s).toInt(), 2);
        QCOMPARE(ctl({u"try"_s, u"split"_s, u"Delivery"_s, u"--part"_s, u"Lost"_s}).status, 2);
    }

    void tellAThresholdAndSetItWhenAsked()
    {
        const CtlResult tried = ctl({u"try"_s, u"threshold"_s, u"0.95"_s});
        QVERIFY2(tried.status == 0, tried.err);
        QCOMPARE(json(tried).value(u"conversations"_s).toInt(), 6);
        QVERIFY(json(tried).value(u"thresholds"_s).toObject().contains(u"draft"_s));
        QVERIFY2(tried.out.contains("too few lessons"), tried.out);
        QCOMPARE(ctl({u"try"_s, u"threshold"_s, u"95"_s}).status, 2);
        const CtlResult applied = ctl({u"try"_s, u"threshold"_s, u"0.95"_s, u"--apply"_s});
        QVERIFY2(applied.status == 0, applied.err);
        QVERIFY(json(applied).value(u"applied"_s).toBool());
    }

    void makeANewNameHold()
    {
        const CtlResult tried = ctl({u"try"_s, u"rename"_s, u"Delivery"_s, u"Parcels"_s, u"--again"_s});
        QVERIFY2(tried.status == 0, tried.err);
        QCOMPARE(ctl({u"try"_s, u"rename"_s, u"Delivery"_s, u"Billing"_s}).status, 1);
        QCOMPARE(ctl({u"try"_s, u"rename"_s, u"Delivery"_s, u"Parcels"_s, u"--apply"_s}).status, 0);
        QCOMPARE(ctl({u"try"_s, u"retire"_s, u"Delivery"_s}).status, 1); // the old name is gone
        const CtlResult retired = ctl({u"try"_s, u"retire"_s, u"Parcels"_s, u"--apply"_s});
        QVERIFY2(retired.status == 0, retired.err);
        QCOMPARE(of(json(retired), u"Parcels"_s).value(u"live"_s).toInt(), 2);
        QCOMPARE(of(json(retired), u"Parcels"_s).value(u"draft"_s).toInt(-1), 0);
    }

    void listWhatADraftInTheShadowDecidedOtherwise()
    {
        QCOMPARE(ctl({u"rules"_s, u"differences"_s}).status, 1); // none was in the shadow
        const QString rules = file(u"shadow.json"_s, R"({"rules": [], "default_route": "Tasks"})");
        QCOMPARE(ctl({u"rules"_s, u"shadow"_s, rules, u"--days"_s, u"7"_s}).status, 0);
        const CtlResult none = ctl({u"rules"_s, u"differences"_s});
        QVERIFY2(none.status == 0, none.err);
        QVERIFY(json(none).value(u"differences"_s).toArray().isEmpty());
        QCOMPARE(json(none).value(u"messages"_s).toInt(-1), 0);
        QCOMPARE(ctl({u"rules"_s, u"differences"_s, u"--limit"_s, u"0"_s}).status, 2);
    }
};

PATCHBAY_TESTS(TrialCommand)

#include "tst_trial_command.moc"

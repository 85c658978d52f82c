#include "core/engine/importer.h"
#include "core/mail/mail.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

Result<InboundMessage> parseFile(const RawItem &item, const AccountConfig &account)
{
    return parseMail(item.raw, account.settings.value(u"address"_s).toString());
}

QByteArray mailBytes(int number, const QByteArray &text = "Where is my parcel? The delivery is late.")
{
    return "From: Zoe <zoe@example.org>\nTo: support@example.org\nSubject: Parcel " + QByteArray::number(number)
        + "\nMessage-ID: <m" + QByteArray::number(number) + "@example.org>\nDate: Tue, 14 Nov 2023 10:00:00 +0000\n\n"
        + text + "\n";
}

QByteArray mbox(const std::vector<QByteArray> &mails)
{
    QByteArray out;
    for (const QByteArray &mail : mails)
        out += "From zoe@example.org Tue Nov 14 10:00:00 2023\n" + mail + "\n";
    return out;
}

/// A desk with a channel for files, read by the real mail parser.
class ImportDesk : public IntakeDesk {
public:
    explicit ImportDesk(const StorePlace &place)
        : IntakeDesk(place)
        , m_place(place)
    {
        catalog.chats.front().parse = &parseFile;
        restart();
    }

    QString file(const QString &name, const QByteArray &bytes) const
    {
        QFile out(m_place.beside(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(out.fileName()));
        return out.fileName();
    }

    Result<ImportReport> import(const QStringList &paths, const QString &format = {})
    {
        return answer(importFiles(*intake, *store, channel, paths, format), 120000);
    }

private:
    const StorePlace &m_place;
};

void compareReport(const Result<ImportReport> &report, int read, int added, int duplicate, int quarantined)
{
    QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
    QCOMPARE(report->read, read);
    QCOMPARE(report->added, added);
    QCOMPARE(report->duplicate, duplicate);
    QCOMPARE(report->quarantined, quarantined);
}

} // namespace

/// Files come in through the same door as everything else, once.
class ImporterTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addsEachMailOnceHoweverOftenItsFileIsImported()
    {
        const StorePlace place;
        ImportDesk desk(place);
        std::vector<QByteArray> mails;
        for (int i = 0; i < 450; ++i) // several pages
            mails.push_back(mailBytes(i));
        mails.push_back(mailBytes(0)); // the same mail twice in the file
        mails.push_back("\nnothing that is a mail\n");
        const QString path = desk.file(u"a.mbox"_s, mbox(mails));
        compareReport(desk.import({path}), 452, 450, 1, 1);
        compareReport(desk.import({path}), 452, 0, 452, 0);
        const QString copy = desk.file(u"b.mbox"_s, mbox({mailBytes(0), mailBytes(1000)}));
        compareReport(desk.import({copy, path}), 454, 1, 453, 0);
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 451);
        QCOMPARE(counters.pending, 0);
        const Conversation c = desk.all().front();
        QVERIFY(c.status == ConversationStatus::Open); // what a person imports is not history
        QVERIFY(desk.suggestion(c.id).has_value());
    }

    void readsSingleMailsByTheirFirstBytes()
    {
        const StorePlace place;
        ImportDesk desk(place);
        const QStringList paths{desk.file(u"one.eml"_s, mailBytes(1)),
                                desk.file(u"two.mbox"_s, mbox({mailBytes(2), mailBytes(3)}))};
        compareReport(desk.import(paths), 3, 3, 0, 0);
        compareReport(desk.import({paths.front()}, u"eml"_s), 1, 0, 1, 0);
    }

    void namesTheFileThatCannotBeRead()
    {
        const StorePlace place;
        ImportDesk desk(place);
        const QString good = desk.file(u"good.eml"_s, mailBytes(1));
        const auto report = desk.import({good, place.beside(u"missing.mbox"_s)});
        QVERIFY(!report);
        QVERIFY2(report.error().message.contains(u"missing.mbox"_s), qPrintable(report.error().message));
        QCOMPARE(desk.counters().visible, 1); // what was read stays
        const auto refused = desk.import({good}, u"pst"_s);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(u"mbox and eml"_s));
    }

    void goesOnWhereAnEndedProgramStopped()
    {
        const StorePlace place;
        ImportDesk desk(place);
        std::vector<QByteArray> mails;
        for (int i = 0; i < 600; ++i)
            mails.push_back(mailBytes(i));
        const QString path = desk.file(u"a.mbox"_s, mbox(mails));
        auto cut = importFiles(*desk.intake, *desk.store, desk.channel, {path});
        QTRY_VERIFY(desk.counters().received > 0);
        desk.restart(); // ends the import
        QVERIFY(cut.isFinished() && cut.resultCount() == 0);
        const auto report = desk.import({path});
        QVERIFY(report);
        QCOMPARE(report->read, 600);
        QCOMPARE(report->added + report->duplicate, 600);
        QCOMPARE(desk.counters().visible, 600);
        QCOMPARE(desk.counters().pending, 0);
    }

    void takesRealMailInWithoutLosingOne()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/real_mail.mbox");
        const StorePlace place;
        ImportDesk desk(place);
        const QString path = sharedFolder() + u"/data/real_mail.mbox"_s;
        QElapsedTimer timer;
        timer.start();
        const auto report = desk.import({path});
        QVERIFY2(report.ok(), report.ok() ? "" : qPrintable(report.error().message));
        qInfo() << report->read << "read" << report->added << "added" << report->duplicate << "duplicate"
                << report->quarantined << "quarantined in" << timer.elapsed() << "ms";
        QCOMPARE(report->read, 500);
        QCOMPARE(report->added + report->duplicate + report->quarantined, 500);
        QVERIFY(report->added > 480);
        QCOMPARE(desk.counters().pending, 0);
        QVERIFY(int(desk.all().size()) <= report->added);
        compareReport(desk.import({path}), 500, 0, 500, 0);
    }
};
PATCHBAY_TESTS(ImporterTests)

#include "tst_importer.moc"

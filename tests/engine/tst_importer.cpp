#include "core/engine/importer.h"
#include "core/mail/mail.h"
#include "core/mail/mail_files.h"
#include "core/store/search_index.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QPointer>
#include <QtTest/QSignalSpy>

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

Result<Done> readMboxFile(const ImportSource &source, const ImportEach &each)
{
    QFile file(source.path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, u"The file cannot be opened."_s);
    const auto count = readMbox(file, [&](RawItem item) { return each(std::move(item), file.pos()); });
    if (!count)
        return count.error();
    return Done{};
}

Result<Done> readEmlFile(const ImportSource &source, const ImportEach &each)
{
    QFile file(source.path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, u"The file cannot be opened."_s);
    auto item = readEml(file);
    if (!item)
        return item.error();
    each(std::move(*item), file.pos());
    return Done{};
}

/// The formats of the connector "file" are tested with it; here two are enough.
std::vector<ImportFormat> twoFormats()
{
    ImportFormat mbox;
    mbox.id = u"mbox"_s;
    mbox.title = u"Mailbox"_s;
    mbox.recognises = [](const QString &, const QByteArray &start) { return start.startsWith("From "); };
    mbox.read = readMboxFile;
    ImportFormat eml;
    eml.id = u"eml"_s;
    eml.title = u"Mail"_s;
    eml.recognises = [](const QString &path, const QByteArray &) { return path.endsWith(u".eml"_s); };
    eml.read = readEmlFile;
    return {mbox, eml};
}

/// A desk with a channel for files, read by the real mail parser.
class ImportDesk : public IntakeDesk {
public:
    explicit ImportDesk(const StorePlace &place)
        : IntakeDesk(place)
        , m_place(place)
    {
        catalog.chats.front().parse = &parseFile;
        catalog.chats.front().formats = twoFormats();
        restart();
    }

    QString file(const QString &name, const QByteArray &bytes) const
    {
        QFile out(m_place.beside(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(out.fileName()));
        return out.fileName();
    }

    QFuture<Result<ImportReport>> begin(const ImportRequest &request)
    {
        job = new ImportJob(*intake, *history, *store, catalog, request);
        return job->start();
    }
    Result<ImportReport> import(const QStringList &paths, const QString &format = {}, const QJsonObject &settings = {})
    {
        return answer(begin({channel, paths, format, settings, {}}), 120000);
    }
    Result<ImportReport> resume(ImportId id) { return answer(begin({{}, {}, {}, {}, id}), 120000); }
    imports::Import newest()
    {
        return run([](Database &db) { return imports::newest(db, 1).at(0); });
    }

    QPointer<ImportJob> job;

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
        for (int i = 0; i < 1200; ++i) // several pages
            mails.push_back(mailBytes(i));
        mails.push_back(mailBytes(0)); // the same mail twice in the file
        mails.push_back("\nnothing that is a mail\n");
        const QString path = desk.file(u"a.mbox"_s, mbox(mails));
        compareReport(desk.import({path}), 1202, 1200, 1, 1);
        QCOMPARE(desk.run([](Database &db) { return search::waiting(db); }), 0);
        compareReport(desk.import({path}), 1202, 0, 1202, 0);
        const QString copy = desk.file(u"b.mbox"_s, mbox({mailBytes(0), mailBytes(5000)}));
        compareReport(desk.import({copy, path}), 1204, 1, 1203, 0);
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 1201);
        QCOMPARE(counters.pending, 0);
    }

    void storesAndDecidesAPageInOneTransaction()
    {
        const StorePlace place;
        ImportDesk desk(place);
        std::vector<RawItem> items;
        for (int i = 0; i < 120; ++i)
            items.push_back({u"file#%1"_s.arg(i), mailBytes(i), true});
        items.push_back({u"file#bad"_s, "nothing that is a mail", true});
        auto page = answer(desk.history->read(desk.channel, items));
        QVERIFY2(page.ok(), page.ok() ? "" : qPrintable(page.error().message));
        bool also = false;
        const auto stored =
            answer(desk.history->store(*page, [&also](Database &, const IntakeCounts &) { also = true; }));
        QVERIFY2(stored.ok(), stored.ok() ? "" : qPrintable(stored.error().message));
        QCOMPARE(stored->visible, 120);
        QCOMPARE(stored->quarantined, 1);
        QVERIFY(also);
        QCOMPARE(desk.run([](Database &db) { return search::waiting(db); }), 120);
        QCOMPARE(*answer(desk.history->indexRest()), 120);
        QCOMPARE(*answer(desk.history->indexRest()), 0);
        QCOMPARE(desk.counters().visible, 120);
        QCOMPARE((*answer(desk.history->read(desk.channel, items)))->known, 121);
    }

    void bringsHistoryReadAndClosedAndNewMessagesWhenToldTo()
    {
        const StorePlace place;
        ImportDesk desk(place);
        compareReport(desk.import({desk.file(u"old.eml"_s, mailBytes(1))}), 1, 1, 0, 0);
        const Conversation old = desk.only();
        QVERIFY(old.status == ConversationStatus::Done && !old.unread);
        QVERIFY(!desk.suggestion(old.id).has_value());
        const QString path = desk.file(u"new.eml"_s, mailBytes(2));
        compareReport(desk.import({path}, {}, {{u"as_new"_s, true}}), 1, 1, 0, 0);
        const std::vector<Conversation> all = desk.all();
        const Conversation &fresh = all.front().id == old.id ? all.back() : all.front();
        QVERIFY(fresh.status == ConversationStatus::Open && fresh.unread);
        QVERIFY(desk.suggestion(fresh.id).has_value());
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
        QVERIFY(refused.error().message.contains(u"mbox, eml"_s));
        const auto unknown = desk.import({desk.file(u"words.txt"_s, "just words")});
        QVERIFY(!unknown);
        QVERIFY(unknown.error().message.contains(u"words.txt"_s) && unknown.error().message.contains(u"Mailbox"_s));
    }

    void goesOnWhereAnEndedProgramStopped()
    {
        const StorePlace place;
        ImportDesk desk(place);
        std::vector<QByteArray> mails;
        for (int i = 0; i < 600; ++i)
            mails.push_back(mailBytes(i));
        const QString path = desk.file(u"a.mbox"_s, mbox(mails));
        auto cut = desk.begin({desk.channel, {path}, {}, {}, {}});
        QTRY_VERIFY(desk.counters().received > 0);
        desk.restart(); // ends the import
        QVERIFY(cut.isFinished() && cut.resultCount() == 0);
        const imports::Import left = desk.newest();
        QCOMPARE(left.counts.read, desk.counters().received); // no item counted that is not there, and none left out
        QCOMPARE(left.counts.added + left.counts.pending, left.counts.read);
        desk.run([](Database &db) {
            imports::interruptAbandoned(db, u"another process"_s, false);
            return Done{};
        });
        QVERIFY(desk.newest().state == imports::State::Interrupted);
        const auto report = desk.resume(left.id);
        compareReport(report, 600, 600, 0, 0); // its own items are no duplicates
        QVERIFY(desk.newest().state == imports::State::Done);
        QVERIFY(!desk.resume(left.id));
        compareReport(desk.import({path}), 600, 0, 600, 0);
        QCOMPARE(desk.counters().visible, 600);
        QCOMPARE(desk.counters().pending, 0);
    }

    void endsWhenItIsCancelledAndKeepsWhatItRead()
    {
        const StorePlace place;
        ImportDesk desk(place);
        std::vector<QByteArray> mails;
        for (int i = 0; i < 3000; ++i)
            mails.push_back(mailBytes(i));
        const QString path = desk.file(u"a.mbox"_s, mbox(mails));
        auto running = desk.begin({desk.channel, {path}, {}, {}, {}});
        QSignalSpy told(desk.job, &ImportJob::progressed);
        QVERIFY(told.wait(20000));
        desk.job->cancel();
        const auto report = answer(running, 120000);
        QVERIFY(report);
        QVERIFY(report->state == imports::State::Cancelled);
        QVERIFY(report->read > 0 && report->read < 3000);
        QCOMPARE(report->added, report->read);
        QCOMPARE(desk.counters().visible, report->added);
        QCOMPARE(desk.counters().pending, 0);
        QTRY_VERIFY(desk.job.isNull());
        QCOMPARE(desk.resume(desk.newest().id)->added, 3000);
    }

    void tellsHowFarItIsAndWhyItemsWereSetAside()
    {
        const StorePlace place;
        ImportDesk desk(place);
        const QString path =
            desk.file(u"a.mbox"_s, mbox({mailBytes(1), "\nno mail\n", "\nnone either\n", mailBytes(1)}));
        auto running = desk.begin({desk.channel, {path}, {}, {}, {}});
        ImportProgress last;
        QObject::connect(desk.job, &ImportJob::progressed, desk.job, [&](const ImportProgress &p) { last = p; });
        const auto report = answer(running);
        compareReport(report, 4, 1, 1, 2);
        QCOMPARE(report->reasons.size(), size_t(1));
        QCOMPARE(report->reasons[0].count, 2);
        QVERIFY(report->reasons[0].text.contains(u"not a mail"_s));
        QCOMPARE(last.bytesDone, QFileInfo(path).size());
        QCOMPARE(last.bytesTotal, last.bytesDone);
        const imports::Import kept = desk.newest();
        QCOMPARE(kept.uid, report->uid);
        QCOMPARE(kept.paths, QStringList{path});
        QCOMPARE(kept.counts.read, 4);
        QCOMPARE(kept.counts.quarantined, 2);
        QVERIFY(kept.finishedAt);
    }

    void keepsTheErrorOfAFileThatFailed()
    {
        const StorePlace place;
        ImportDesk desk(place);
        QVERIFY(!desk.import({desk.file(u"a.eml"_s, mailBytes(1)), place.beside(u"gone.mbox"_s)}));
        const imports::Import kept = desk.newest();
        QVERIFY(kept.state == imports::State::Failed);
        QVERIFY(kept.error.contains(u"gone.mbox"_s));
        QCOMPARE(kept.counts.added, 1);
        desk.file(u"gone.mbox"_s, mbox({mailBytes(2)}));
        QCOMPARE(desk.resume(kept.id)->added, 2);
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

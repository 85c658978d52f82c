#include "core/mail/mail_files.h"
#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QBuffer>
#include <QtCore/QCryptographicHash>
#include <QtCore/QTemporaryFile>

using namespace patchbay;
using namespace patchbay::tests;

/// Mailbox files, item by item.
class MailFiles : public QObject {
    Q_OBJECT

    static std::vector<RawItem> itemsOf(QByteArray bytes)
    {
        QBuffer device(&bytes);
        device.open(QIODevice::ReadOnly);
        std::vector<RawItem> items;
        const std::function<bool(RawItem)> take = [&](RawItem item) {
            items.push_back(std::move(item));
            return true;
        };
        const Result<int> count = readMbox(device, take);
        if (!count || *count != int(items.size()))
            QTest::qFail("wrong count", __FILE__, __LINE__);
        return items;
    }

    static QByteArrayList rawsOf(const QByteArray &bytes)
    {
        QByteArrayList raws;
        for (const RawItem &item : itemsOf(bytes))
            raws << item.raw;
        return raws;
    }

    static QByteArray sha(const QByteArray &bytes)
    {
        return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    }

private Q_SLOTS:
    void areCutIntoItems_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArrayList>("items");
        const QByteArray mark = "From ana@example.org Tue Mar 12 10:11:12 2024\n";
        const auto row = [](const char *name, const QByteArray &file, const QByteArrayList &items) {
            QTest::newRow(name) << file << items;
        };
        row("nothing", "", {});
        row("blank lines", "\n\n", {});
        row("one", mark + "A: 1\n\nx\n\n", {"A: 1\n\nx\n"});
        row("two", mark + "A: 1\n\nx\n\n" + mark + "B: 2\n\ny\n", {"A: 1\n\nx\n", "B: 2\n\ny\n"});
        row("no last line end", mark + "A: 1\n\nx", {"A: 1\n\nx"});
        row("crlf", QByteArray(mark + "A: 1\n\nx\n\n" + mark + "B: 2\n\ny\n").replace("\n", "\r\n"),
            {"A: 1\r\n\r\nx\r\n", "B: 2\r\n\r\ny\r\n"});
        row("blank lines at the end of an item", mark + "A: 1\n\nx\n\n\n" + mark + "B: 2\n\n\n",
            {"A: 1\n\nx\n\n", "B: 2\n\n"});
        row("quoted", mark + "A: 1\n\n>From x\n>>From y\n> From z\n", {"A: 1\n\nFrom x\n>From y\n> From z\n"});
        row("a sentence", mark + "A: 1\n\nx\n\nFrom here on: y\nB: 2\n", {"A: 1\n\nx\n\nFrom here on: y\nB: 2\n"});
        row("a mark without blank line", mark + "A: 1\n\nx\n" + mark + "y\n", {"A: 1\n\nx\n" + mark + "y\n"});
        row("undated mark before fields", mark + "A: 1\n\nx\n\nFrom b@x\nB: 2\n\ny\n", {"A: 1\n\nx\n", "B: 2\n\ny\n"});
        row("undated mark before prose", mark + "A: 1\n\nx\n\nFrom b@x\nthanks\n", {"A: 1\n\nx\n\nFrom b@x\nthanks\n"});
        row("thunderbird mark", "From - Tue Mar 12 10:11:12 2024\nA: 1\n\nx\n", {"A: 1\n\nx\n"});
        row("gmail mark", "From 1793@xxx Tue Mar 12 10:11:12 +0000 2024\nA: 1\n\nx\n", {"A: 1\n\nx\n"});
        row("a single mail", "A: 1\n\nFrom ana@example.org Tue Mar 12 10:11:12 2024\n>From x\n\n",
            {"A: 1\n\nFrom ana@example.org Tue Mar 12 10:11:12 2024\n>From x\n\n"});
        row("empty items", mark + "\n" + mark + "A: 1\n\n", {"A: 1\n"});
    }

    void areCutIntoItems()
    {
        QFETCH(QByteArray, file);
        QTEST(rawsOf(file), "items");
    }

    void nameEachItemByItsBytesAndItsTurn()
    {
        const QByteArray mark = "From a Tue Mar 12 10:11:12 2024\n";
        const std::vector<RawItem> items = itemsOf(mark + "A: 1\n\n\n" + mark + "B: 2\n\n\n" + mark + "A: 1\n\n\n");
        QCOMPARE(items.size(), 3u);
        QCOMPARE(items[0].sourceKey, QStringLiteral("file:0000%1:1").arg(QString::fromLatin1(sha("A: 1\n\n"))));
        QCOMPARE(items[1].sourceKey, QStringLiteral("file:0000%1:1").arg(QString::fromLatin1(sha("B: 2\n\n"))));
        QCOMPARE(items[2].sourceKey, QStringLiteral("file:0000%1:2").arg(QString::fromLatin1(sha("A: 1\n\n"))));
        QVERIFY(!items[0].historical);
    }

    void beginTheNameWithTheDaySoThatNeighboursAreStoredTogether()
    {
        const QByteArray raw = "Date: Tue, 12 Mar 2024 23:59:59 +0000\nA: 1\n\nx\n";
        const std::vector<RawItem> items = itemsOf("From a Tue Mar 12 10:11:12 2024\n" + raw);
        QCOMPARE(items.size(), 1u);
        QCOMPARE(items[0].sourceKey, QStringLiteral("file:4d52%1:1").arg(QString::fromLatin1(sha(raw))));
        QCOMPARE(dayMark(Timestamp{1710287999000000}), QStringLiteral("4d52"));
        QCOMPARE(dayMark(Timestamp{1710288000000000}), QStringLiteral("4d53"));
        QCOMPARE(dayMark({}), QStringLiteral("0000"));
        QCOMPARE(dayMark(Timestamp{16'725'225'600'000'000}), QStringLiteral("ffff"));
    }

    void stopWhenTheTakerHasEnough()
    {
        QByteArray bytes = QByteArray("From a Tue Mar 12 10:11:12 2024\nA: 1\n\n\n").repeated(5);
        QBuffer device(&bytes);
        device.open(QIODevice::ReadOnly);
        int seen = 0;
        const std::function<bool(RawItem)> take = [&](RawItem) { return ++seen < 2; };
        const Result<int> count = readMbox(device, take);
        QCOMPARE(*count, 2);
        QCOMPARE(seen, 2);
    }

    void handOverAnEndlessItemCutSoThatItIsRefused()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("From a Tue Mar 12 10:11:12 2024\nFrom: a@b\n\n");
        const QByteArray piece(1024 * 1024, 'x');
        for (int i = 0; i < 52; ++i)
            file.write(piece);
        file.write("\n\nFrom a Tue Mar 12 10:11:12 2024\nFrom: c@d\n\nsmall\n");
        file.seek(0);
        std::vector<qsizetype> sizes;
        bool firstRefused = false;
        const std::function<bool(RawItem)> take = [&](RawItem item) {
            firstRefused = firstRefused || (sizes.empty() && !parseMail(item.raw, QString()).ok());
            sizes.push_back(item.raw.size());
            return true;
        };
        QCOMPARE(*readMbox(file, take), 2);
        QCOMPARE(sizes.front(), 50 * 1024 * 1024 + 1);
        QVERIFY(firstRefused);
        QCOMPARE(sizes.back(), QByteArray("From: c@d\n\nsmall\n").size());
    }

    void readASingleMail()
    {
        QByteArray bytes = "From: a@b\r\n\r\nFrom x\r\n>From y\r\n";
        QBuffer device(&bytes);
        device.open(QIODevice::ReadOnly);
        const Result<RawItem> item = readEml(device);
        QVERIFY(item.ok());
        QCOMPARE(item->raw, bytes);
        QCOMPARE(item->sourceKey, QStringLiteral("file:0000%1:1").arg(QString::fromLatin1(sha(bytes))));
    }

    void refuseAnEmptyOrClosedFile()
    {
        QByteArray nothing;
        QBuffer empty(&nothing);
        empty.open(QIODevice::ReadOnly);
        QVERIFY(!readEml(empty).ok());
        QBuffer closed(&nothing);
        QVERIFY(!readEml(closed).ok());
        const std::function<bool(RawItem)> take = [](RawItem) { return true; };
        QVERIFY(!readMbox(closed, take).ok());
    }
};

PATCHBAY_TESTS(MailFiles)

#include "tst_mail_files.moc"

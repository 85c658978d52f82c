#include "connectors/kit/imap_response.h"
#include "connectors/kit/imap_text.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

Result<std::vector<ImapFrame>> frames(const QByteArray &bytes, int chunk, ImapLimits limits = {})
{
    ImapFramer framer(limits);
    std::vector<ImapFrame> found;
    for (qsizetype at = 0; at < bytes.size(); at += chunk) {
        framer.append(bytes.mid(at, chunk));
        for (;;) {
            Result<std::optional<ImapFrame>> frame = framer.next();
            if (!frame)
                return frame.error();
            if (!*frame)
                break;
            found.push_back(**frame);
        }
    }
    return found;
}

} // namespace

/// How bytes become responses.
class ImapResponses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsLiteralsWhereverTheBytesAreCut()
    {
        const QByteArray bytes = "* 1 FETCH (UID 7 BODY[] {12}\r\nHi {3}\r\n)*(\" RFC822.SIZE 12)\r\n* 2 EXISTS\r\n";
        for (int chunk = 1; chunk <= bytes.size(); ++chunk) {
            const auto all = frames(bytes, chunk);
            QVERIFY(all);
            QCOMPARE(all->size(), size_t(2));
            const auto fetch = readImapResponse(all->front());
            QVERIFY2(fetch.ok(), fetch ? "" : qPrintable(fetch.error().message));
            QCOMPARE(fetch->name, "FETCH");
            const auto &items = fetch->values.front().items;
            QCOMPARE(items.size(), size_t(6));
            QCOMPARE(items[3].bytes, "Hi {3}\r\n)*(\"");
            QCOMPARE(items[5].bytes, "12");
        }
    }

    void takesBracesInTextForPeopleAsText()
    {
        const auto all = frames("* OK see {12}\r\nP1 NO not {3}\r\n", 5);
        QVERIFY(all);
        QCOMPARE(all->size(), size_t(2));
    }

    void readsNestedListsQuotedStringsAndSections()
    {
        ImapFrame frame;
        frame.lines = {
            "* 12 fetch (FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE FROM)]<0> \"a\\\"b\\\\c\" X NIL Y (() \"\"))"};
        const auto response = readImapResponse(frame);
        QVERIFY(response);
        QCOMPARE(response->number, 12u);
        const auto &items = response->values.front().items;
        QCOMPARE(items.size(), size_t(8));
        QCOMPARE(items[2].bytes, "BODY[HEADER.FIELDS (DATE FROM)]<0>");
        QCOMPARE(items[3].bytes, "a\"b\\c");
        QCOMPARE(int(items[5].kind), int(ImapValue::Kind::Nil));
        QCOMPARE(items[7].items.size(), size_t(2));
    }

    void refusesWhatIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("open list") << QByteArray("* 1 FETCH (UID 7");
        QTest::newRow("open string") << QByteArray("* 1 FETCH (X \"abc");
        QTest::newRow("bad escape") << QByteArray("* 1 FETCH (X \"a\\b\")");
        QTest::newRow("list too much") << QByteArray("* 1 FETCH (UID 7))");
        QTest::newRow("two spaces") << QByteArray("* 1 FETCH (UID  7)");
        QTest::newRow("control character") << QByteArray("* 1 FETCH (UID \x01)");
        QTest::newRow("brace inside") << QByteArray("* 1 FETCH (X {3} Y)");
        QTest::newRow("deep") << "* 1 FETCH " + QByteArray(200, '(') + QByteArray(200, ')');
        QTest::newRow("no name") << QByteArray("* ");
        QTest::newRow("number only") << QByteArray("* 12");
        QTest::newRow("strange tag") << QByteArray("p~1 OK done");
        QTest::newRow("tagged fetch") << QByteArray("P1 FETCH ()");
        QTest::newRow("open code") << QByteArray("P1 OK [UIDNEXT 4");
        QTest::newRow("HTTP") << QByteArray("HTTP/1.1 400 Bad Request");
        QTest::newRow("empty") << QByteArray("");
    }
    void refusesWhatIsMalformed()
    {
        QFETCH(QByteArray, line);
        ImapFrame frame;
        frame.lines = {line};
        const auto response = readImapResponse(frame);
        QVERIFY(!response);
        QCOMPARE(response.error().kind, Error::Kind::Protocol);
    }

    void boundsLinesLiteralsAndTheirNumber()
    {
        ImapLimits limits;
        limits.line = 100;
        limits.searchLine = 400;
        limits.literals = 3;
        QVERIFY(!frames("* OK " + QByteArray(200, 'x') + "\r\n", 7, limits));
        QVERIFY2(!frames("* OK " + QByteArray(200, 'x'), 7, limits), "before the line ends");
        QVERIFY(frames("* SEARCH " + QByteArray(100, '1').replace("1", "1 ") + "9\r\n", 7, limits));
        QVERIFY(!frames("* SEARCH " + QByteArray(500, '1') + "\r\n", 7, limits));
        QVERIFY(!frames("* 1 FETCH (X {99999999999}\r\n", 7, limits));
        const QByteArray literal = "{1}\r\nx ";
        QVERIFY(frames("* 1 FETCH (" + literal.repeated(3) + "Y)\r\n", 7, limits));
        QVERIFY(!frames("* 1 FETCH (" + literal.repeated(4) + "Y)\r\n", 7, limits));
        QVERIFY2(!frames("* OK hi\n", 7, limits), "a bare LF ends no line");
    }

    void keepsOnlyTheBeginningOfALongerLiteral()
    {
        ImapLimits limits;
        limits.literal = 1000;
        limits.keptOfLonger = 10;
        const auto all =
            frames("* 1 FETCH (UID 3 BODY[] {1001}\r\n" + QByteArray("0123456789ab") + QByteArray(989, 'x') + ")\r\n",
                   64, limits);
        QVERIFY(all);
        QCOMPARE(all->front().literals.front().bytes, "0123456789");
        QCOMPARE(all->front().literals.front().size, 1001);
    }

    void neverCrashesOnGarbage()
    {
        const QByteArray seed =
            "* 1 FETCH (UID 7 BODY[] {5}\r\nhello X (\"a\" NIL))\r\n+ go\r\nP1 OK [A] b\r\n* SEARCH 1 2\r\n";
        quint32 state = 12345;
        for (int round = 0; round < 3000; ++round) {
            QByteArray bytes = seed;
            for (int i = 0; i < 4; ++i) {
                state = state * 1664525u + 1013904223u;
                bytes[qsizetype(state >> 8) % bytes.size()] = char(state >> 24);
            }
            ImapFramer framer;
            framer.append(bytes);
            for (;;) {
                const auto frame = framer.next();
                if (!frame || !*frame)
                    break;
                const auto response = readImapResponse(**frame);
                QVERIFY(response || !response.error().message.isEmpty());
            }
        }
    }

    void readsDatesNumbersAndNames()
    {
        QCOMPARE(imapInternalDate("17-Jul-1996 02:44:25 -0700")->us, 837596665LL * 1'000'000);
        QCOMPARE(imapInternalDate(" 1-Jan-2024 00:00:00 +0100")->us, 1704063600LL * 1'000'000);
        QVERIFY(!imapInternalDate("31-Feb-2024 00:00:00 +0000"));
        QVERIFY(!imapInternalDate("17-Jul-1996 02:44:25 PST"));
        QCOMPARE(imapNumber("4294967295"), std::optional(4294967295u));
        QVERIFY(!imapNumber("4294967296"));
        QVERIFY(!imapNumber("-1"));
        QVERIFY(!imapNumber(""));
        QCOMPARE(imapMailboxName(u"Entwürfe & mehr/台北"_s), "Entw&APw-rfe &- mehr/&U,BTFw-");
        const std::vector<quint32> numbers{1, 2, 3, 7, 9, 10};
        QCOMPARE(imapSet(numbers), "1:3,7,9:10");
        QCOMPARE(imapDate(QDate(2026, 3, 5)), "5-Mar-2026");
    }
};

PATCHBAY_TESTS(ImapResponses)
#include "tst_imap.moc"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/raw_json.h"
#include "support/test_main.h"

#include <limits>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

QString linkOf(const InboundMessage &message)
{
    for (const BodyBlock &block : message.body.blocks) {
        for (const BodyRun &run : block.runs) {
            if (!run.href.isEmpty())
                return run.text + u" -> "_s + run.href;
        }
    }
    return {};
}

} // namespace

/// What the parsers of chats are made of.
class TestChatText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsSpansInUtf16();
    void cutsSpansThatLeaveTheText();
    void takesNoMoreSpansThanItShould();
    void showsWhereALinkLeads();
    void makesNoLinkOfWhatIsNone();
    void keepsLinesAndQuotes();
    void readsTimesWithinReason();
    void givesABytesCopyOfEachElement();
    void findsNothingWhereNothingIs();
};

void TestChatText::countsSpansInUtf16()
{
    InboundMessage message;
    const QString text = u"👋👋 bold end"_s; // each hand is two units
    setChatText(message, text, {{5, 4, ChatSpan::Kind::Bold, {}}});
    QCOMPARE(message.text, text);
    QCOMPARE(message.body.blocks.size(), size_t(1));
    const std::vector<BodyRun> &runs = message.body.blocks[0].runs;
    QCOMPARE(runs.size(), size_t(3));
    QCOMPARE(runs[1].text, u"bold"_s);
    QVERIFY(runs[1].bold && !runs[0].bold && !runs[2].bold);
}

void TestChatText::cutsSpansThatLeaveTheText()
{
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    for (const ChatSpan &span : {ChatSpan{-5, 3, ChatSpan::Kind::Bold, {}}, ChatSpan{2, most, ChatSpan::Kind::Bold, {}},
                                 ChatSpan{most, most, ChatSpan::Kind::Bold, {}},
                                 ChatSpan{3, -1, ChatSpan::Kind::Bold, {}}, ChatSpan{most, 3, ChatSpan::Kind::Bold, {}},
                                 ChatSpan{-most, most, ChatSpan::Kind::Link, u"https://example.org"_s}}) {
        InboundMessage message;
        setChatText(message, u"whole"_s, {span});
        QCOMPARE(message.text, u"whole"_s);
    }
}

void TestChatText::takesNoMoreSpansThanItShould()
{
    std::vector<ChatSpan> spans;
    for (int i = 0; i < 100000; ++i)
        spans.push_back({i % 4000, 1, ChatSpan::Kind::Bold, {}});
    InboundMessage message;
    setChatText(message, QString(4000, u'x'), spans); // ends, and soon
    QVERIFY(!message.text.isEmpty());
}

void TestChatText::showsWhereALinkLeads()
{
    InboundMessage message;
    setChatText(message, u"bank.example"_s, {{0, 12, ChatSpan::Kind::Link, u"https://evil.example/x"_s}});
    QCOMPARE(message.text, u"bank.example [evil.example]"_s);
    QCOMPARE(linkOf(message), u"bank.example -> https://evil.example/x"_s);
}

void TestChatText::makesNoLinkOfWhatIsNone()
{
    InboundMessage message;
    setChatText(message, u"click"_s, {{0, 5, ChatSpan::Kind::Link, u"javascript:alert(1)"_s}});
    QCOMPARE(message.text, u"click"_s);
    QCOMPARE(linkOf(message), QString());
}

void TestChatText::keepsLinesAndQuotes()
{
    InboundMessage message;
    setChatText(message, u"a\n> not a quote\nquoted"_s, {{16, 6, ChatSpan::Kind::Quote, {}}});
    addChatLine(message, u"Sticker: 🙂"_s);
    addChatNotice(message, u"Forwarded from Ben."_s);
    QVERIFY2(message.text.contains(u"> not a quote") && message.text.endsWith(u"Sticker: 🙂"),
             qPrintable(message.text));
    QCOMPARE(message.body.notice, u"Forwarded from Ben."_s);
    const bool hasQuote = std::any_of(message.body.blocks.begin(), message.body.blocks.end(),
                                      [](const BodyBlock &block) { return block.kind == BodyBlock::Kind::Quote; });
    QVERIFY(hasQuote);
}

void TestChatText::readsTimesWithinReason()
{
    QCOMPARE(chatTime(1760000000).us, 1760000000000000);
    QCOMPARE(chatTimeMs(1760000000123).us, 1760000000123000);
    for (const qint64 wrong : {qint64(0), qint64(-1), std::numeric_limits<qint64>::max()}) {
        QVERIFY(!chatTime(wrong));
        QVERIFY(!chatTimeMs(wrong));
    }
}

void TestChatText::givesABytesCopyOfEachElement()
{
    const QByteArray json =
        " { \"ok\" : true, \"a\\\"b\" : [ \"]\" ], \"result\" :\n[ {\"z\":1, \"a\" : [1,{}]} , \"x]\\\"\" ,-1.50e3,"
        "null , [ ] ] , \"tail\":{\"in\" : {\"n\": 10000000000000000001 }} } ";
    const std::vector<QByteArray> all = rawElements(json, u"/result"_s);
    QCOMPARE(all.size(), size_t(5));
    QCOMPARE(all[0], "{\"z\":1, \"a\" : [1,{}]}");
    QCOMPARE(all[1], "\"x]\\\"\"");
    QCOMPARE(all[2], "-1.50e3");
    QCOMPARE(all[3], "null");
    QCOMPARE(all[4], "[ ]");
    QCOMPARE(rawJsonAt(json, u"/tail/in/n"_s), "10000000000000000001");
    QCOMPARE(rawElements("[1,2]", {}).size(), size_t(2));
}

void TestChatText::findsNothingWhereNothingIs()
{
    for (const QByteArray &json :
         {QByteArray("{}"), QByteArray("[]"), QByteArray("{\"a\":{}}"), QByteArray("{\"a\":[]}"), QByteArray("7"),
          QByteArray(""), QByteArray("{\"a\""), QByteArray("{\"a\":[{"), QByteArray("[\"x"), QByteArray("{\"a\":}")}) {
        QVERIFY(rawElements(json, u"/b"_s).empty());
        QVERIFY(rawElements(json, u"/a"_s).size() <= 1); // broken ones only have to end
    }
}

PATCHBAY_TESTS(TestChatText)
#include "tst_chat_text.moc"

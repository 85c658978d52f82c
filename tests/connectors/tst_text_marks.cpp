#include "connectors/kit/text_marks.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

MarkedText marksOver(const QString &text, const std::vector<std::pair<QString, Mark>> &words)
{
    MarkedText marked{text, {}};
    for (const auto &[word, mark] : words)
        marked.marks.push_back({text.indexOf(word), word.size(), mark});
    return marked;
}

} // namespace

/// How looks are told to the platforms: what is typed is never taken for a look, and no sign is seen.
class TextMarksTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesWhatsappsSignsAroundWholeWords();
    void leavesOutASignThatWouldBeSeenOnWhatsapp_data();
    void leavesOutASignThatWouldBeSeenOnWhatsapp();
    void saysWhenWhatsappReadsSignsThatWereTyped_data();
    void saysWhenWhatsappReadsSignsThatWereTyped();
    void writesDiscordsSigns();
    void keepsWhatWasTypedFromBeingDiscordsMarkdown_data();
    void keepsWhatWasTypedFromBeingDiscordsMarkdown();
    void countsTheSignsThatItWrites();
    void tellsTelegramWhereEachLookStands();
    void tellsSlackEachStretchWithItsLook();
    void asksSlackToReadNothingInWhatWasTyped();
};

void TextMarksTest::writesWhatsappsSignsAroundWholeWords()
{
    const MarkedText text = marksOver(u"It comes today, for sure, at noon: run x.sh"_s,
                                      {{u"today"_s, Mark::Bold},
                                       {u"for sure"_s, Mark::Italic},
                                       {u"at noon"_s, Mark::Strike},
                                       {u"x.sh"_s, Mark::Code}});
    const WrittenText written = writtenForWhatsapp(text);
    QCOMPARE(written.text, u"It comes *today*, _for sure_, ~at noon~: run ```x.sh```"_s);
    QCOMPARE(written.shown, text);
    QVERIFY(!written.misread);

    const MarkedText both = marksOver(u"one two three"_s, {{u"one two"_s, Mark::Bold}, {u"two three"_s, Mark::Italic}});
    QCOMPARE(writtenForWhatsapp(both).text, u"*one* *_two_* _three_"_s);
    const MarkedText lines = marksOver(u"first\nsecond"_s, {{u"first\nsecond"_s, Mark::Bold}});
    QCOMPARE(writtenForWhatsapp(lines).text, u"*first*\n*second*"_s);
}

void TextMarksTest::leavesOutASignThatWouldBeSeenOnWhatsapp_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("bold");
    QTest::addRow("a part of a word") << u"unbelievable"_s << u"believ"_s;
    QTest::addRow("a sign inside") << u"take 2*3 of them"_s << u"2*3"_s;
    QTest::addRow("blanks alone") << u"one  two"_s << u"  "_s;
    QTest::addRow("a sign beside it") << u"*one two"_s << u"one"_s;
}

void TextMarksTest::leavesOutASignThatWouldBeSeenOnWhatsapp()
{
    QFETCH(QString, text);
    QFETCH(QString, bold);
    const WrittenText written = writtenForWhatsapp(marksOver(text, {{bold, Mark::Bold}}));
    QCOMPARE(written.text, text);
    QCOMPARE(written.shown, (MarkedText{text, {}}));
}

void TextMarksTest::saysWhenWhatsappReadsSignsThatWereTyped_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("misread");
    QTest::addRow("around words") << u"this is *not* bold"_s << true;
    QTest::addRow("around all") << u"_all of it_"_s << true;
    QTest::addRow("a product") << u"2*3*4 is 24"_s << false;
    QTest::addRow("a name") << u"the file my_long_name.txt"_s << false;
    QTest::addRow("one alone") << u"* a list"_s << false;
    QTest::addRow("on two lines") << u"*one\ntwo*"_s << false;
    QTest::addRow("program text") << u"```x``` is it"_s << true;
}

void TextMarksTest::saysWhenWhatsappReadsSignsThatWereTyped()
{
    QFETCH(QString, text);
    QFETCH(bool, misread);
    QCOMPARE(writtenForWhatsapp({text, {}}).misread, misread);
    QCOMPARE(writtenForWhatsapp({text, {}}).text, text);
}

void TextMarksTest::writesDiscordsSigns()
{
    const MarkedText text = marksOver(
        u"bold, slanted, struck, a_b*c"_s,
        {{u"bold"_s, Mark::Bold}, {u"slanted"_s, Mark::Italic}, {u"struck"_s, Mark::Strike}, {u"a_b*c"_s, Mark::Code}});
    const WrittenText written = writtenForDiscord(text);
    QCOMPARE(written.text, u"**bold**, *slanted*, ~~struck~~, `a_b*c`"_s);
    QCOMPARE(written.shown, text);
    const MarkedText signs = marksOver(u"a 2*3 b"_s, {{u"2*3"_s, Mark::Bold}});
    QCOMPARE(writtenForDiscord(signs).text, u"a **2\\*3** b"_s);
    const MarkedText tick = marksOver(u"a `b c"_s, {{u"`b"_s, Mark::Code}});
    QCOMPARE(writtenForDiscord(tick).text, u"a \\`b c"_s);
    QVERIFY(writtenForDiscord(tick).shown.marks.empty());
}

void TextMarksTest::keepsWhatWasTypedFromBeingDiscordsMarkdown_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("sent");
    QTest::addRow("bold") << u"**not bold**"_s << u"\\*\\*not bold\\*\\*"_s;
    QTest::addRow("a mention") << u"<@123> @everyone"_s << u"\\<@123> @everyone"_s;
    QTest::addRow("a hidden address") << u"[bank](https://elsewhere.example)"_s
                                      << u"\\[bank](https://elsewhere.example)"_s;
    QTest::addRow("a heading") << u"# one\n- two\n> three\n4. four"_s << u"\\# one\n\\- two\n\\> three\n4\\. four"_s;
    QTest::addRow("inside a line") << u"no # heading - here > 4. four"_s << u"no # heading - here > 4. four"_s;
    QTest::addRow("a backslash") << u"C:\\_new"_s << u"C:\\\\\\_new"_s;
    QTest::addRow("an address") << u"see https://shop.example/a_b_c?x=*y*z"_s
                                << u"see https://shop.example/a_b_c?x=*y*z"_s;
}

void TextMarksTest::keepsWhatWasTypedFromBeingDiscordsMarkdown()
{
    QFETCH(QString, typed);
    QFETCH(QString, sent);
    QCOMPARE(writtenForDiscord({typed, {}}).text, sent);
}

void TextMarksTest::countsTheSignsThatItWrites()
{
    const ChatAbilities discord = markedTexts(20, &writtenForDiscord);
    QCOMPARE(lengthFor(discord, u"a*b"_s), 4);
    QCOMPARE(lengthFor(discord, marksOver(u"one two"_s, {{u"two"_s, Mark::Bold}})), 11);
    const ChatAbilities telegram = markedTexts(20);
    QCOMPARE(lengthFor(telegram, marksOver(u"one two"_s, {{u"two"_s, Mark::Bold}})), 7);
}

void TextMarksTest::tellsTelegramWhereEachLookStands()
{
    // A smiley is two units of UTF-16, which is how Telegram counts.
    const MarkedText text = marksOver(u"😀 two"_s, {{u"two"_s, Mark::Bold}, {u"😀"_s, Mark::Strike}});
    const QJsonArray entities = entitiesOf(text);
    QCOMPARE(entities.size(), 2);
    QCOMPARE(entities[0].toObject(), (QJsonObject{{u"type"_s, u"bold"_s}, {u"offset"_s, 3}, {u"length"_s, 3}}));
    QCOMPARE(entities[1].toObject(),
             (QJsonObject{{u"type"_s, u"strikethrough"_s}, {u"offset"_s, 0}, {u"length"_s, 2}}));
}

void TextMarksTest::tellsSlackEachStretchWithItsLook()
{
    ChatContext context;
    context.message.text = u"Now <b> & https://shop.example/x"_s;
    context.message.marks = {{0, 3, Mark::Bold}};
    const QJsonObject body = withBlocks({{u"channel"_s, u"C1"_s}}, context);
    QCOMPARE(body[u"text"_s].toString(), u"Now &lt;b&gt; &amp; https://shop.example/x"_s);
    const QJsonObject block = body[u"blocks"_s].toArray().first().toObject();
    QCOMPARE(block[u"type"_s].toString(), u"rich_text"_s);
    const QJsonArray parts = block[u"elements"_s].toArray().first().toObject()[u"elements"_s].toArray();
    QCOMPARE(parts.size(), 3);
    QCOMPARE(
        parts[0].toObject(),
        (QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"Now"_s}, {u"style"_s, QJsonObject{{u"bold"_s, true}}}}));
    QCOMPARE(parts[1].toObject(), (QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u" <b> & "_s}}));
    QCOMPARE(parts[2].toObject()[u"url"_s].toString(), u"https://shop.example/x"_s);
}

void TextMarksTest::asksSlackToReadNothingInWhatWasTyped()
{
    ChatContext context;
    context.message.text = u"It comes today."_s;
    QVERIFY(!withBlocks({}, context).contains(u"blocks"_s));
    context.message.text = u"*not bold*"_s;
    const QJsonArray blocks = withBlocks({}, context)[u"blocks"_s].toArray();
    const QJsonArray parts =
        blocks.first().toObject()[u"elements"_s].toArray().first().toObject()[u"elements"_s].toArray();
    QCOMPARE(parts.first().toObject(), (QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"*not bold*"_s}}));
}

PATCHBAY_TESTS(TextMarksTest)
#include "tst_text_marks.moc"

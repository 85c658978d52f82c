#include "connectors/kit/rest.h"
#include "connectors/kit/task_text.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

const QString taskKey = u"0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;

TaskPayload taskOf(const QString &words, const QString &title = u"Title"_s)
{
    TaskPayload task;
    task.title = title;
    task.description = words;
    task.category = u"Billing"_s;
    task.contact = {u"Ann Example"_s, u"ann@customer.example"_s};
    task.backLink = u"patchbay://w/conversation/c"_s;
    return task;
}

} // namespace

class TestTaskText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsWithTheLinkAndTheKeyHoweverLongTheWordsAre_data();
    void endsWithTheLinkAndTheKeyHoweverLongTheWordsAre();
    void countsInTheVendorsUnit();
    void keepsTheWholeTitleWhereItWasCut();
    void showsMarkupOfTheCustomersAsText();
    void keepsTheCustomerInsideTheFence();
    void knowsOurKeyOnlyInItsOwnLine_data();
    void knowsOurKeyOnlyInItsOwnLine();
    void tellsAMailAddressFromANumberAndAName_data();
    void tellsAMailAddressFromANumberAndAName();
    void refusesAMappingThatWouldHideTheKey();
    void keepsAnIdInItsPlaceInThePath();
    void takesOnlyKeysThatNeedNoEscaping();
};

void TestTaskText::endsWithTheLinkAndTheKeyHoweverLongTheWordsAre_data()
{
    QTest::addColumn<QString>("words");
    QTest::newRow("none") << QString();
    QTest::newRow("short") << u"Hello"_s;
    QTest::newRow("100 KB") << u"word "_s.repeated(20000);
    QTest::newRow("100 KB of emoji") << u"\U0001F468\u200D\U0001F469\u200D\U0001F467"_s.repeated(4000);
    QTest::newRow("100 KB of markup") << u"<&>\"'"_s.repeated(20000);
    QTest::newRow("right to left") << u"\u202E\u05D0\u05D1"_s.repeated(3000);
}

void TestTaskText::endsWithTheLinkAndTheKeyHoweverLongTheWordsAre()
{
    QFETCH(QString, words);
    using Unit = TextLimit::Unit;
    for (const Unit unit : {Unit::Characters, Unit::Utf16, Unit::Bytes}) {
        const TextLimit limit{2000, unit};
        const TaskPayload task = taskOf(words);
        for (const QString &text : {taskText(task, taskKey, limit), taskMarkdown(task, taskKey, limit)}) {
            QVERIFY(text.endsWith(u"patchbay://w/conversation/c\nPatchbay-Key: "_s + taskKey));
            QVERIFY(hasKeyLine(text, taskKey));
            QVERIFY((unit == Unit::Bytes ? text.toUtf8().size() : text.toUcs4().size()) <= 2000);
            QVERIFY(unit != Unit::Utf16 || text.size() <= 2000);
            QVERIFY(!words.isEmpty() || !text.contains(u"cut here"_s));
            QCOMPARE(text.contains(u"cut here"_s), words.size() > 1500);
        }
        const QString html = taskHtml(task, taskKey, limit);
        QVERIFY(hasKeyLine(html, taskKey));
        QVERIFY((unit == Unit::Bytes ? html.toUtf8().size() : html.toUcs4().size()) <= 2000);
    }
}

void TestTaskText::countsInTheVendorsUnit()
{
    const QString cats = u"\U0001F431"_s.repeated(300); // one character, two units, four bytes each
    TaskPayload task;
    task.title = cats;
    QCOMPARE(taskTitle(task, {300, TextLimit::Unit::Characters}), cats);
    QCOMPARE(taskTitle(task, {299, TextLimit::Unit::Characters}), u"\U0001F431"_s.repeated(298) + u'…');
    QCOMPARE(taskTitle(task, {101, TextLimit::Unit::Utf16}), u"\U0001F431"_s.repeated(50) + u'…');
    QCOMPARE(taskTitle(task, {103, TextLimit::Unit::Bytes}), u"\U0001F431"_s.repeated(25) + u'…');
    task.title = u" \n\u0000 "_s;
    QCOMPARE(taskTitle(task, {20, TextLimit::Unit::Bytes}), u"(no title)"_s);
}

void TestTaskText::keepsTheWholeTitleWhereItWasCut()
{
    const QString title = u"A long title\nof two lines"_s;
    const TaskPayload task = taskOf(u"Words"_s, title);
    const QString shown = taskTitle(task, {10, TextLimit::Unit::Characters});
    QCOMPARE(shown, u"A long ti…"_s);
    QVERIFY(taskText(task, taskKey, {2000}, shown).startsWith(u"Title: A long title of two lines\nFrom: Ann"_s));
    QVERIFY(taskText(task, taskKey, {2000}, u"A long title of two lines"_s).startsWith(u"From: Ann"_s));
}

void TestTaskText::showsMarkupOfTheCustomersAsText()
{
    const QString html = taskHtml(taskOf(u"<script>alert(1)</script>\n& \"quoted\""_s), taskKey, {2000});
    QVERIFY(!html.contains(u"<script"_s));
    QVERIFY(html.contains(u"&lt;script&gt;alert(1)&lt;/script&gt;<br>&amp; &quot;quoted&quot;"_s));
}

void TestTaskText::keepsTheCustomerInsideTheFence()
{
    const QString text = taskMarkdown(taskOf(u"one\n```\n# two\n  ~~~\nthree"_s), taskKey, {2000});
    QCOMPARE(text.count(u"\n```"_s), 1); // the one that ends our fence
    QVERIFY(text.startsWith(u"```text\n"_s));
    QVERIFY(!text.contains(u"\n  ~~~"_s));
}

void TestTaskText::knowsOurKeyOnlyInItsOwnLine_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("ours");
    const QString line = u"Patchbay-Key: "_s + taskKey;
    QTest::newRow("last line") << u"words\n"_s + line << true;
    QTest::newRow("CRLF") << u"words\r\n"_s + line + u"\r\n"_s << true;
    QTest::newRow("people write below") << line + u"\n\nDone. Ann"_s << true;
    QTest::newRow("in HTML") << u"<p>words</p><p>link<br>"_s + line + u"</p>"_s << true;
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("quoted above another") << line + u"\nPatchbay-Key: 0199d2a4-0000-7a10-8f00-4b1f2c3d4e5f"_s << false;
    QTest::newRow("spoken of below") << line + u"\nnot Patchbay-Key: other"_s << true;
    QTest::newRow("spoken of") << u"somebody wrote "_s + line << false;
    QTest::newRow("a longer key") << line + u"0"_s << false;
    QTest::newRow("a shorter key") << line.chopped(1) << false;
}

void TestTaskText::knowsOurKeyOnlyInItsOwnLine()
{
    QFETCH(QString, text);
    QFETCH(bool, ours);
    QCOMPARE(hasKeyLine(text, taskKey), ours);
}

void TestTaskText::tellsAMailAddressFromANumberAndAName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QStringList>("person");
    QTest::newRow("mail") << u"Ann B. Example"_s << u"ann@x.example"_s
                          << QStringList{u"Ann B. Example"_s, u"Ann B."_s, u"Example"_s, u"ann@x.example"_s, {}};
    QTest::newRow("mail alone") << u""_s << u"ann@x.example"_s
                                << QStringList{u"ann@x.example"_s, u""_s, u"ann@x.example"_s, u"ann@x.example"_s, {}};
    QTest::newRow("phone") << u"Ann"_s << u"+55 (11) 99888-7766"_s
                           << QStringList{u"Ann"_s, u""_s, u"Ann"_s, u""_s, u"+5511998887766"_s};
    QTest::newRow("short number") << u"Ann"_s << u"1234-5"_s << QStringList{u"Ann"_s, u""_s, u"Ann"_s, u""_s, u""_s};
    QTest::newRow("handle") << u"Ann"_s << u"@ann_example"_s << QStringList{u"Ann"_s, u""_s, u"Ann"_s, u""_s, u""_s};
    QTest::newRow("no mail") << u"Ann"_s << u"ann@x.example>, bob@y.example"_s
                             << QStringList{u"Ann"_s, u""_s, u"Ann"_s, u""_s, u""_s};
}

void TestTaskText::tellsAMailAddressFromANumberAndAName()
{
    QFETCH(QString, name);
    QFETCH(QString, address);
    QFETCH(QStringList, person);
    TaskPayload task;
    task.contact = {name, address};
    const TaskPerson got = taskPerson(task);
    QCOMPARE((QStringList{got.name, got.firstName, got.lastName, got.mail, got.phone}), person);
}

void TestTaskText::refusesAMappingThatWouldHideTheKey()
{
    QJsonObject object{{u"text"_s, u"ours"_s}};
    const Result<Done> refused = addFields(object, {{u"text"_s, u"theirs"_s}}, {u"text"_s});
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().message.contains(u"\"text\""_s));
    QVERIFY(
        addFields(object, {{u"list"_s, QJsonArray{1, 2}}, {u"empty"_s, u"  "_s}, {u"none"_s, QJsonValue()}}, {}).ok());
    QCOMPARE(object, (QJsonObject{{u"text"_s, u"ours"_s}, {u"list"_s, QJsonArray{1, 2}}}));
}

void TestTaskText::keepsAnIdInItsPlaceInThePath()
{
    QCOMPARE(pathPart(u"a/b?c#d%"_s), u"a%2Fb%3Fc%23d%25"_s);
    QCOMPARE(pathPart(u".."_s), u"%2E%2E"_s);
    const QUrl url = pathOf(u"/x/"_s + pathPart(u"../y"_s), {{u"q"_s, u"a&b=c d+e"_s}, {u"none"_s, u""_s}});
    QCOMPARE(url.toEncoded(), QByteArray("/x/..%2Fy?q=a%26b%3Dc%20d%2Be"));
}

void TestTaskText::takesOnlyKeysThatNeedNoEscaping()
{
    QVERIFY(checkedKey(taskKey).ok());
    for (const QString &bad :
         {u""_s, u"short"_s, u"0199d2a4' OR 1=1"_s, u"0199d2a4\"x\""_s, u"0199d2a4\n"_s, u"-0199d2a4"_s})
        QVERIFY2(!checkedKey(bad).ok(), qPrintable(bad));
}

PATCHBAY_TESTS(TestTaskText)
#include "tst_task_text.moc"

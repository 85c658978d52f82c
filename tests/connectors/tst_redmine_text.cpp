#include "connectors/kit/priorities.h"
#include "connectors/kit/task_fenced.h"
#include "crm_outcome.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

const QString textKey = u"0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;

constexpr TextLimit subjectLimit{255, TextLimit::Unit::Characters};

QString fenced(const TaskPayload &task) { return taskFenced(task, textKey, 60000, taskTitle(task, subjectLimit)); }

QString descriptionOf(const QString &words)
{
    TaskPayload task;
    task.title = u"Title"_s;
    task.description = words;
    task.backLink = u"patchbay://w/conversation/c"_s;
    return fenced(task);
}

QJsonObject prioritiesOf(const QByteArray &json)
{
    JsonReader in = JsonReader::parse(json, u"reply"_s);
    const Result<QJsonObject> read = readPriorityOrder(in, u"/issue_priorities"_s);
    return read.ok() ? read->value(u"priorities"_s).toObject() : QJsonObject{{u"error"_s, read.error().message}};
}

} // namespace

namespace {

QString subjectOf(const QString &title)
{
    TaskPayload task;
    task.title = title;
    return taskTitle(task, subjectLimit);
}

} // namespace

class TestRedmineText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsShortSubjects();
    void cutsLongSubjectsBetweenWholeCharacters();
    void dropsWhatADatabaseCannotHold();
    void putsTheKeyOnTheLastLine();
    void tellsItsOwnKeyFromAQuotedOne();
    void boundsTheDescriptionAndKeepsTheKey_data();
    void boundsTheDescriptionAndKeepsTheKey();
    void endsNoBlockFromInside_data();
    void endsNoBlockFromInside();
    void mapsPrioritiesByNameThenByPosition();
    void startsAnOverdueTaskOnItsDueDay();
};

void TestRedmineText::keepsShortSubjects()
{
    QCOMPARE(subjectOf(u" A \n title\t"_s), u"A title"_s);
    QCOMPARE(subjectOf(u"\n\u0000"_s), u"(no title)"_s);
    const QString longest(255, u'x');
    QCOMPARE(subjectOf(longest), longest);
}

void TestRedmineText::cutsLongSubjectsBetweenWholeCharacters()
{
    const QString cut = subjectOf(QString(256, u'x'));
    QCOMPARE(cut.size(), 255);
    QVERIFY(cut.endsWith(u'…'));
    const QString family = u"👩‍👩‍👧‍👦"_s; // seven code points, one character
    const QString families = subjectOf(family.repeated(100));
    QVERIFY(families.toUcs4().size() <= 255);
    QCOMPARE(families.chopped(1).toUcs4().size() % 7, 0);
    const QString astral = subjectOf(u"😀"_s.repeated(300));
    QCOMPARE(astral.toUcs4().size(), 255); // counted in characters, not in UTF-16 units
}

void TestRedmineText::dropsWhatADatabaseCannotHold()
{
    const QString bad =
        u"a"_s + QChar(0) + QChar(0xd800) + u"b"_s + QChar(0x1b) + QChar(0xfffe) + QChar(0xdc00) + u"c\td"_s;
    QVERIFY(descriptionOf(bad).contains(u"abc\td"_s));
    QCOMPARE(subjectOf(bad), u"abc d"_s);
    QVERIFY(descriptionOf(u"one\r\ntwo\rthree"_s).contains(u"one\ntwo\nthree"_s));
}

void TestRedmineText::putsTheKeyOnTheLastLine()
{
    const QString description = descriptionOf(u"Words"_s);
    QVERIFY(description.endsWith(u"\npatchbay://w/conversation/c\nPatchbay-Key: "_s + textKey));
    QVERIFY(hasKeyLine(description, textKey));
    QString stored = description; // as Redmine gives it back
    QVERIFY(hasKeyLine(stored.replace(u'\n', u"\r\n"_s), textKey));
    QVERIFY(hasKeyLine(description + u"\n\nCalled Ann, she waits. -- Bob"_s, textKey));
    QCOMPARE(fenced(TaskPayload{}), u"Patchbay-Key: "_s + textKey);
}

void TestRedmineText::tellsItsOwnKeyFromAQuotedOne()
{
    const QString other = u"0199d2a4-0000-7a10-8f00-000000000000"_s;
    const QString quoting = descriptionOf(u"You wrote:\nPatchbay-Key: "_s + other);
    QVERIFY(hasKeyLine(quoting, textKey));
    QVERIFY(!hasKeyLine(quoting, other));
    QVERIFY(!hasKeyLine(u"Patchbay-Key: "_s + textKey + u"0"_s, textKey));
    QVERIFY(!hasKeyLine(u"see Patchbay-Key: "_s + textKey, textKey));
}

void TestRedmineText::boundsTheDescriptionAndKeepsTheKey_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("words") << u"😀 word\n"_s;
    QTest::newRow("tags") << u"<pre>\n"_s;
    QTest::newRow("end tags") << u"</code>"_s;
    QTest::newRow("fences") << u"```\n"_s;
    QTest::newRow("other fences") << u" ~~~\n"_s;
    QTest::newRow("ideographs") << u"漢字仮名交じり文"_s;
    QTest::newRow("placeholders") << u"%1 "_s;
}

void TestRedmineText::boundsTheDescriptionAndKeepsTheKey()
{
    QFETCH(QString, line);
    for (const int count : {20000, 40000}) {
        const QString description = descriptionOf(line.repeated(count));
        QVERIFY2(description.toUtf8().size() <= 60000, qPrintable(QString::number(description.toUtf8().size())));
        QVERIFY(description.toUtf8().size() > 59900);
        QVERIFY(hasKeyLine(description, textKey));
        QVERIFY(description.endsWith(u"\nPatchbay-Key: "_s + textKey));
        QVERIFY(description.contains(u"cut here"_s));
    }
    const QString whole = descriptionOf(u"word "_s.repeated(11900));
    QVERIFY(!whole.contains(u"cut here"_s) && hasKeyLine(whole, textKey));
}

void TestRedmineText::endsNoBlockFromInside_data()
{
    QTest::addColumn<QString>("words");
    for (const char *words : {"</pre>", "a </PRE > b", "<pre>", "<code class=\"ruby\">", "</code>", "<kbd>x</kbd>",
                              "<notextile>", "```", "~~~", "  ```` ", "\t~~~~ruby", "x\n```\ny", "</pre\n>"})
        QTest::newRow(words) << QString::fromUtf8(words);
}

void TestRedmineText::endsNoBlockFromInside()
{
    QFETCH(QString, words);
    QString inside = descriptionOf(words);
    QVERIFY(inside.startsWith(u"```\n<pre>\n"_s));
    inside = inside.mid(10);
    inside.truncate(inside.indexOf(u"\n</pre>\n```\n\n"_s));
    const QRegularExpression tag(u"</?(pre|code|kbd|notextile)"_s, QRegularExpression::CaseInsensitiveOption);
    const QRegularExpression fence(u"^\\s*(```|~~~)"_s, QRegularExpression::MultilineOption);
    QVERIFY2(!inside.contains(tag), qPrintable(inside));
    QVERIFY2(!inside.contains(fence), qPrintable(inside));
    QCOMPARE(inside.remove(QChar(0x200b)), words.trimmed()); // nothing but invisible spaces was added
}

void TestRedmineText::mapsPrioritiesByNameThenByPosition()
{
    const QJsonObject named = prioritiesOf(R"({"issue_priorities":[{"id":11,"name":"Low"},
        {"id":12,"name":"Normal","is_default":true},{"id":13,"name":"High"},{"id":14,"name":"Urgent"},
        {"id":15,"name":"Immediate"}]})");
    QCOMPARE(named, (QJsonObject{{u"low"_s, 11}, {u"high"_s, 13}, {u"urgent"_s, 14}}));
    const QJsonObject placed = prioritiesOf(R"({"issue_priorities":[{"id":3,"name":"niedrig"},
        {"id":7,"name":"alt","active":false},{"id":4,"name":"mittel","is_default":true},{"id":5,"name":"hoch"},
        {"id":6,"name":"sofort"}]})");
    QCOMPARE(placed, (QJsonObject{{u"low"_s, 3}, {u"high"_s, 5}, {u"urgent"_s, 6}}));
    const QJsonObject single = prioritiesOf(R"({"issue_priorities":[{"id":3,"name":"the only one"}]})");
    QCOMPARE(single, (QJsonObject{{u"low"_s, 3}, {u"high"_s, 3}, {u"urgent"_s, 3}}));
    QCOMPARE(prioritiesOf(R"({"issue_priorities":[]})"), QJsonObject());
    QVERIFY(prioritiesOf(R"({})").contains(u"error"_s));
}

void TestRedmineText::startsAnOverdueTaskOnItsDueDay()
{
    tests::CrmFixture create;
    for (const tests::CrmFixture &one : tests::crmFixtures(u"redmine"_s)) {
        if (one.name == u"create"_s)
            create = one;
    }
    tests::CrmBench bench;
    bench.open(create);
    bench.clock.at = Timestamp::from(QDateTime(QDate(2026, 3, 4), QTime(12, 0)));
    const auto issue = [&create, &bench](QDate due) {
        DeliveryRequest request = create.request();
        TaskPayload task = taskPayloadFromJson(request.payload);
        task.due = Timestamp::from(QDateTime(due, QTime(18, 0)));
        request.payload = toJson(task);
        const QString shown = *bench.connector->preview(request);
        return QJsonDocument::fromJson(shown.mid(shown.indexOf(u'{')).toUtf8())[u"issue"_s].toObject();
    };
    QCOMPARE(issue(QDate(2026, 3, 9))[u"due_date"_s].toString(), u"2026-03-09"_s);
    QVERIFY(!issue(QDate(2026, 3, 9)).contains(u"start_date"_s));
    QVERIFY(!issue(QDate(2026, 3, 4)).contains(u"start_date"_s));
    QCOMPARE(issue(QDate(2026, 3, 3))[u"start_date"_s].toString(), u"2026-03-03"_s);
}

PATCHBAY_TESTS(TestRedmineText)
#include "tst_redmine_text.moc"

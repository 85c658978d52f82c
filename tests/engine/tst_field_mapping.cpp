#include "core/engine/field_mapping.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestFieldMapping : public QObject {
    Q_OBJECT

    static TemplateValues values()
    {
        TemplateValues values;
        values.texts = {{u"contact.name"_s, u"Zoë <b>Müller</b>"_s},
                        {u"message.text"_s, u"{{contact.address}} \"} , \"admin\": true, {\""_s},
                        {u"conversation.subject"_s, u"Refund"_s},
                        {u"contact.address"_s, u"zoe@customer.example"_s},
                        {u"task.priority"_s, u"high"_s},
                        {u"operator.name"_s, u"  "_s}};
        values.times = {{u"message.time"_s, Timestamp::from(QDateTime(QDate(2026, 3, 1), QTime(12, 0)))},
                        {u"conversation.started"_s, Timestamp{}}};
        return values;
    }
    static QString filled(const QString &text, qsizetype limit = 10'000)
    {
        const auto parsed = FieldTemplate::parse(text);
        return parsed ? parsed->fill(values(), limit) : u"REFUSED: "_s + parsed.error().message;
    }

private Q_SLOTS:
    void fillsPlaceholders_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("text") << u"Hello { you } }"_s << u"Hello { you } }"_s;
        QTest::newRow("empty") << u""_s << u""_s;
        QTest::newRow("a value") << u"{{contact.name}}!"_s << u"Zoë <b>Müller</b>!"_s;
        QTest::newRow("blanks") << u"{{  conversation.subject|upper  }}"_s << u"REFUND"_s;
        QTest::newRow("lower") << u"{{conversation.subject | lower}}"_s << u"refund"_s;
        QTest::newRow("truncate") << u"{{conversation.subject | truncate: 4}}"_s << u"Ref…"_s;
        QTest::newRow("not too long") << u"{{conversation.subject | truncate: 6}}"_s << u"Refund"_s;
        QTest::newRow("default") << u"{{operator.name | default: \"no \\\"body\\\"\"}}"_s << u"no \"body\""_s;
        QTest::newRow("default unused") << u"{{conversation.subject | default: \"x\"}}"_s << u"Refund"_s;
        QTest::newRow("date") << u"{{message.time | date: \"yyyy-MM-dd HH:mm\"}}"_s << u"2026-03-01 12:00"_s;
        QTest::newRow("no time") << u"{{conversation.started | date: \"yyyy\" | default: \"none\"}}"_s << u"none"_s;
        QTest::newRow("braces") << u"{{\"{{\"}}x{{\"}}\"}}"_s << u"{{x}}"_s;
        QTest::newRow("a value that looks like a template")
            << u"{{message.text | truncate: 20}}"_s << u"{{contact.address}}…"_s;
    }
    void fillsPlaceholders()
    {
        QFETCH(QString, text);
        QTEST(filled(text), "expected");
    }

    void refusesWithThePlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("at");
        QTest::newRow("unknown placeholder") << u"Hi {{contact.nam}}"_s << u"contact.nam"_s << 6;
        QTest::newRow("unknown filter") << u"{{contact.name | reverse}}"_s << u"reverse"_s << 18;
        QTest::newRow("not closed") << u"{{contact.name"_s << u"not closed"_s << 15;
        QTest::newRow("closed once") << u"{{contact.name}"_s << u"not closed"_s << 15;
        QTest::newRow("stray end") << u"abc }}"_s << u"closes nothing"_s << 5;
        QTest::newRow("nested") << u"{{contact.{{name}}}}"_s << u"contact."_s << 3;
        QTest::newRow("nothing inside") << u"{{}}"_s << u"no placeholder"_s << 3;
        QTest::newRow("no number") << u"{{contact.name | truncate: many}}"_s << u"needs a number"_s << 28;
        QTest::newRow("zero") << u"{{contact.name | truncate: 0}}"_s << u"needs a number"_s << 28;
        QTest::newRow("no argument") << u"{{contact.name | default}}"_s << u"default needs"_s << 25;
        QTest::newRow("open quote") << u"{{contact.name | default: \"x}}"_s << u"quote is not closed"_s << 27;
        QTest::newRow("date of a text") << u"{{contact.name | date: \"yyyy\"}}"_s << u"date is for a time"_s << 18;
        QTest::newRow("date after another filter")
            << u"{{message.time | upper | date: \"yyyy\"}}"_s << u"date is for a time"_s << 26;
        QTest::newRow("no format") << u"{{message.time | date: \"'x'\"}}"_s << u"no date format"_s << 18;
    }
    void refusesWithThePlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, what);
        QFETCH(int, at);
        const auto parsed = FieldTemplate::parse(text);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(what), qPrintable(parsed.error().message));
        QVERIFY2(parsed.error().message.endsWith(u"at character %1"_s.arg(at)), qPrintable(parsed.error().message));
    }

    void boundsTemplatesAndWhatTheyGive()
    {
        QVERIFY(!FieldTemplate::parse(QString(4001, u'x')));
        QVERIFY(!FieldTemplate::parse(u"{{now}}"_s.repeated(300)));
        QVERIFY(!FieldTemplate::parse(u"{{contact.name"_s + u" | upper"_s.repeated(20) + u"}}"_s));
        QCOMPARE(filled(QString(500, u'x'), 100).size(), 100);
        TemplateValues large;
        large.texts.insert(u"message.text"_s, QString(1'000'000, u'y') + QChar(0));
        const auto parsed = FieldTemplate::parse(u"{{message.text}}{{message.text}}"_s);
        QCOMPARE(parsed->fill(large, 1000).size(), 1000);
        // Never half a character.
        large.texts.insert(u"message.text"_s, u"😀😀😀"_s);
        QCOMPARE(FieldTemplate::parse(u"{{message.text | truncate: 4}}"_s)->fill(large, 1000), u"😀…"_s);
    }

    void keepsControlCharactersOut()
    {
        TemplateValues hostile;
        hostile.texts.insert(u"contact.name"_s, u"a\u0000b\u001b[31mc\nd"_s);
        QCOMPARE(FieldTemplate::parse(u"{{contact.name}}"_s)->fill(hostile, 100), u"ab[31mc\nd"_s);
    }

    void fillsATask()
    {
        FieldMapping mapping;
        mapping.title = u"{{contact.name}}\n{{conversation.subject}}"_s;
        mapping.priority = u"{{task.priority | upper}}"_s;
        mapping.due = u"+2d"_s;
        mapping.fields = {{u"cf_1"_s, u"{{message.text}}"_s},
                          {u"list"_s, QJsonArray{u"{{contact.address}}"_s, 3, true}},
                          {u"deep"_s, QJsonObject{{u"x"_s, u"{{conversation.subject}}"_s}}}};
        QVERIFY(checkMapping(mapping));
        TaskPayload draft;
        draft.title = u"Drafted"_s;
        draft.description = u"As it was"_s;
        const Timestamp now = Timestamp::from(QDateTime(QDate(2026, 3, 1), QTime(0, 0), Qt::UTC));
        const auto task = mappedTask(mapping, draft, values(), now);
        QVERIFY2(task, qPrintable(task ? QString() : task.error().message));
        QCOMPARE(task->title, u"Zoë <b>Müller</b> Refund"_s);
        QCOMPARE(task->description, draft.description);
        QCOMPARE(task->priority, Priority::High);
        QCOMPARE(task->due, now + 48h);
        // The customer's quotes and braces are one text in the JSON, whatever they hold.
        QCOMPARE(task->fields.keys(), (QStringList{u"cf_1"_s, u"deep"_s, u"list"_s}));
        QCOMPARE(task->fields.value("cf_1"_L1).toString(), values().texts.value(u"message.text"_s));
        QCOMPARE(task->fields.value("list"_L1).toArray(), (QJsonArray{u"zoe@customer.example"_s, 3, true}));
        QCOMPARE(task->fields.value("deep"_L1).toObject().value("x"_L1).toString(), u"Refund"_s);
        const QJsonObject back = QJsonDocument::fromJson(QJsonDocument(toJson(*task)).toJson()).object();
        QCOMPARE(back, toJson(*task));
    }

    void leavesTheDraftWhereNothingIsMapped()
    {
        TaskPayload draft;
        draft.title = u"Drafted"_s;
        draft.priority = Priority::Urgent;
        const auto task = mappedTask({}, draft, values(), {});
        QVERIFY(*task == draft);
    }

    void refusesWhatIsNoPriorityAndNoDate()
    {
        FieldMapping mapping;
        mapping.priority = u"{{conversation.subject}}"_s;
        QVERIFY(checkMapping(mapping));
        auto task = mappedTask(mapping, {}, values(), {});
        QVERIFY(!task);
        QVERIFY2(task.error().message.contains(u"“refund” is none of low"_s), qPrintable(task.error().message));
        mapping.priority.clear();
        mapping.due = u"soon"_s;
        task = mappedTask(mapping, {}, values(), {});
        QVERIFY2(!task && task.error().message.contains(u"“soon”"_s), qPrintable(task.error().message));
        mapping.due = u"2026-03-05"_s;
        QCOMPARE(mappedTask(mapping, {}, values(), {})->due.toDateTime().toLocalTime().date(), QDate(2026, 3, 5));
    }

    void namesTheFieldThatCannotBeRead()
    {
        FieldMapping mapping;
        mapping.fields = {{u"cf_1"_s, QJsonArray{u"ok"_s, u"{{nobody}}"_s}}};
        const auto checked = checkMapping(mapping);
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.contains(u"fields.cf_1"_s), qPrintable(checked.error().message));
        QJsonValue deep = u"x"_s;
        for (int i = 0; i < 20; ++i)
            deep = QJsonArray{deep};
        mapping.fields = {{u"deep"_s, deep}};
        QVERIFY(!checkMapping(mapping));
        QVERIFY(!setMappingField(mapping, u"colour"_s, u"red"_s));
        QVERIFY(setMappingField(mapping, u"fields.deep"_s, u""_s));
        QVERIFY(mapping.isEmpty());
    }
};

PATCHBAY_TESTS(TestFieldMapping)
#include "tst_field_mapping.moc"

#include "core/search/query.h"

#include "support/test_main.h"

#include <QtTest/QtTest>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

using Kind = SearchTerm::Kind;
using Field = SearchTerm::Field;

QueryContext contextAt(const QString &now = u"2024-03-13T10:00:00Z"_s, const QByteArray &zone = "UTC")
{
    return {Timestamp::from(QDateTime::fromString(now, Qt::ISODate)), QTimeZone(zone), false};
}

QueryContext typing()
{
    QueryContext context = contextAt();
    context.typing = true;
    return context;
}

/// What a search means, to compare: "is=open & (a | from=b*)".
QString meaning(const SearchQuery &query)
{
    QStringList groups;
    for (const auto &group : query.groups) {
        QStringList terms;
        for (const SearchTerm &term : group) {
            static const QHash<Kind, QString> kinds{{Kind::Channel, u"channel="_s}, {Kind::Category, u"category="_s},
                                                    {Kind::Label, u"label="_s},     {Kind::Assignee, u"assignee="_s},
                                                    {Kind::Is, u"is="_s},           {Kind::Has, u"has="_s},
                                                    {Kind::Before, u"before="_s},   {Kind::After, u"after="_s}};
            static const QHash<Field, QString> fields{{Field::From, u"from="_s},
                                                      {Field::To, u"to="_s},
                                                      {Field::Subject, u"subject="_s},
                                                      {Field::File, u"file="_s}};
            QString text = term.excluded ? u"!"_s : QString();
            text += kinds.value(term.kind) + fields.value(term.field);
            if (term.kind == Kind::Before || term.kind == Kind::After)
                text += term.at.toDateTime().toString(Qt::ISODate);
            else
                text += term.phrase ? u'\'' + term.value + u'\'' : term.value;
            terms << text + (term.prefix ? u"*"_s : QString());
        }
        groups << (terms.size() == 1 ? terms.first() : u'(' + terms.join(u" | "_s) + u')');
    }
    return groups.join(u" & "_s);
}

QString meaning(const QString &text) { return meaning(parseQuery(text, contextAt()).query); }

QString problemIn(const QString &text, const QueryContext &context = contextAt())
{
    const auto problem = parseQuery(text, context).problem;
    return problem ? text.mid(problem->position, problem->length) + u" | "_s + problem->sentence : QString();
}

} // namespace

class QueryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryPartOfTheLanguage_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("nothing", "", "");
        row("spaces", " \t\n ", "");
        row("words", "refund  invoice", "refund & invoice");
        row("phrase", "\"late refund\" now", "'late refund' & now");
        row("curly quotes", "“late refund” „und so“", "'late refund' & 'und so'");
        row("quote in a phrase", "\"5\"\" disk\"", "'5\" disk'");
        row("left out", "a -b -\"c d\" -label:vip", "a & !b & !'c d' & !label=vip");
        row("or binds tighter", "a b OR c d", "a & (b | c) & d");
        row("chain of or", "a OR b OR \"c d\"", "(a | b | 'c d')");
        row("or in lower case is a word", "a or b", "a & or & b");
        row("or in quotes is a word", "a \"OR\" b", "a & 'OR' & b");
        row("or of filters", "is:open OR has:note", "(is=open | has=note)");
        row("star", "refu* \"late refu\"*", "refu* & 'late refu'*");
        row("fields", "from:ana to:ben subject:\"late refund\" file:pdf",
            "from=ana & to=ben & subject='late refund' & file=pdf");
        row("field with a star", "from:an*", "from=an*");
        row("names", "channel:Mail category:\"Car rental\" label:vip",
            "channel=Mail & category=Car rental & label=vip");
        row("a star belongs to a name", "label:a*", "label=a*");
        row("people", "assignee:ME assignee:none assignee:\"Ana Maria\"",
            "assignee=me & assignee=none & assignee=Ana Maria");
        row("states", "is:unread is:Open has:attachment", "is=unread & is=open & has=attachment");
        row("operators in any case", "From:ana IS:open", "from=ana & is=open");
        row("web address", "http://example.org/a?b:c file://x", "http://example.org/a?b:c & file://x");
        row("time of day", "12:30", "12:30");
        row("subject prefix", "re: fwd: Aw: invoice", "re: & fwd: & Aw: & invoice");
        row("other colons", "a:b c++ std::vector ::1", "a:b & c++ & std::vector & ::1");
        row("chinese", "退款 发票", "退款 & 发票");
        row("emoji", "😀", "😀");
        row("hyphen inside", "e-mail", "e-mail");
        row("year", "before:2024", "before=2024-01-01T00:00:00Z");
        row("month", "after:2024-03", "after=2024-03-01T00:00:00Z");
        row("day", "on:2024-03-12", "after=2024-03-12T00:00:00Z & before=2024-03-13T00:00:00Z");
        row("on a month", "on:2023-12", "after=2023-12-01T00:00:00Z & before=2024-01-01T00:00:00Z");
        row("not on a day", "-on:2024-03-12", "(before=2024-03-12T00:00:00Z | after=2024-03-13T00:00:00Z)");
        row("not before is after", "-before:2024 -after:2024-03",
            "after=2024-01-01T00:00:00Z & before=2024-03-01T00:00:00Z");
        row("a day or a word", "on:2024-03-12 OR a",
            "(after=2024-03-12T00:00:00Z | a) & (before=2024-03-13T00:00:00Z | a)");
        row("a word or not a day", "a OR -on:2024-03-12",
            "(a | before=2024-03-12T00:00:00Z | after=2024-03-13T00:00:00Z)");
        row("today", "on:today", "after=2024-03-13T00:00:00Z & before=2024-03-14T00:00:00Z");
        row("yesterday", "after:Yesterday", "after=2024-03-12T00:00:00Z");
        row("days", "after:7d", "after=2024-03-06T00:00:00Z");
        row("weeks", "after:3w", "after=2024-02-21T00:00:00Z");
        row("months", "before:1m", "before=2024-02-13T00:00:00Z");
        row("years", "before:1y", "before=2023-03-13T00:00:00Z");
    }
    void readsEveryPartOfTheLanguage()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const ParsedQuery parsed = parseQuery(text, contextAt());
        QVERIFY2(!parsed.problem, parsed.problem ? qPrintable(parsed.problem->sentence) : "");
        QCOMPARE(meaning(parsed.query), expected);
    }

    void meansTheDaysOfTheGivenTimeZone()
    {
        // 23:30 in UTC is tomorrow in Berlin, and the day after the change to summer time has 23 hours.
        const QueryContext berlin = contextAt(u"2024-03-30T23:30:00Z"_s, "Europe/Berlin");
        QCOMPARE(meaning(parseQuery(u"on:today"_s, berlin).query),
                 u"after=2024-03-30T23:00:00Z & before=2024-03-31T22:00:00Z"_s);
        QCOMPARE(meaning(parseQuery(u"on:2024-07-01"_s, berlin).query),
                 u"after=2024-06-30T22:00:00Z & before=2024-07-01T22:00:00Z"_s);
    }

    void saysWhereItIsWrong_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("remaining");
        const auto row = [](const char *text, const char *place, const char *words, const char *remaining) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(place) << QString::fromUtf8(words)
                                << QString::fromUtf8(remaining);
        };
        row("a form:ana", "form:", "from:", "a");
        row("a -form:ana", "-form:", "from:", "a");
        row("a cat:x", "cat:", "category:", "a");
        row("lable:x", "lable:", "label:", "");
        row("from: ana", "from:", "needs a value", "ana");
        row("a subject:\"\"", "subject:\"\"", "needs a value", "a");
        row("a is:closed", "is:closed", "unread, open, done", "a");
        row("has:files", "has:files", "attachment, note, task, draft", "");
        row("a before:soon", "before:soon", "2024-03-12", "a");
        row("after:2024-13", "after:2024-13", "not a date", "");
        row("after:2024-02-30", "after:2024-02-30", "not a date", "");
        row("after:24-02-03", "after:24-02-03", "not a date", "");
        row("after:0000", "after:0000", "not a date", "");
        row("after:99999d", "after:99999d", "not a date", "");
        row("a \"b c", "\"", "not closed", "a & 'b c'");
        row("OR a", "OR", "before it", "a");
        row("a OR", "OR", "after it", "a");
        row("a OR OR b", "OR", "twice", "(a | b)");
        row("a OR -b", "-b", "beside OR", "a & !b");
        row("-a OR b", "b", "beside OR", "!a & b");
        row("-a -\"b c\"", "-a", "what to look for", "");
        row("a & b", "&", "no letter", "a & b");
    }
    void saysWhereItIsWrong()
    {
        QFETCH(QString, text);
        QFETCH(QString, place);
        QFETCH(QString, words);
        QFETCH(QString, remaining);
        const ParsedQuery parsed = parseQuery(text, contextAt());
        QVERIFY(parsed.problem);
        QCOMPARE(text.mid(parsed.problem->position, parsed.problem->length), place);
        QVERIFY2(parsed.problem->sentence.contains(words), qPrintable(parsed.problem->sentence));
        QCOMPARE(meaning(parsed.query), remaining);
    }

    void doesNotComplainOfWhatIsStillBeingTyped_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *text, const char *expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("refu", "refu*");
        row("refu ", "refu");
        row("late refu", "late & refu*");
        row("a \"late refu", "a & 'late refu'*");
        row("a \"late refund\"", "a & 'late refund'");
        row("a \"", "a");
        row("a from:", "a");
        row("a from:an", "a & from=an*");
        row("a is:un", "a");
        row("a is:open", "a & is=open");
        row("a before:20", "a");
        row("a before:2024-", "a");
        row("a before:yest", "a");
        row("a OR", "a");
        row("a -", "a");
        row("channel:Ma", "channel=Ma*");
    }
    void doesNotComplainOfWhatIsStillBeingTyped()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const ParsedQuery parsed = parseQuery(text, typing());
        QVERIFY2(!parsed.problem, parsed.problem ? qPrintable(parsed.problem->sentence) : "");
        QCOMPARE(meaning(parsed.query), expected);
    }

    void complainsWhileTypingOfWhatNoMoreTypingCanMend()
    {
        QVERIFY(problemIn(u"a is:x"_s, typing()).contains(u"unread"_s));
        QVERIFY(problemIn(u"before:march"_s, typing()).contains(u"not a date"_s));
        QVERIFY(problemIn(u"is:un a"_s, typing()).contains(u"unread"_s));
        QVERIFY(problemIn(u"form:a"_s, typing()).contains(u"from:"_s));
    }

    void keepsToItsBounds()
    {
        const QString many = QString(u"a "_s).repeated(60);
        const ParsedQuery terms = parseQuery(many, contextAt());
        QCOMPARE(terms.query.groups.size(), size_t(40));
        QVERIFY(terms.problem);
        QCOMPARE(terms.problem->position, 80);
        const ParsedQuery longWord = parseQuery(QString(5000, u'x'), contextAt());
        QVERIFY(longWord.problem);
        QCOMPARE(longWord.problem->position, 500);
        QCOMPARE(longWord.query.groups.front().front().value.size(), 500);
        const ParsedQuery pair = parseQuery(QString(499, u'x') + u"😀"_s, contextAt());
        QCOMPARE(pair.query.groups.front().front().value, QString(499, u'x')); // not half of the sign
        // Days beside OR multiply: they stay within the same bound.
        QString days = u"on:2024"_s;
        for (int i = 0; i < 30; ++i)
            days += u" OR on:2024"_s;
        size_t count = 0;
        const ParsedQuery multiplied = parseQuery(days, contextAt());
        for (const auto &group : multiplied.query.groups)
            count += group.size();
        QVERIFY(count > 0 && count <= 40);
        QVERIFY(multiplied.problem);
    }

    void survivesHostileText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("quotes") << QString(400, u'"');
        QTest::newRow("curly quotes") << QString(200, u'\u201c') + QString(200, u'\u201d');
        QTest::newRow("hyphens") << QString(400, u'-');
        QTest::newRow("colons") << QString(400, u':');
        QTest::newRow("stars") << QString(400, u'*');
        QTest::newRow("ors") << QString(u"OR "_s).repeated(150);
        QTest::newRow("nul") << u"a"_s + QChar(0) + u"b from:"_s + QChar(0);
        QTest::newRow("half a pair") << QString(QChar(0xd83d)) + u" a "_s + QChar(0xde00);
        QTest::newRow("pair at the bound") << QString(499, u'x') + u"😀"_s;
        QTest::newRow("bidi") << u"\u202efrom:ana\u202c"_s;
        QTest::newRow("marks") << u"e"_s + QString(300, QChar(0x301));
        QTest::newRow("fts operators") << u"a NEAR(b c) AND NOT {x} : ^y \"z\" + -- ; DROP TABLE message"_s;
        QTest::newRow("digits of other scripts") << u"before:٢٠٢٤"_s;
        QTest::newRow("everything") << u"-from:\"a\"\"b\"* OR -is: OR \"c -on:x"_s;
    }
    void survivesHostileText()
    {
        QFETCH(QString, text);
        for (const bool isTyping : {false, true}) {
            QueryContext context = contextAt();
            context.typing = isTyping;
            for (qsizetype size = 0; size <= text.size(); ++size) {
                const QString part = text.left(size);
                const ParsedQuery parsed = parseQuery(part, context);
                for (const auto &group : parsed.query.groups) {
                    QVERIFY(!group.empty());
                    for (const SearchTerm &term : group) {
                        QVERIFY(term.position >= 0 && term.length > 0 && term.position + term.length <= part.size());
                        QVERIFY(!term.value.isEmpty());
                    }
                }
                if (parsed.problem)
                    QVERIFY(parsed.problem->position >= 0
                            && parsed.problem->position + parsed.problem->length <= part.size()
                            && parsed.problem->length > 0);
                const ParsedQuery again = parseQuery(toText(parsed.query), contextAt());
                if (toText(parsed.query).size() <= 500) // a star at the end may make it one too long
                    QCOMPARE(meaning(again.query), meaning(parsed.query));
            }
        }
    }

    void writesAQueryAsOneWouldTypeIt_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"a b OR c", "\"late refund\" -b", "category:\"Car rental\" is:open", "from:\"Ana Maria\" to:x*",
              "-label:\"v i p\" a", "\"5\"\" disk\"", "\"OR\" a", "before:2024 after:7d a", "on:2024-03-12 OR a",
              "-on:today", "label:a* a", "--x a", "\"late refu\"*", "退款 OR \"发 票\""})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void writesAQueryAsOneWouldTypeIt()
    {
        QFETCH(QString, text);
        const QString written = toText(parseQuery(text, contextAt()).query);
        const ParsedQuery again = parseQuery(written, contextAt());
        QVERIFY2(!again.problem, qPrintable(written));
        QCOMPARE(meaning(again.query), meaning(text));
        QVERIFY(!meaning(text).isEmpty());
    }

    void offersToAskForLess()
    {
        const auto texts = [](const QString &text) {
            QStringList all;
            for (const Relaxation &one : relaxations(text, contextAt()))
                all << one.without + u" > "_s + one.text;
            return all;
        };
        QCOMPARE(texts(u"refund is:open late"_s),
                 (QStringList{u"late > refund is:open"_s, u"is:open > refund late"_s}));
        QCOMPARE(texts(u"refund"_s), QStringList());
        QCOMPARE(texts(u"a b OR  c"_s), QStringList{u"b OR  c > a"_s});
        // Both ends of the day go together.
        QCOMPARE(texts(u"on:2024-03-12 a"_s), (QStringList{u"a > on:2024-03-12"_s, u"on:2024-03-12 > a"_s}));
        QCOMPARE(texts(u"a -b"_s), QStringList{u"-b > a"_s});
    }

    void namesWhatTheWorkspaceDoesNotHave()
    {
        const SearchNames names{{u"Mail"_s}, {u"Car rental"_s}, {u"vip"_s}, {u"Ana"_s}};
        const auto unknown = [&](const QString &text, const QueryContext &context = contextAt()) {
            const auto problem = unknownName(parseQuery(text, context).query, names);
            return problem ? text.mid(problem->position, problem->length) : QString();
        };
        QCOMPARE(unknown(u"channel:mail category:\"car RENTAL\" label:vip assignee:ana assignee:me assignee:none"_s),
                 QString());
        QCOMPARE(unknown(u"a channel:Post"_s), u"channel:Post"_s);
        QCOMPARE(unknown(u"a OR -label:\"x y\""_s), u"-label:\"x y\""_s);
        QCOMPARE(unknown(u"assignee:Bob"_s), u"assignee:Bob"_s);
        QCOMPARE(unknown(u"channel:Ma"_s, typing()), QString());
        const auto whole = [&](const QString &text) {
            return meaning(withoutHalfNames(parseQuery(text, typing()).query, names));
        };
        QCOMPARE(whole(u"a channel:Ma"_s), u"a"_s);
        QCOMPARE(whole(u"a channel:mail"_s), u"a & channel=mail*"_s);
        QCOMPARE(whole(u"a channel:Post "_s), u"a & channel=Post"_s); // finished, and found nowhere
    }
};

PATCHBAY_TESTS(QueryTest)
#include "tst_query.moc"

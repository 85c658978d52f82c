#include "core/search/completion.h"

#include "support/test_main.h"

#include <QtTest/QtTest>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

CompletionSource desk()
{
    CompletionSource source;
    source.names.channels = QStringList{u"Mail"_s, u"Züri Mail"_s, u"Telegram"_s};
    source.names.categories = QStringList{u"Billing"_s, u"Car rental"_s};
    source.names.labels = QStringList{u"vip"_s, u"say \"hi\""_s};
    source.names.operators = QStringList{u"Mela"_s, u"Ben Ortiz"_s};
    source.people = QStringList{u"ana@example.org"_s, u"Ana Maria"_s};
    return source;
}

/// The text with "|" at the cursor, after each choice was taken: "channel:|".
QStringList taken(const QString &marked)
{
    const int cursor = int(marked.indexOf(u'|'));
    const QString text = QString(marked).remove(cursor, 1);
    const Completion completion = complete(text, cursor, desk());
    QStringList all;
    for (const Completion::Choice &choice : completion.choices)
        all << QString(text).replace(completion.position, completion.length, choice.insert);
    return all;
}

} // namespace

class CompletionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void completesNamesOfOperatorsAndTheirValues_data()
    {
        QTest::addColumn<QString>("marked");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *marked, const QStringList &expected) {
            QTest::newRow(marked) << QString::fromUtf8(marked) << expected;
        };
        row("ch|", {u"channel:"_s});
        row("a CH|", {u"a channel:"_s});
        row("-ca|", {u"-category:"_s});
        row("ch| b", {u"channel: b"_s});
        row("xyz|", {});
        row("\"ch|", {});
        row("|ch", {});
        row("channel:|", {u"channel:Mail "_s, u"channel:\"Züri Mail\" "_s, u"channel:Telegram "_s});
        row("channel:ma|", {u"channel:Mail "_s, u"channel:\"Züri Mail\" "_s});
        row("channel:zuri|", {u"channel:\"Züri Mail\" "_s});
        row("channel:\"z|", {u"channel:\"Züri Mail\" "_s});
        row("channel:\"Züri Mail\"|", {});
        row("channel:Mail |", QStringList());
        row("category:car| x", {u"category:\"Car rental\"  x"_s});
        row("label:hi|", {u"label:\"say \"\"hi\"\"\" "_s});
        row("assignee:me|", {u"assignee:me "_s, u"assignee:Mela "_s});
        row("assignee:ort|", {u"assignee:\"Ben Ortiz\" "_s});
        row("is:un|", {u"is:unread "_s, u"is:unassigned "_s});
        row("has:d|", {u"has:draft "_s});
        row("before:y|", {u"before:yesterday "_s});
        row("from:an|", {u"from:ana@example.org "_s, u"from:\"Ana Maria\" "_s});
        row("is:open|", {});
        row("subject:x|", {});
        row("form|:ana", {u"from:ana"_s});
    }
    void completesNamesOfOperatorsAndTheirValues()
    {
        QFETCH(QString, marked);
        QFETCH(QStringList, expected);
        if (marked == u"channel:Mail |"_s)
            QCOMPARE(taken(marked).size(), qMin(qsizetype(12), operatorNames().size())); // a new piece may begin
        else
            QCOMPARE(taken(marked), expected);
    }

    void offersAllOperatorsWhereNothingIsTyped()
    {
        QCOMPARE(taken(u"|"_s).size(), qMin(qsizetype(12), operatorNames().size()));
        QVERIFY(taken(u"a |"_s).contains(u"a from:"_s));
    }

    void asksForPeopleBehindFromAndTo()
    {
        QCOMPARE(complete(u"x from:an"_s, 9, {}).person, std::optional(u"an"_s));
        QCOMPARE(complete(u"to:\"ana m"_s, 9, {}).person, std::optional(u"ana m"_s));
        QCOMPARE(complete(u"to:"_s, 3, {}).person, std::optional(QString(u""_s)));
        QVERIFY(!complete(u"channel:"_s, 8, {}).person);
    }

    void whatItInsertsIsUnderstood()
    {
        const QueryContext context{Timestamp{1'700'000'000'000'000}, QTimeZone::utc(), false};
        for (const QString &name : operatorNames()) {
            for (const QString &text : taken(name + u":|"_s)) {
                const ParsedQuery parsed = parseQuery(text, context);
                QVERIFY2(!parsed.problem && !parsed.query.isEmpty(), qPrintable(text));
                QVERIFY2(!unknownName(parsed.query, desk().names), qPrintable(text));
            }
        }
    }

    void survivesAnyCursorInAnyText()
    {
        const QString text = u"-from:\"a\"\"b* OR form:x \"\" :: channel:“ü 😀 is:"_s;
        for (int cursor = -2; cursor < text.size() + 3; ++cursor) {
            const Completion completion = complete(text, cursor, desk());
            QVERIFY(completion.position >= 0 && completion.length >= 0
                    && completion.position + completion.length <= text.size());
            QVERIFY(completion.choices.size() <= 12);
        }
    }
};

PATCHBAY_TESTS(CompletionTest)
#include "tst_completion.moc"

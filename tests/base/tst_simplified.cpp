#include "core/base/simplified.h"
#include "support/test_main.h"

#include <QtTest/QtTest>

using namespace patchbay;
using namespace Qt::StringLiterals;

class SimplifiedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isWhatQtMakesOfIt()
    {
        const QStringList pieces{u"a"_s, u" "_s,    u"  "_s,   u"\n"_s,        u"\t"_s,
                                 u"é"_s, u"счёт"_s, u"退款"_s, u"\U0001F600"_s};
        for (const QString &one : pieces) {
            for (const QString &two : pieces) {
                for (const QString &three : pieces)
                    QCOMPARE(simplifiedLine(one + two + three), (one + two + three).simplified());
            }
        }
        for (int unit = 0; unit < 0x10000; ++unit) {
            const QChar c = QChar(char16_t(unit));
            for (const QString &text : {u"a"_s + c + u"b"_s, u"a"_s + c, c + u"b"_s})
                QVERIFY2(simplifiedLine(text) == text.simplified(), qPrintable(QString::number(unit, 16)));
        }
    }

    void copiesNothingThatIsSimple()
    {
        const QString line = u"one line, as it is"_s;
        QCOMPARE(simplifiedLine(line).constData(), line.constData());
        QVERIFY(simplifiedLine(QString()).isEmpty());
    }
};

PATCHBAY_TESTS(SimplifiedTest)
#include "tst_simplified.moc"

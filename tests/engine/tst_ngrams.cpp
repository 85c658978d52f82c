#include "core/engine/ngrams.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

/// How a text becomes numbers.
class Ngrams : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersNgramsTheSameOnEveryMachine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("grams");
        QTest::addColumn<qsizetype>("terms");
        QTest::addColumn<quint64>("numbers");
        const auto row = [](const char *name, const QString &text, qsizetype grams, qsizetype terms, quint64 numbers) {
            QTest::newRow(name) << text << grams << terms << numbers;
        };
        row("en", u"Refund for order 48213, please! The parcel has not arrived."_s, 192, 179, 0x76793ec93c93b307);
        row("ru", u"Где мой заказ №12? Ещё не пришёл"_s, 96, 94, 0xf8fc168b5c9fbe52);
        row("zh", u"我的快递什么时候能到？第3天"_s, 34, 34, 0xef01ce8b648de293);
        row("de", u"Rückerstattung für größere Überweisungen"_s, 148, 143, 0x737940afd64d0b7f);
        row("ar", u"أين طلبي؟ لم يصل"_s, 48, 48, 0xef3c77cfa38b404);
    }
    void numbersNgramsTheSameOnEveryMachine()
    {
        QFETCH(QString, text);
        QFETCH(quint64, numbers);
        const Grams grams = gramsOf(text);
        std::vector<quint32> termOf;
        const std::vector<Term> terms = termsOf(grams, &termOf);
        QTEST(qsizetype(grams.grams.size()), "grams");
        QTEST(qsizetype(terms.size()), "terms");
        quint64 sum = 0;
        qint64 count = 0;
        for (const Term &term : terms) {
            sum = sum * 1000003 + (quint64(term.bucket) * 2 + term.block);
            count += term.count;
        }
        QCOMPARE(sum, numbers);
        QCOMPARE(size_t(count), grams.grams.size());
        for (size_t i = 0; i < termOf.size(); ++i)
            QCOMPARE(terms[termOf[i]].bucket, grams.grams[i].bucket);
    }

    void pairsContentWordsOverFrequentOnesAndReadsMarksBesideWords()
    {
        const auto pairs = [](const QString &text) {
            const Grams grams = gramsOf(text);
            QStringList out;
            for (const Gram &gram : grams.grams) {
                if (gram.firstWord != gram.lastWord)
                    out << grams.word(gram.firstWord).toString() + u' ' + grams.word(gram.lastWord).toString();
            }
            return out;
        };
        QCOMPARE(pairs(u"card has not arrived"_s),
                 (QStringList{u"card has"_s, u"has not"_s, u"card not"_s, u"not arrived"_s, u"card arrived"_s}));
        QCOMPARE(pairs(u"card. has arrived"_s), QStringList{u"has arrived"_s}); // not over the end of a sentence
        const Grams grams = gramsOf(u"£5, free!"_s);
        QStringList marks;
        for (size_t i = 0; i < grams.words.size(); ++i) {
            if (grams.words[i].isMark)
                marks << grams.word(i).toString();
        }
        QCOMPARE(marks, (QStringList{u"£"_s, u","_s, u"!"_s}));
        QVERIFY(gramsOf(u"?!"_s).grams.empty());
    }

    void foldsEveryCharacterAsUnicodeSays()
    {
        for (char32_t c = 1; c < 0xffff; ++c) {
            if (QChar::isSurrogate(c) || QChar::isMark(c))
                continue;
            QString expected = QString(QChar(char16_t(c))).normalized(QString::NormalizationForm_KD).toCaseFolded();
            expected.removeIf([](QChar x) { return x.isMark() && foldedWord(QString(x)).isEmpty(); });
            expected = expected.normalized(QString::NormalizationForm_KC);
            for (QChar &x : expected)
                x = x.isDigit() ? QChar(u'0') : x;
            QVERIFY2(foldedWord(QString(QChar(char16_t(c)))) == expected, qPrintable(QString::number(c, 16)));
        }
        QCOMPARE(foldedWord(u"Й"_s), u"и"_s);
        QCOMPARE(foldedWord(u"Abc\u0301Где"_s), u"abcгде"_s);
    }
};
PATCHBAY_TESTS(Ngrams)

#include "tst_ngrams.moc"

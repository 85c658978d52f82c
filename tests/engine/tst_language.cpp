#include "core/engine/classifier_language.h"
#include "support/test_main.h"

#include <QtTest/QtTest>

using namespace patchbay;
using namespace Qt::StringLiterals;

class LanguageTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void guessesTheLanguage_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("language");
        QTest::newRow("en") << u"Where is my order? I have been waiting for two weeks"_s << u"en"_s;
        QTest::newRow("de") << u"Wo ist meine Bestellung? Ich warte seit zwei Wochen"_s << u"de"_s;
        QTest::newRow("ru") << u"Где мой заказ? Я жду уже две недели"_s << u"ru"_s;
        QTest::newRow("uk") << u"Де моє замовлення? Чекаю вже два тижні, коли воно буде"_s << u"uk"_s;
        QTest::newRow("pt") << u"Onde está o meu pedido? Já são duas semanas e não chegou"_s << u"pt"_s;
        QTest::newRow("es") << u"¿Dónde está mi pedido? Hola, no ha llegado y quiero el reembolso"_s << u"es"_s;
        QTest::newRow("fr") << u"Bonjour, où est ma commande ? Je ne la vois pas dans le suivi"_s << u"fr"_s;
        QTest::newRow("zh") << u"我的订单在哪里？"_s << u"zh"_s;
        QTest::newRow("ja") << u"注文はどこにありますか"_s << u"ja"_s;
        QTest::newRow("ar") << u"أين طلبي؟ لم يصل بعد"_s << u"ar"_s;
        QTest::newRow("nothing") << u"12345 ???"_s << QString();
        QTest::newRow("names only") << u"Xerxes Qwfp Zxcv"_s << QString();
    }
    void guessesTheLanguage()
    {
        QFETCH(QString, text);
        QFETCH(QString, language);
        QCOMPARE(guessedLanguage(text), language);
    }
};

PATCHBAY_TESTS(LanguageTests)

#include "tst_language.moc"

#include "core/engine/classifier.h"
#include "core/engine/classifier_language.h"
#include "core/engine/default_taxonomy.h"
#include "core/engine/ngrams.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QMap>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

Taxonomy taxonomyWithIds()
{
    Taxonomy taxonomy = defaultTaxonomy();
    for (size_t i = 0; i < taxonomy.size(); ++i)
        taxonomy[i].id = {qint64(i) + 1};
    return taxonomy;
}

QString nameIn(const Taxonomy &taxonomy, CategoryId id)
{
    for (const Category &category : taxonomy) {
        if (category.id == id)
            return category.name;
    }
    return u"(none)"_s;
}

CategoryId idIn(const Taxonomy &taxonomy, const QString &name)
{
    for (const Category &category : taxonomy) {
        if (category.name == name)
            return category.id;
    }
    return {};
}

Lesson lesson(CategoryId category, const QString &text, qint64 message)
{
    Lesson l;
    l.category = category;
    l.text = text;
    l.message = {message};
    return l;
}

struct Labelled {
    QString label;
    QString text;
};

std::vector<Labelled> readTsv(const QString &path)
{
    std::vector<Labelled> all;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return all;
    for (const QByteArray &line : file.readAll().split('\n')) {
        const qsizetype tab = line.indexOf('\t');
        if (tab > 0)
            all.push_back({QString::fromUtf8(line.left(tab)), QString::fromUtf8(line.mid(tab + 1))});
    }
    return all;
}

/// Written after the key words of the default taxonomy.
const std::vector<Labelled> &supportSentences()
{
    static const std::vector<Labelled> all{
        {u"Billing"_s, u"You have charged my card twice for the same invoice, please correct it"_s},
        {u"Billing"_s, u"Our accounting department needs a corrected invoice with the new company name"_s},
        {u"Billing"_s, u"С моей карты списали деньги два раза за один заказ"_s},
        {u"Billing"_s, u"Fui cobrado em duplicidade na minha fatura deste mês"_s},
        {u"Billing"_s, u"我的信用卡被重复扣款了，请帮我查一下账单"_s},
        {u"Delivery"_s, u"My parcel was supposed to be here on Monday and the tracking page has not changed since"_s},
        {u"Delivery"_s, u"Any news about my shipment? You said it would be here by Friday"_s},
        {u"Delivery"_s, u"Когда мне ждать посылку? Обещали привезти вчера"_s},
        {u"Delivery"_s, u"O meu pacote ainda não chegou e o rastreamento não atualiza"_s},
        {u"Delivery"_s, u"Bestellt vor drei Wochen und immer noch nichts erhalten, wo bleibt die Sendung"_s},
        {u"Returns and refunds"_s, u"The shoes are too small, how can I send them back and get a refund?"_s},
        {u"Returns and refunds"_s,
         u"The mug was in pieces when I opened the box. I would like a new one or my money"_s},
        {u"Returns and refunds"_s, u"Пришла куртка не того размера, как её обменять?"_s},
        {u"Returns and refunds"_s, u"A geladeira chegou amassada, quero o meu dinheiro de volta"_s},
        {u"Returns and refunds"_s, u"衣服尺码不对，我想退货退款"_s},
        {u"Technical problem"_s, u"The app crashes every time I open the settings page"_s},
        {u"Technical problem"_s, u"Не открывается страница оплаты, выдаёт ошибку 502"_s},
        {u"Technical problem"_s, u"O aplicativo fecha sozinho quando tento abrir a câmera"_s},
        {u"Technical problem"_s, u"软件更新以后一直闪退，打不开"_s},
        {u"Account and access"_s, u"I changed my phone and no longer get the codes to sign in"_s},
        {u"Account and access"_s, u"Не могу войти в личный кабинет, пишет неверный пароль"_s},
        {u"Account and access"_s, u"Não consigo entrar na minha conta, esqueci a senha"_s},
        {u"Account and access"_s, u"收不到验证码，登录不了账号"_s},
        {u"Order change"_s, u"Could you please add two more chairs to the order I placed this morning"_s},
        {u"Order change"_s, u"Отмените, пожалуйста, мой заказ, я передумал"_s},
        {u"Order change"_s, u"Preciso alterar o endereço do meu pedido"_s},
        {u"Order change"_s, u"地址写错了，请帮我修改收货地址"_s},
        {u"Order change"_s, u"Kann ich die Menge in meiner Bestellung noch ändern?"_s},
        {u"Product question"_s, u"Do you ship this lamp in white too and what are its dimensions"_s},
        {u"Product question"_s, u"Подойдёт ли этот чехол к модели 2023 года?"_s},
        {u"Product question"_s, u"Vocês têm esse modelo em estoque? Qual é o preço?"_s},
        {u"Product question"_s, u"请问这款有黑色的吗？多少钱？"_s},
        {u"Complaint"_s, u"I have been ignored for a week. This is the worst company I ever dealt with"_s},
        {u"Complaint"_s, u"Ваш сотрудник нагрубил мне, хочу подать жалобу"_s},
        {u"Complaint"_s, u"É um absurdo, ninguém me responde há dez dias"_s},
        {u"Complaint"_s, u"你们的客服态度太差了，我要投诉"_s},
        {u"Feedback"_s, u"Your new design looks wonderful, keep it up"_s},
        {u"Feedback"_s, u"Спасибо большое, всё понравилось, отличный сервис"_s},
        {u"Feedback"_s, u"Parabéns pelo ótimo atendimento, adorei!"_s},
        {u"Feedback"_s, u"Kleine Idee: ein dunkler Modus wäre toll"_s},
    };
    return all;
}

/// A thousand words that all fold to "00000".
QString differentNumbers()
{
    QString out;
    for (int i = 10000; i < 11000; ++i)
        out += QString::number(i) + u' ';
    return out;
}

} // namespace

/// The local model: useful without examples, quick to learn, and able to say why.
class ClassifierTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knowsASupportDeskInFiveLanguagesWithoutAnExample()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        const auto classifier = Classifier::seeded(taxonomy);
        int right = 0;
        for (const Labelled &each : supportSentences()) {
            const Classification c = classifier->classify({}, each.text);
            const bool good = !c.abstained && nameIn(taxonomy, c.category) == each.label;
            right += good ? 1 : 0;
            if (!good)
                qInfo().noquote() << each.label << "was" << nameIn(taxonomy, c.category) << c.confidence << each.text;
        }
        const int percent = right * 100 / int(supportSentences().size());
        QVERIFY2(percent >= 85, qPrintable(u"%1 %"_s.arg(percent))); // measured: 92 %
    }

    void abstainsFromWhatIsNoSupportQuestion()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/clinc150");
        const auto classifier = Classifier::seeded(taxonomyWithIds());
        const auto all = readTsv(sharedFolder() + u"/data/clinc150/oos_valid.tsv"_s);
        QVERIFY(all.size() >= 100);
        int abstained = 0;
        for (const Labelled &each : all)
            abstained += classifier->classify({}, each.text).abstained ? 1 : 0;
        QVERIFY2(abstained * 100 / int(all.size()) >= 70, qPrintable(QString::number(abstained))); // measured: 82 %
    }

    void learnsBanking77FromTenExamplesEach()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/banking77");
        const auto train = readTsv(sharedFolder() + u"/data/banking77/train_10.tsv"_s);
        const auto test = readTsv(sharedFolder() + u"/data/banking77/test.tsv"_s);
        QVERIFY(train.size() == 770 && test.size() > 3000);
        Taxonomy taxonomy;
        QMap<QString, CategoryId> ids;
        std::vector<Lesson> lessons;
        for (const Labelled &each : train) {
            if (!ids.contains(each.label)) {
                Category category;
                category.id = ids[each.label] = {qint64(taxonomy.size()) + 1};
                category.name = each.label;
                taxonomy.push_back(category);
            }
            lessons.push_back(lesson(ids[each.label], each.text, qint64(lessons.size()) + 1));
        }
        const auto classifier = Classifier::trained(taxonomy, lessons);
        int right = 0;
        double confidence = 0;
        QElapsedTimer timer;
        timer.start();
        for (const Labelled &each : test) {
            const Classification c = classifier->classify({}, each.text);
            right += (c.abstained ? c.runnerUp : c.category) == ids.value(each.label) ? 1 : 0;
            confidence += c.confidence;
        }
        const double accuracy = double(right) / double(test.size());
        qInfo() << "accuracy" << accuracy << "mean confidence" << confidence / double(test.size())
                << "microseconds each" << double(timer.nsecsElapsed()) / 1000.0 / double(test.size());
        QVERIFY2(accuracy > 0.745, qPrintable(QString::number(accuracy))); // measured: 0.767
        // Calibrated: what it claims is about what it gets.
        QVERIFY(std::abs(confidence / double(test.size()) - accuracy) < 0.1);
    }

    void saysWhyInTheMessagesOwnWords()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        const auto classifier = Classifier::seeded(taxonomy);
        const Classification c = classifier->classify(u"Rückgabe"_s, u"Ich möchte die Jacke ZURÜCKSCHICKEN, bitte."_s);
        QCOMPARE(nameIn(taxonomy, c.category), u"Returns and refunds"_s);
        QVERIFY(!c.because.empty() && c.because.size() <= 10);
        QStringList words;
        double last = 1e9;
        for (const Evidence &evidence : c.because) {
            words << evidence.words;
            QVERIFY(std::abs(evidence.weight) <= last);
            last = std::abs(evidence.weight);
        }
        QVERIFY2(words.contains(u"ZURÜCKSCHICKEN"_s), qPrintable(words.join(u' ')));
        QVERIFY(words.contains(u"Rückgabe"_s));
        QVERIFY(c.because.front().weight > 0);
    }

    void explainsChineseByPiecesOfTheText()
    {
        const auto classifier = Classifier::seeded(taxonomyWithIds());
        const QString text = u"我的快递什么时候能到？物流三天没更新了"_s;
        const Classification c = classifier->classify({}, text);
        QVERIFY(!c.because.empty());
        for (const Evidence &evidence : c.because)
            QVERIFY2(text.contains(evidence.words), qPrintable(evidence.words));
    }

    void learnsFromOneLessonAtOnceAndForgetsNothing()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        const auto seeded = Classifier::seeded(taxonomy);
        const QString text = u"Ihr Kollege Herr Brandt hat die Schlüsselkarte für das Rollregal noch nicht geprüft"_s;
        const CategoryId wanted = idIn(taxonomy, u"Product question"_s);
        QVERIFY(seeded->classify({}, text).category != wanted);
        const auto learned = seeded->learned(lesson(wanted, text, 1));
        QCOMPARE(learned->classify({}, text).category, wanted);
        QVERIFY(!learned->classify({}, text).abstained);
        QVERIFY(seeded->classify({}, text).category != wanted); // the old one is as it was
        int right = 0;
        for (const Labelled &each : supportSentences())
            right += nameIn(taxonomy, learned->classify({}, each.text).category) == each.label ? 1 : 0;
        QVERIFY(right * 100 / int(supportSentences().size()) >= 85);
    }

    void takesTheLastWordOnAMessage()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        const QString text = u"Bitte die Unterlagen zum Rollregal nachreichen"_s;
        const CategoryId first = idIn(taxonomy, u"Billing"_s);
        const CategoryId second = idIn(taxonomy, u"Product question"_s);
        const auto classifier =
            Classifier::seeded(taxonomy)->learned(lesson(first, text, 5))->learned(lesson(second, text, 5));
        QCOMPARE(classifier->classify({}, text).category, second);
        const auto trained = Classifier::trained(taxonomy, {lesson(first, text, 5), lesson(second, text, 5)});
        QCOMPARE(trained->classify({}, text).category, second);
        Lesson undone = lesson(second, text, 6);
        undone.undoneAt = {1};
        const auto without = Classifier::trained(taxonomy, {lesson(first, text, 5), undone});
        QCOMPARE(without->classify({}, text).category, first);
    }

    void givesTheSameModelForTheSameLessons()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        std::vector<Lesson> lessons;
        for (size_t i = 0; i < supportSentences().size(); ++i)
            lessons.push_back(
                lesson(idIn(taxonomy, supportSentences()[i].label), supportSentences()[i].text, qint64(i) + 1));
        const auto a = Classifier::trained(taxonomy, lessons);
        const auto b = Classifier::trained(taxonomy, lessons);
        for (const QString &text : {u"where is my refund"_s, u"пароль"_s, u"什么时候"_s}) {
            const Classification x = a->classify(u"Hi"_s, text);
            const Classification y = b->classify(u"Hi"_s, text);
            QCOMPARE(x.category, y.category);
            QCOMPARE(x.confidence, y.confidence);
            QVERIFY(x.because == y.because);
        }
        // Numbers of n-grams are part of what is promised to be the same on every machine.
        QCOMPARE(gramsOf(u"refund"_s).grams.front().bucket, gramsOf(u"REFUND"_s).grams.front().bucket);
        QCOMPARE(foldedWord(u"ÜBERWEISUNG"_s), u"uberweisung"_s);
        QCOMPARE(foldedWord(u"ｆｕｌｌ"_s), u"full"_s);
    }

    void tellsAWordOnceAsItWasWrittenFirst()
    {
        const auto classifier = Classifier::seeded(taxonomyWithIds());
        const Classification c =
            classifier->classify({}, u"REFUND please, a Refund! I want my refund. Überweisung, ÜBERWEISUNG"_s);
        for (const QString &first : {u"REFUND"_s, u"Überweisung"_s}) {
            QStringList told;
            for (const Evidence &evidence : c.because) {
                if (evidence.words.compare(first, Qt::CaseInsensitive) == 0)
                    told << evidence.words;
            }
            QCOMPARE(told, QStringList{first});
        }
    }

    void abstainsWithoutAWordOrATaxonomy()
    {
        const Taxonomy taxonomy = taxonomyWithIds();
        const auto classifier = Classifier::seeded(taxonomy);
        for (const QString &text : {QString(), u"   "_s, u"?!"_s, u"\U0001F600"_s}) {
            const Classification c = classifier->classify({}, text);
            QVERIFY(c.abstained);
            QCOMPARE(nameIn(taxonomy, c.category), u"Unsorted"_s);
        }
        QVERIFY(Classifier::seeded({})->classify(u"refund"_s, u"refund"_s).abstained);
        const Classification vague = classifier->classify({}, u"The quick brown fox"_s);
        QVERIFY(vague.abstained);
        QCOMPARE(nameIn(taxonomy, vague.category), u"Unsorted"_s);
    }

    void isBoundedOnHostileText()
    {
        const auto classifier = Classifier::seeded(taxonomyWithIds());
        QElapsedTimer timer;
        timer.start();
        for (const QString &text : {QString(5000000, u'a'), QString(5000000, u'退'), u"a "_s.repeated(2000000),
                                    QString(1000, QChar(0xd800)), u"x\u0301"_s.repeated(500000), differentNumbers()})
            (void)classifier->classify(text, text);
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    }
};
PATCHBAY_TESTS(ClassifierTests)

#include "tst_classifier.moc"

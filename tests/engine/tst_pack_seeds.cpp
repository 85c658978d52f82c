#include "core/engine/classifier.h"
#include "core/engine/pack.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

struct Said {
    const char *category;
    const char16_t *text;
};

const std::vector<std::pair<const char *, std::vector<Said>>> &packSentences()
{
    static const std::vector<std::pair<const char *, std::vector<Said>>> all{
        {"retail",
         {{"Order status", u"I placed an order yesterday and have no order confirmation yet, is it still processing?"},
          {"Order status", u"Хочу отменить заказ 4711, он ещё не отправлен"},
          {"Delivery",
           u"The tracking number says delivered but the parcel has not arrived. Where did the courier leave it?"},
          {"Delivery", u"Meine Lieferung hängt seit einer Woche, die Sendungsnummer zeigt nichts Neues"},
          {"Returns and exchanges",
           u"These jeans are too small, how do I send them back and exchange for another size?"},
          {"Returns and exchanges", u"我想退货，尺码不合适"},
          {"Refunds", u"I am still waiting for the refund, the money back was promised two weeks ago"},
          {"Refunds", u"Ainda não recebi o reembolso, quero meu dinheiro de volta"},
          {"Payment", u"At the checkout my card was declined three times and then I was charged twice"},
          {"Faulty goods", u"The kettle stopped working after two days, it is clearly defective"},
          {"Faulty goods", u"El producto llegó roto y no funciona, es defectuoso"},
          {"Products and stock",
           u"Is the blue jacket back in stock and which size do you recommend from the size chart?"},
          {"Vouchers and prices", u"My discount code does not work, the promo code says invalid"},
          {"Customer account", u"I forgot my password and want to delete my account"},
          {"Complaint", u"Terrible service, your staff was rude and nobody answers. This is unacceptable!"}}},
        {"cosmetics",
         {{"Skin reaction", u"After the night cream I got a rash and burning red skin, is this an allergic reaction?"},
          {"Skin reaction", u"После крема появилась сыпь и сильный зуд"},
          {"Ingredients", u"Does this serum contain parabens, is it vegan and safe during pregnancy?"},
          {"Ingredients", u"Enthält die Creme Parabene? Ich suche die Inhaltsstoffe"},
          {"Product advice", u"I have oily skin with acne, which product would you recommend for my routine?"},
          {"Quality and shelf life", u"The lotion smells strange and changed colour, the expiry date is next year"},
          {"Quality and shelf life", u"这瓶面霜是不是假货？味道奇怪"},
          {"Orders and delivery", u"My parcel has not arrived and the tracking shows nothing"},
          {"Returns and refunds", u"I picked the wrong shade, can I return it and get my money back?"},
          {"Subscription and loyalty", u"Please cancel my subscription box from next month"},
          {"Salon and bookings", u"I would like to book an appointment for a facial treatment in your salon"}}},
        {"healthcare",
         {{"Emergency", u"My father has chest pain and cannot breathe"},
          {"Emergency", u"Сильная боль в груди, не могу дышать"},
          {"Appointments", u"I would like to book an appointment with the doctor next week, is there a free slot?"},
          {"Appointments", u"Ich möchte meinen Termin am Montag absagen und verschieben"},
          {"Prescriptions", u"Please renew my prescription, I run out of tablets on Friday"},
          {"Prescriptions", u"Preciso renovar a receita do meu remédio"},
          {"Test results", u"Are my blood test results ready? The lab took them on Tuesday"},
          {"Symptoms and advice", u"I have had fever and a cough since yesterday and a sore throat, should I come in?"},
          {"Bills and insurance", u"Is this treatment covered by my health insurance, and why is the invoice so high?"},
          {"Records and certificates", u"I need a sick note for my employer and a copy of my medical records"},
          {"Online access", u"I cannot log in to the patient portal, the password is not accepted"},
          {"Complaint", u"I waited for hours and the receptionist was rude, I want to make a complaint"}}},
        {"services",
         {{"Quote", u"How much would it cost to paint two rooms? Please send me a quote"},
          {"Quote", u"Сколько будет стоить ремонт ванной, нужна смета"},
          {"Booking a visit", u"When can you come? I would like to book a technician visit for Thursday"},
          {"Technician late", u"I waited all day and nobody came, the technician did not show up"},
          {"Emergency repair", u"Burst pipe in the kitchen, water leak everywhere, the flat is flooding!"},
          {"Emergency repair", u"Bei uns ist Gasgeruch im Keller und die Heizung ausgefallen"},
          {"Work not good", u"The repair is poor quality, it is not finished and the problem is back"},
          {"Bills and payment", u"The invoice is higher than the quote, you overcharged me"},
          {"Maintenance contract", u"We want to renew the maintenance contract with the annual inspection"},
          {"Questions about services", u"Do you repair dishwashers too and in which areas do you work?"}}},
        {"banking",
         {{"Fraud and stolen cards",
           u"There is an unauthorised transaction, I did not make this payment. Please block my card!"},
          {"Fraud and stolen cards", u"Я потерял карту, срочно заблокировать карту"},
          {"Cards", u"My new card has not arrived, and how do I activate my card?"},
          {"Transfers and payments", u"The bank transfer is pending for three days and I typed the wrong IBAN"},
          {"Transfers and payments", u"Die Überweisung ist nicht angekommen"},
          {"Cash and machines", u"The cash machine kept my card and the cash was not dispensed"},
          {"Fees and exchange rates", u"Why was I charged a monthly account fee and such a bad exchange rate?"},
          {"Account", u"I want to close my account and need an account statement"},
          {"Loans and mortgages",
           u"Is early repayment of my mortgage possible, and what is the interest rate on the loan?"},
          {"Online and mobile banking",
           u"I have a new phone and the app says the confirmation code is wrong, I cannot log in"},
          {"Online and mobile banking", u"手机银行登录不了，验证码收不到"},
          {"Complaint", u"This is unacceptable, I will go to the ombudsman with a complaint"}}},
        {"car_rental",
         {{"Booking", u"I need to change my booking and extend the rental by one more day"},
          {"Booking", u"Хочу отменить бронь на машину"},
          {"Pick-up and return", u"Our flight is delayed, can we pick up the car after hours at the airport desk?"},
          {"Breakdown and accident", u"The car does not start and a warning light is on, we are stuck on the motorway"},
          {"Breakdown and accident", u"Wir hatten einen Unfall und brauchen einen Abschleppwagen"},
          {"Damage and insurance",
           u"You charged me for a scratch that was there before, does the insurance cover the damage?"},
          {"Deposit and payment", u"My deposit was not returned, there is still a hold on my card"},
          {"Fines and tolls", u"I got a parking fine and you charged an administration fee for it"},
          {"Rental terms",
           u"What is the minimum age, and can I add an additional driver with an international licence?"},
          {"Lost property", u"I left my bag in the car, did you find my sunglasses?"},
          {"Complaint", u"We got a dirty car that smelled of smoke, and it was the wrong car"}}},
        {"software_support",
         {{"Outage", u"Your service is down, 503 for all users, nobody can work"},
          {"Outage", u"Сервис не работает, сайт недоступен"},
          {"Bug", u"Since the update the application crashes with an error message when I save"},
          {"Bug", u"Seit dem Update stürzt das Programm mit einer Fehlermeldung ab"},
          {"Sign-in and access", u"I cannot log in, the reset link expired and my two-factor code is refused"},
          {"Billing and licences", u"Please send the invoice for our plan and add two seats to the subscription"},
          {"How-to", u"How can I configure the import and where do I find the documentation?"},
          {"Integration and API", u"The webhook to our endpoint fails, which API key does the integration need?"},
          {"Performance", u"The report is very slow, loading takes minutes and runs into a timeout"},
          {"Data and backup", u"I deleted a project by mistake, can you restore it from a backup?"},
          {"Data and backup", u"我误删了数据，可以恢复备份吗"},
          {"Security", u"I found an XSS vulnerability and want to report this security issue"},
          {"Feature request", u"It would be great if you could add dark mode, please put it on the roadmap"}}},
    };
    return all;
}

} // namespace

/// What packs that come with Patchbay know before anybody has taught anything.
class TestPackSeeds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void placeTypicalSentencesWithoutALesson_data()
    {
        QTest::addColumn<QString>("pack");
        QTest::addColumn<QString>("category");
        QTest::addColumn<QString>("text");
        for (const auto &[pack, sentences] : packSentences()) {
            int number = 0;
            for (const Said &said : sentences)
                QTest::addRow("%s %d: %s", pack, ++number, said.category)
                    << QString::fromLatin1(pack) << QString::fromLatin1(said.category) << QString::fromUtf16(said.text);
        }
    }
    void placeTypicalSentencesWithoutALesson()
    {
        QFETCH(QString, pack);
        QFETCH(QString, category);
        QFETCH(QString, text);
        const Classification found = model(pack)->classify({}, text);
        const QString name = nameOf(pack, found.category);
        QVERIFY2(name == category,
                 qPrintable(u"%1 (%2 %), then %3"_s.arg(name)
                                .arg(qRound(found.confidence * 100))
                                .arg(nameOf(pack, found.runnerUp))));
    }

    void coverTheirOwnTrade()
    {
        for (const QString &name : builtInPackNames()) {
            const auto pack = builtInPack(name);
            QVERIFY2(pack, qPrintable(pack ? QString() : pack.error().message));
            QCOMPARE(pack->name, name);
            QVERIFY2(pack->categories.size() >= 7 && pack->categories.size() <= 12, qPrintable(name));
            QVERIFY2(pack->replies.size() >= 5, qPrintable(name));
            QVERIFY2(pack->guides.size() >= 3, qPrintable(name));
            QVERIFY2(!pack->rules.isEmpty(), qPrintable(name));
            for (const Category &category : pack->categories) {
                QVERIFY2(category.keywords.size() >= 20, qPrintable(name + u' ' + category.name));
                QVERIFY2(!category.description.isEmpty(), qPrintable(category.name));
            }
        }
    }

private:
    static Taxonomy taxonomy(const QString &pack)
    {
        Taxonomy all = builtInPack(pack)->categories;
        for (size_t i = 0; i < all.size(); ++i)
            all[i].id = {qint64(i) + 1};
        Category unsorted;
        unsorted.id = {100};
        unsorted.name = u"Unsorted"_s;
        unsorted.isUnsorted = true;
        all.push_back(unsorted);
        return all;
    }
    std::shared_ptr<const Classifier> model(const QString &pack)
    {
        std::shared_ptr<const Classifier> &known = m_models[pack];
        if (!known)
            known = Classifier::seeded(taxonomy(pack));
        return known;
    }
    static QString nameOf(const QString &pack, CategoryId id)
    {
        const Taxonomy all = taxonomy(pack);
        const Category *category = categoryIn(all, id);
        return category ? category->name : u"nothing"_s;
    }

    QHash<QString, std::shared_ptr<const Classifier>> m_models;
};

PATCHBAY_TESTS(TestPackSeeds)
#include "tst_pack_seeds.moc"

#include "core/engine/classifier_language.h"

#include "core/engine/ngrams.h"

#include <QtCore/QSet>
#include <QtCore/QStringList>

namespace patchbay {

namespace {

struct LanguageWords {
    const char16_t *language;
    const char16_t *words; // short words that texts in this language can hardly do without
};

constexpr LanguageWords languageLatin[] = {
    {u"en",
     u"the and is are was were have has had i you my your we our it this that not for with please to of in on but can "
     u"would could when what why how do does did be been from hello thanks am an there will me"},
    {u"de",
     u"der die das und ist sind war ich sie wir mein meine nicht mit für bitte zu von im den dem ein eine einen aber "
     u"kann "
     u"wie wann warum habe haben hat auf auch noch ihr ihre es guten danke mich mir wird wurde bei nach"},
    {u"fr",
     u"le la les des et est sont je vous nous mon ma mes ne pas pour avec merci que qui dans sur un une du au mais "
     u"votre "
     u"bonjour il elle ce cette ai été suis avez comment quand pourquoi j'ai c'est"},
    {u"es",
     u"el la los las y es son yo usted mi mis no por para con gracias que en un una del al pero su hola este esta he "
     u"ha "
     u"muy como cuando cómo cuándo qué se lo me está tengo quiero pedido hay sin"},
    {u"pt",
     u"o a os as e é são eu você vocês meu minha não por para com obrigado obrigada que em um uma do da no na mas seu "
     u"sua "
     u"olá este esta foi muito como quando está tenho quero ainda já ao dos das pelo minhas meus gostaria de"},
    {u"it",
     u"il lo gli le e è sono io mio mia non per con grazie che in un una del della al ma il vostro buongiorno questo "
     u"questa ho ha molto come quando perché di ci mi si nel alla sono stato ancora"},
    {u"nl",
     u"de het een en is zijn ik u wij mijn niet met voor alstublieft van op maar kan hoe wanneer waarom heb heeft ook "
     u"nog "
     u"dit dat naar bij wordt werd geen goedendag bedankt er aan"},
    {u"pl",
     u"i w na z do nie jest są to się że proszę mam czy jak kiedy dlaczego moje mój moja dla od po ale dzień dobry "
     u"dziękuję o za mi mnie jeszcze już został"},
};

constexpr LanguageWords languageCyrillic[] = {
    {u"ru",
     u"и в не на я что как по мне мой моя мои заказ это с у за от когда где почему пожалуйста здравствуйте спасибо вы "
     u"вас "
     u"мы но есть нет был была было уже ещё еще деньги хочу могу можно для из до или"},
    {u"uk",
     u"і в не на я що як мені мій моя мої це з у за від коли де чому будь ласка дякую ви вас ми але є немає був була "
     u"було "
     u"вже ще гроші хочу можу можна для та або добрий день до із"},
};

struct LanguageScripts {
    int latin = 0, cyrillic = 0, han = 0, kana = 0, hangul = 0, arabic = 0, hebrew = 0, greek = 0, thai = 0,
        devanagari = 0;
    int letters = 0;
};

LanguageScripts languageCount(QStringView text)
{
    LanguageScripts n;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (!c.isLetter())
            continue;
        ++n.letters;
        switch (c.script()) {
        case QChar::Script_Latin: ++n.latin; break;
        case QChar::Script_Cyrillic: ++n.cyrillic; break;
        case QChar::Script_Han: ++n.han; break;
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana: ++n.kana; break;
        case QChar::Script_Hangul: ++n.hangul; break;
        case QChar::Script_Arabic: ++n.arabic; break;
        case QChar::Script_Hebrew: ++n.hebrew; break;
        case QChar::Script_Greek: ++n.greek; break;
        case QChar::Script_Thai: ++n.thai; break;
        case QChar::Script_Devanagari: ++n.devanagari; break;
        default: break;
        }
    }
    return n;
}

QStringList languageWordsOf(QStringView text)
{
    QStringList out;
    QString word;
    for (const QChar c : text) {
        if (c.isLetter() || c.isMark() || c == u'\'' || c == u'\u2019') {
            word += c == u'\u2019' ? QChar(u'\'') : c.toLower();
        } else if (!word.isEmpty()) {
            out << word;
            word.clear();
        }
    }
    if (!word.isEmpty())
        out << word;
    return out;
}

template <size_t N> QString languageByWords(const LanguageWords (&languages)[N], const QStringList &words)
{
    QString best;
    int most = 0;
    int second = 0;
    for (const LanguageWords &language : languages) {
        const QString list = QChar(u' ') + QString::fromUtf16(language.words) + QChar(u' ');
        int hits = 0;
        for (const QString &word : words)
            hits += list.contains(QChar(u' ') + word + QChar(u' ')) ? 1 : 0;
        if (hits > most) {
            second = most;
            most = hits;
            best = QString::fromUtf16(language.language);
        } else if (hits > second) {
            second = hits;
        }
    }
    // A lead of one shared word ("no", "la") is not enough.
    const bool sure = most >= 2 ? most > second : most == 1 && second == 0 && words.size() <= 6;
    return sure ? best : QString();
}

QSet<QString> languageFrequentWords()
{
    QSet<QString> words;
    const auto add = [&words](const auto &languages) {
        for (const LanguageWords &language : languages) {
            for (const QString &word : QString::fromUtf16(language.words).split(u' '))
                words.insert(foldedWord(word));
        }
    };
    add(languageLatin);
    add(languageCyrillic);
    return words;
}

} // namespace

bool isFrequentWord(const QString &folded)
{
    static const QSet<QString> words = languageFrequentWords();
    return words.contains(folded);
}

QString guessedLanguage(const QString &text)
{
    const QStringView head = QStringView(text).left(2000);
    const LanguageScripts n = languageCount(head);
    if (n.letters == 0)
        return {};
    const auto most = [&n](int part) { return part * 2 > n.letters; };
    if (n.kana > 0 && most(n.kana + n.han) && n.kana * 10 > n.han)
        return QStringLiteral("ja");
    if (n.han * 3 > n.letters)
        return QStringLiteral("zh");
    if (most(n.hangul))
        return QStringLiteral("ko");
    if (most(n.arabic))
        return QStringLiteral("ar");
    if (most(n.hebrew))
        return QStringLiteral("he");
    if (most(n.greek))
        return QStringLiteral("el");
    if (most(n.thai))
        return QStringLiteral("th");
    if (most(n.devanagari))
        return QStringLiteral("hi");
    const QStringList words = languageWordsOf(head);
    if (most(n.cyrillic)) {
        if (text.contains(u'ї', Qt::CaseInsensitive) || text.contains(u'є', Qt::CaseInsensitive)
            || text.contains(u'і', Qt::CaseInsensitive))
            return QStringLiteral("uk");
        if (text.contains(u'ы', Qt::CaseInsensitive) || text.contains(u'э', Qt::CaseInsensitive))
            return QStringLiteral("ru");
        return languageByWords(languageCyrillic, words);
    }
    return most(n.latin) ? languageByWords(languageLatin, words) : QString();
}

} // namespace patchbay

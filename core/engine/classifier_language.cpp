#include "core/engine/classifier_language.h"

#include "core/engine/ngrams.h"

#include <QtCore/QHash>
#include <QtCore/QSet>
#include <QtCore/QStringList>

#include <algorithm>
#include <bit>

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
        if (c.unicode() < 128) {
            const int letter = (c.unicode() | 0x20u) >= u'a' && (c.unicode() | 0x20u) <= u'z' ? 1 : 0;
            n.latin += letter;
            n.letters += letter;
            continue;
        }
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

/// Frequent words and the languages they are frequent in: bit n for the n-th.
using LanguageTable = QHash<QStringView, quint32>;

template <size_t N> LanguageTable languageTable(const LanguageWords (&languages)[N])
{
    LanguageTable table;
    for (size_t n = 0; n < N; ++n) {
        for (const QStringView word : QStringView(languages[n].words).split(u' '))
            table[word] |= 1u << n;
    }
    return table;
}

/// Counts the words of a text, and those that each language knows.
template <size_t N> class LanguageHits {
public:
    explicit LanguageHits(const LanguageTable &table)
        : m_table(table)
    {
    }

    void read(QStringView text)
    {
        for (const QChar c : text) {
            const char16_t unit = c.unicode();
            if (unit < 128 ? isAsciiLetter(unit) || unit == u'\'' : c.isLetter() || c.isMark() || c == u'\u2019')
                m_word[m_size++ % longest] = unit < 128 ? asciiLower(unit)
                    : c == u'\u2019'                    ? u'\''
                                                        : c.toLower().unicode();
            else if (m_size > 0)
                endWord();
        }
        if (m_size > 0)
            endWord();
    }

    QString best(const LanguageWords (&languages)[N]) const
    {
        size_t best = 0;
        int most = 0;
        int second = 0;
        for (size_t n = 0; n < N; ++n) {
            if (m_hits[n] > most) {
                second = most;
                most = m_hits[n];
                best = n;
            } else if (m_hits[n] > second) {
                second = m_hits[n];
            }
        }
        // A lead of one shared word ("no", "la") is not enough.
        const bool sure = most >= 2 ? most > second : most == 1 && second == 0 && m_words <= 6;
        return sure ? QString::fromUtf16(languages[best].language) : QString();
    }

private:
    static constexpr size_t longest = 32; // no word of the table is

    static bool isAsciiLetter(char16_t unit) { return (unit | 0x20u) >= u'a' && (unit | 0x20u) <= u'z'; }
    static char16_t asciiLower(char16_t unit) { return isAsciiLetter(unit) ? char16_t(unit | 0x20u) : unit; }

    void endWord()
    {
        ++m_words;
        quint32 known = m_size <= longest ? m_table.value(QStringView(m_word, qsizetype(m_size))) : 0;
        m_size = 0;
        for (; known != 0; known &= known - 1)
            ++m_hits[size_t(std::countr_zero(known))];
    }

    const LanguageTable &m_table;
    char16_t m_word[longest] = {};
    size_t m_size = 0;
    int m_words = 0;
    int m_hits[N] = {};
};

template <size_t N>
QString languageByWords(const LanguageWords (&languages)[N], const LanguageTable &table, QStringView text)
{
    LanguageHits<N> hits(table);
    hits.read(text);
    return hits.best(languages);
}

bool languageHasAny(const QString &text, QStringView letters)
{
    return std::any_of(letters.begin(), letters.end(), [&text](QChar letter) { return text.contains(letter); });
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

bool isFrequentWord(QStringView folded)
{
    static const QSet<QString> words = languageFrequentWords();
    return words.contains(QString::fromRawData(folded.data(), folded.size()));
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
    if (most(n.cyrillic)) {
        if (languageHasAny(text, u"їЇєЄіІ"))
            return QStringLiteral("uk");
        if (languageHasAny(text, u"ыЫэЭ"))
            return QStringLiteral("ru");
        static const LanguageTable cyrillic = languageTable(languageCyrillic);
        return languageByWords(languageCyrillic, cyrillic, head);
    }
    if (!most(n.latin))
        return {};
    static const LanguageTable latin = languageTable(languageLatin);
    return languageByWords(languageLatin, latin, head);
}

} // namespace patchbay

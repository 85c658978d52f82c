#include "core/search/letters.h"

#include <QtCore/QByteArray>
#include <QtCore/QChar>
#include <QtCore/QList>
#include <QtCore/QString>

#include <array>
#include <atomic>
#include <memory>

namespace patchbay {

namespace {

using Kind = Letter::Kind;
constexpr char32_t lettersPage = 256;
constexpr char32_t lettersEnd = 0x110000;

struct Page {
    std::array<Letter, lettersPage> letters;
};

bool isWithoutSpaces(QChar::Script script)
{
    switch (script) {
    case QChar::Script_Han:
    case QChar::Script_Hiragana:
    case QChar::Script_Katakana:
    case QChar::Script_Bopomofo:
    case QChar::Script_Thai:
    case QChar::Script_Lao:
    case QChar::Script_Khmer:
    case QChar::Script_Myanmar: return true;
    default: return false;
    }
}

bool foldsAccents(QChar::Script script)
{
    switch (script) {
    case QChar::Script_Latin:
    case QChar::Script_Greek:
    case QChar::Script_Cyrillic:
    case QChar::Script_Arabic:
    case QChar::Script_Hebrew: return true;
    default: return false;
    }
}

/// Letters that people search for without their stroke or ligature, which Unicode does not take apart; and Arabic
/// letters that are written in either way.
const char *foldedByCustom(char32_t c)
{
    switch (c) {
    case U'ß':
    case U'ẞ': return "ss";
    case U'æ':
    case U'Æ': return "ae";
    case U'œ':
    case U'Œ': return "oe";
    case U'ø':
    case U'Ø': return "o";
    case U'ł':
    case U'Ł': return "l";
    case U'đ':
    case U'Đ':
    case U'ð':
    case U'Ð': return "d";
    case U'þ':
    case U'Þ': return "th";
    case U'ħ':
    case U'Ħ': return "h";
    case U'ı':
    case U'İ': return "i";
    case U'\u0649': return "\u064a"; // alef maksura as yeh
    case U'\u0629': return "\u0647"; // teh marbuta as heh
    case U'\u06a9': return "\u0643"; // Persian kaf
    case U'\u06cc': return "\u064a"; // Persian yeh
    default: return nullptr;
    }
}

bool isMark(char32_t c)
{
    const auto category = QChar::category(c);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing;
}

/// Taken apart as far as it goes; accents of scripts that fold them left out, compatibility forms as what they stand
/// for. Bounded, for a few characters stand for many.
QString decomposed(char32_t c, bool fold, int depth = 0)
{
    const QString text = QString::fromUcs4(&c, 1);
    if (QChar::script(c) == QChar::Script_Hangul || depth > 4)
        return text;
    const auto tag = QChar::decompositionTag(c);
    if (tag == QChar::NoDecomposition || (tag == QChar::Canonical && !fold))
        return text;
    QString all;
    for (const char32_t part : QChar::decomposition(c).toUcs4()) {
        if (fold && isMark(part))
            continue;
        all += decomposed(part, fold, depth + 1);
    }
    return all.isEmpty() ? text : all;
}

void write(Letter &letter, const QByteArray &utf8)
{
    if (utf8.isEmpty() || utf8.size() > int(sizeof letter.folded)) {
        letter.kind = Kind::Separator;
        return;
    }
    letter.size = std::uint8_t(utf8.size());
    std::copy(utf8.begin(), utf8.end(), letter.folded);
}

Letter describe(char32_t c)
{
    Letter letter;
    if (QChar::category(c) == QChar::Mark_NonSpacing || QChar::category(c) == QChar::Mark_Enclosing
        || QChar::category(c) == QChar::Mark_SpacingCombining) {
        letter.kind = isWithoutSpaces(QChar::script(c)) ? Kind::Ideograph : Kind::Mark;
        write(letter, QString::fromUcs4(&c, 1).toUtf8());
        return letter;
    }
    if (c == 0x640 || c == 0x200c || c == 0x200d || c == 0xad) { // tatweel, joiners, soft hyphen
        letter.kind = Kind::Dropped;
        return letter;
    }
    if (!QChar::isLetterOrNumber(c))
        return letter;
    const auto script = QChar::script(c);
    letter.dropsMarks = foldsAccents(script);
    letter.kind = Kind::Word;
    if (const int digit = QChar::digitValue(c); digit >= 0 && QChar::category(c) == QChar::Number_DecimalDigit) {
        write(letter, QByteArray::number(digit));
        return letter;
    }
    if (const char *custom = foldedByCustom(c)) {
        write(letter, custom);
        return letter;
    }
    const QString parts = decomposed(c, letter.dropsMarks).toCaseFolded();
    const char32_t first = parts.toUcs4().value(0);
    if (isWithoutSpaces(QChar::script(first)) || c == 0x30fc) // the long vowel sign is of no script
        letter.kind = Kind::Ideograph;
    write(letter, parts.toUtf8());
    return letter;
}

std::unique_ptr<Page> makePage(char32_t number)
{
    auto page = std::make_unique<Page>();
    for (char32_t i = 0; i < lettersPage; ++i)
        page->letters[i] = describe(number * lettersPage + i);
    return page;
}

} // namespace

const Letter &letterOf(char32_t character)
{
    static std::array<std::atomic<const Page *>, lettersEnd / lettersPage> pages{};
    static const Letter none{};
    if (character >= lettersEnd)
        return none;
    std::atomic<const Page *> &place = pages[character / lettersPage];
    const Page *page = place.load(std::memory_order_acquire);
    if (!page) {
        // Two threads may make the same page; one of them keeps it.
        auto made = makePage(character / lettersPage);
        if (place.compare_exchange_strong(page, made.get(), std::memory_order_acq_rel))
            page = made.release();
    }
    return page->letters[character % lettersPage];
}

} // namespace patchbay

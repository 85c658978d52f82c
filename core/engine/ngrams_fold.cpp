#include "core/engine/ngrams_fold.h"

#include "core/engine/ngrams.h"

namespace patchbay {

namespace {

bool isFoldedMark(QChar c)
{
    const ushort u = c.unicode();
    return (u >= 0x0300 && u <= 0x036f) || (u >= 0x064b && u <= 0x065f) || u == 0x0670
        || (u >= 0x0591 && u <= 0x05c7 && c.isMark());
}

/// The folded form of a character that no normalisation changes or joins with its neighbours; 0: not one of these.
char16_t foldedPlain(char16_t c)
{
    if (c >= u'a' && c <= u'z')
        return c;
    if (c >= u'A' && c <= u'Z')
        return char16_t(c + (u'a' - u'A'));
    if (c >= u'0' && c <= u'9')
        return u'0'; // amounts and numbers of orders are alike
    if (c >= u'А' && c <= u'я' && c != u'Й' && c != u'й')
        return c < u'а' ? char16_t(c + (u'а' - u'А')) : c;
    if (c >= 0x4e00 && c <= 0x9fa5) // Han
        return c;
    return 0;
}

QString foldedByUnicode(const QString &word)
{
    QString out = word.normalized(QString::NormalizationForm_KD).toCaseFolded();
    out.removeIf(isFoldedMark);
    out = out.normalized(QString::NormalizationForm_KC);
    for (QChar &c : out) {
        if (c.isDigit())
            c = u'0';
    }
    return out;
}

} // namespace

void appendFoldedWord(QStringView word, std::u16string &out)
{
    const size_t before = out.size();
    for (const QChar c : word) {
        const char16_t plain = foldedPlain(c.unicode());
        if (plain == 0) {
            const QString folded = foldedByUnicode(word.toString());
            out.resize(before);
            out.append(reinterpret_cast<const char16_t *>(folded.utf16()), size_t(folded.size()));
            return;
        }
        out.push_back(plain);
    }
}

QString foldedWord(const QString &word)
{
    std::u16string out;
    appendFoldedWord(word, out);
    return QString(reinterpret_cast<const QChar *>(out.data()), qsizetype(out.size()));
}

} // namespace patchbay

#include "core/mail/charset.h"

#include <QtCore/QHash>
#include <QtCore/QStringDecoder>

#include <glib.h>

#include <array>

namespace patchbay::mail {

namespace {

/// The name that iconv knows, by the widest set that the declared one is used for in practice.
QByteArray canonicalCharset(const QByteArray &declared)
{
    static const QHash<QByteArray, QByteArray> aliases{
        {"ascii", "us-ascii"},
        {"ansi_x3.4-1968", "us-ascii"},
        {"utf8", "utf-8"},
        {"latin1", "windows-1252"},
        {"iso-8859-1", "windows-1252"},
        {"iso8859-1", "windows-1252"},
        {"iso_8859-1", "windows-1252"},
        {"cp1252", "windows-1252"},
        {"iso-8859-9", "windows-1254"},
        {"gb2312", "gb18030"},
        {"gbk", "gb18030"},
        {"gb_2312-80", "gb18030"},
        {"cp936", "gb18030"},
        {"x-gbk", "gb18030"},
        {"hz", "hz-gb-2312"},
        {"big5", "cp950"},
        {"x-big5", "cp950"},
        {"big5-hkscs", "big5-hkscs"},
        {"shift_jis", "cp932"},
        {"shift-jis", "cp932"},
        {"sjis", "cp932"},
        {"x-sjis", "cp932"},
        {"windows-31j", "cp932"},
        {"ks_c_5601-1987", "cp949"},
        {"ks_c_5601", "cp949"},
        {"euc-kr", "cp949"},
        {"koi8_r", "koi8-r"},
        {"koi8", "koi8-r"},
        {"cp1251", "windows-1251"},
        {"win-1251", "windows-1251"},
        {"x-mac-cyrillic", "maccyrillic"},
        {"iso-8859-8-i", "iso-8859-8"},
        {"x-user-defined", "windows-1252"},
        {"unknown-8bit", ""},
        {"default", ""},
        {"default_charset", ""},
        {"x-unknown", ""},
        {"binary", ""},
    };
    const QByteArray name = declared.trimmed().toLower();
    return aliases.value(name, name);
}

/// A name that may be handed to iconv: no flags such as "//IGNORE", no surprises.
bool isCharsetName(const QByteArray &name)
{
    if (name.isEmpty() || name.size() > 40)
        return false;
    for (const char c : name) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
        if (!fits)
            return false;
    }
    return true;
}

struct Converted {
    QString text = {};
    qsizetype wrong = 0; ///< bytes that did not fit
    bool known = false;
};

Converted convertUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    Converted result{decoder.decode(bytes), 0, true};
    result.wrong = result.text.count(QChar::ReplacementCharacter);
    return result;
}

Converted convertByIconv(QByteArrayView bytes, const QByteArray &charset)
{
    Converted result;
    if (!isCharsetName(charset))
        return result;
    const GIConv iconv = g_iconv_open("UTF-8", charset.constData());
    if (iconv == GIConv(-1))
        return result;
    result.known = true;
    QByteArray utf8;
    utf8.reserve(bytes.size() + bytes.size() / 2);
    std::array<char, 8192> buffer;
    gchar *in = const_cast<char *>(bytes.data());
    gsize left = gsize(bytes.size());
    bool flushing = false;
    while (left > 0 || !flushing) {
        flushing = left == 0; // the last round writes what a stateful charset still holds
        gchar *out = buffer.data();
        gsize room = buffer.size();
        const gsize done = g_iconv(iconv, flushing ? nullptr : &in, flushing ? nullptr : &left, &out, &room);
        const int problem = done == gsize(-1) ? errno : 0;
        utf8.append(buffer.data(), out - buffer.data());
        if (problem == 0 || problem == E2BIG || flushing)
            continue;
        utf8.append("\xEF\xBF\xBD"); // EILSEQ, or EINVAL: a character that the end cuts
        ++result.wrong;
        ++in;
        --left;
    }
    g_iconv_close(iconv);
    result.text = QString::fromUtf8(utf8);
    return result;
}

Converted convertCharset(QByteArrayView bytes, const QByteArray &charset)
{
    return charset == "utf-8" ? convertUtf8(bytes) : convertByIconv(bytes, charset);
}

bool isAscii(QByteArrayView bytes)
{
    for (const char c : bytes) {
        if (uchar(c) >= 0x80)
            return false;
    }
    return true;
}

/// Counts what tells the East Asian double-byte sets and the Cyrillic ones apart.
struct HighBytes {
    qsizetype high = 0;
    qsizetype asciiLetters = 0;
    qsizetype upperHalf = 0; ///< 0xE0..0xFF: small letters of windows-1251, capitals of KOI8-R
    qsizetype lowerHalf = 0; ///< 0xC0..0xDF: the other way round
    qsizetype pairs = 0; ///< lead 0xA1..0xF7, trail 0xA1..0xFE
    qsizetype commonPairs = 0; ///< of the first level of GB 2312, where nearly all text lies
    qsizetype oddRuns = 0; ///< runs of high bytes that cannot be pairs

    explicit HighBytes(QByteArrayView bytes)
    {
        for (qsizetype i = 0; i < bytes.size();) {
            const uchar c = uchar(bytes.at(i));
            if (c < 0x80) {
                asciiLetters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                ++i;
                continue;
            }
            const qsizetype start = i;
            for (; i < bytes.size() && uchar(bytes.at(i)) >= 0x80; ++i) {
                const uchar b = uchar(bytes.at(i));
                upperHalf += b >= 0xE0;
                lowerHalf += b >= 0xC0 && b < 0xE0;
            }
            high += i - start;
            oddRuns += (i - start) % 2;
            for (qsizetype p = start; p + 1 < i; p += 2) {
                const uchar lead = uchar(bytes.at(p));
                const uchar trail = uchar(bytes.at(p + 1));
                pairs += lead >= 0xA1 && lead <= 0xF7 && trail >= 0xA1 && trail != 0xFF;
                commonPairs += lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1 && trail != 0xFF;
            }
        }
    }
};

QByteArray guessByLetters(QByteArrayView bytes)
{
    const HighBytes seen(bytes);
    if (seen.high >= 4 && seen.oddRuns == 0 && seen.pairs * 2 == seen.high && seen.commonPairs * 5 >= seen.pairs * 3)
        return "gb18030";
    const qsizetype letters = seen.upperHalf + seen.lowerHalf;
    // In Western text the accented letters are few; in Russian they are nearly all.
    if (seen.high >= 3 && letters * 10 >= seen.high * 8 && seen.high >= seen.asciiLetters / 2)
        return seen.lowerHalf > seen.upperHalf ? "koi8-r" : "windows-1251";
    return "windows-1252";
}

} // namespace

bool isUtf7(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    return lower.contains("utf-7") || lower.contains("utf7") || lower.contains("utf_7");
}

QByteArray guessCharset(QByteArrayView bytes, const QByteArray &hint)
{
    const QByteArrayView sample = bytes.first(qMin<qsizetype>(bytes.size(), 64 * 1024));
    const Converted utf8 = convertUtf8(sample);
    // The sample's end may cut one character.
    if (utf8.wrong == 0 || (sample.size() < bytes.size() && utf8.wrong == 1 && utf8.text.size() > 1000))
        return sample.contains("\x1b$") ? "iso-2022-jp" : "utf-8";
    const QByteArray wanted = isUtf7(hint) ? QByteArray() : canonicalCharset(hint);
    if (!wanted.isEmpty() && wanted != "us-ascii" && wanted != "utf-8") {
        const Converted converted = convertByIconv(sample, wanted);
        if (converted.known && converted.wrong == 0)
            return wanted;
    }
    return guessByLetters(sample);
}

DecodedText decodeCharset(QByteArrayView bytes, const QByteArray &declared)
{
    if (isUtf7(declared))
        return {convertCharset(bytes, guessCharset(bytes)).text, true};
    const QByteArray charset = canonicalCharset(declared);
    if (isAscii(bytes) && !bytes.contains('\x1b') && !charset.startsWith("utf-16") && !charset.startsWith("utf-32")
        && !charset.startsWith("hz") && !charset.startsWith("ucs") && !charset.startsWith("iso-10646"))
        return {QString::fromLatin1(bytes), false};
    if (!charset.isEmpty() && charset != "us-ascii") {
        const Converted converted = convertCharset(bytes, charset);
        // A wrong label is worse than none; a few broken bytes in otherwise right text are not a wrong label.
        const bool mislabelled = charset == "utf-8" && converted.wrong * 20 > converted.text.size();
        if (converted.known && !mislabelled)
            return {converted.text, false};
    }
    Converted guessed = convertCharset(bytes, guessCharset(bytes));
    return {guessed.known ? guessed.text : QString::fromLatin1(bytes), false};
}

} // namespace patchbay::mail

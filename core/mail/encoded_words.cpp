#include "core/mail/encoded_words.h"

#include "core/mail/charset.h"

namespace patchbay::mail {

namespace {

/// "=?charset?b?payload?=" at a place of a line.
struct EncodedWord {
    QByteArray charset = {}; ///< without RFC 2231's language
    char encoding = 0; ///< 'b' or 'q'
    QByteArray payload = {}; ///< of 'b': already decoded
    qsizetype end = 0; ///< behind it; 0: there is none here
};

EncodedWord wordAt(const QByteArray &line, qsizetype at)
{
    EncodedWord word;
    const qsizetype first = line.indexOf('?', at + 2);
    if (first < 0 || first - at > 60 || first + 3 > line.size() || line.at(first + 2) != '?')
        return word;
    const char kind = line.at(first + 1);
    const qsizetype end = line.indexOf("?=", first + 3);
    if (end < 0 || QByteArrayView("bBqQ").indexOf(kind) < 0)
        return word;
    word.charset = line.mid(at + 2, first - at - 2);
    if (const qsizetype language = word.charset.indexOf('*'); language >= 0)
        word.charset.truncate(language);
    word.encoding = kind == 'b' || kind == 'B' ? 'b' : 'q';
    const QByteArray payload = line.mid(first + 3, end - first - 3);
    word.payload = word.encoding == 'b' ? QByteArray::fromBase64(payload) : payload;
    word.end = end + 2;
    return word;
}

QByteArray written(const EncodedWord &word)
{
    const QByteArray charset = isUtf7(word.charset) ? QByteArray("us-ascii") : word.charset;
    const QByteArray payload = word.encoding == 'b' ? word.payload.toBase64() : word.payload;
    return "=?" + charset + '?' + word.encoding + '?' + payload + "?=";
}

} // namespace

QByteArray withMergedWords(const QByteArray &line)
{
    QByteArray result;
    qsizetype done = 0;
    qsizetype at = line.indexOf("=?");
    while (at >= 0) {
        EncodedWord word = wordAt(line, at);
        if (word.end == 0) {
            at = line.indexOf("=?", at + 2);
            continue;
        }
        while (true) {
            qsizetype next = word.end;
            while (next < line.size() && (line.at(next) == ' ' || line.at(next) == '\t'))
                ++next;
            if (!line.mid(next, 2).startsWith("=?"))
                break;
            const EncodedWord more = wordAt(line, next);
            if (more.end == 0 || more.encoding != word.encoding
                || more.charset.compare(word.charset, Qt::CaseInsensitive) != 0)
                break;
            word.payload += more.payload;
            word.end = more.end;
        }
        result += line.mid(done, at - done) + written(word);
        done = word.end;
        at = line.indexOf("=?", done);
    }
    return result + line.mid(done);
}

QByteArray encodedWords(const QString &text)
{
    constexpr qsizetype bytesPerWord = 42; // 56 characters of base64 and 12 around them
    QByteArray result;
    QByteArray word;
    const auto flush = [&] {
        if (!word.isEmpty())
            result += (result.isEmpty() ? QByteArray() : QByteArray("\r\n ")) + "=?utf-8?B?" + word.toBase64() + "?=";
        word.clear();
    };
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype units = text.at(i).isHighSurrogate() && i + 1 < text.size() ? 2 : 1;
        const QByteArray character = text.mid(i, units).toUtf8();
        if (word.size() + character.size() > bytesPerWord)
            flush();
        word += character;
        i += units;
    }
    flush();
    return result;
}

} // namespace patchbay::mail

#include "core/ports/file_abilities.h"

#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString sizeInWords(qint64 bytes) { return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); }

bool takesType(const FileAbilities &abilities, const QString &type)
{
    return abilities.types.isEmpty()
        || std::any_of(abilities.types.begin(), abilities.types.end(), [&type](const QString &taken) {
               return taken.endsWith(u'/') ? type.startsWith(taken, Qt::CaseInsensitive)
                                           : type.compare(taken, Qt::CaseInsensitive) == 0;
           });
}

} // namespace

std::optional<Error> whyNotTaken(const QString &title, const FileAbilities &abilities, const OutboundFile &file)
{
    const auto refused = [](const QString &sentence) { return makeError(Error::Kind::Refused, sentence); };
    if (abilities.most <= 0)
        return refused(u"%1 takes no files from here: remove “%2”, or send a link to it."_s.arg(title, file.name));
    if (file.size <= 0)
        return refused(u"“%1” is empty: choose another file."_s.arg(file.name));
    const qint64 largest = abilities.together > 0 ? std::min(abilities.largest, abilities.together) : abilities.largest;
    if (file.size > largest)
        return refused(u"“%1” has %2, and %3 takes at most %4 for one file: send a smaller one, or a link to it."_s.arg(
            file.name, sizeInWords(file.size), title, sizeInWords(largest)));
    if (!takesType(abilities, file.mediaType))
        return refused(u"%1 does not take files of the kind “%2”: send “%3” in another form, or a link to it."_s.arg(
            title, file.mediaType, file.name));
    return std::nullopt;
}

std::vector<ReplyPart> partsOf(const FileAbilities &abilities, const QString &text, qsizetype length,
                               const std::vector<OutboundFile> &files, bool looksBeside)
{
    std::vector<ReplyPart> parts;
    if (files.empty() || (!text.isEmpty() && (looksBeside || length > abilities.longestCaption)))
        parts.push_back({text, {}});
    bool isOpen = false; ///< the newest part takes another file
    for (const OutboundFile &file : files) {
        const bool fits = isOpen && int(parts.back().files.size()) < abilities.most
            && (abilities.together <= 0 || bytesOf(parts.back().files) + file.size <= abilities.together);
        if (!fits)
            parts.push_back({parts.empty() ? text : QString(), {}});
        isOpen = true;
        parts.back().files.push_back(file);
    }
    return parts;
}

} // namespace patchbay

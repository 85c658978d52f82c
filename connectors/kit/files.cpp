#include "connectors/kit/files.h"

#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestFileName = 120;
constexpr qsizetype longestSuffix = 12;

/// The name's beginning and its suffix, ".pdf", which is empty where there is none to keep.
std::pair<QString, QString> fileNameParts(const QString &name)
{
    const qsizetype dot = name.lastIndexOf(u'.');
    if (dot <= 0 || name.size() - dot > longestSuffix)
        return {name, {}};
    return {name.left(dot), name.mid(dot)};
}

QString shortFileName(const QString &stem, const QString &suffix)
{
    return cutLine(stem, {longestFileName - suffix.size(), TextLimit::Unit::Utf16}) + suffix;
}

/// What no file system, header or vendor has to change.
QString plainFileName(const QString &name)
{
    static const QRegularExpression special(u"[\\\\/:*?\"<>|%']+"_s);
    static const QRegularExpression unseen(u"[\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{206f}\\x{feff}]"_s);
    static const QRegularExpression edges(u"^[. ]+|[. ]+$"_s);
    QString plain = cleanText(name).normalized(QString::NormalizationForm_C);
    plain = plain.remove(unseen).replace(special, u"_"_s).simplified().remove(edges);
    const auto [stem, suffix] = fileNameParts(plain);
    return plain.isEmpty() ? u"file"_s : shortFileName(stem, suffix);
}

QString ownFileName(const QString &name, QSet<QString> &taken)
{
    const QString plain = plainFileName(name);
    QString own = plain;
    for (int n = 2; taken.contains(own.toCaseFolded()); ++n) {
        const auto [stem, suffix] = fileNameParts(plain);
        own = shortFileName(stem, u" (%1)"_s.arg(n) + suffix);
    }
    taken.insert(own.toCaseFolded());
    return own;
}

} // namespace

TaskPayload withFittingFiles(TaskPayload task, qint64 largest)
{
    const std::vector<OutboundFile> all = std::exchange(task.attachments, {});
    QSet<QString> names;
    qint64 bytes = 0;
    for (OutboundFile file : all) {
        const bool fits = file.size <= std::min(largest, largestAttachedFile)
            && task.attachments.size() < mostAttachedFiles && bytes + file.size <= mostAttachedBytes && largest > 0;
        if (fits) {
            file.name = ownFileName(file.name, names);
            bytes += file.size;
        }
        (fits ? task.attachments : task.notAttached).push_back(std::move(file));
    }
    return task;
}

std::vector<OutboundFile> missingOf(const std::vector<OutboundFile> &wanted, const std::vector<CrmFile> &there)
{
    const auto folded = [](const QString &name) {
        return name.normalized(QString::NormalizationForm_C).toCaseFolded();
    };
    std::vector<OutboundFile> missing;
    for (const OutboundFile &file : wanted) {
        const bool has = std::any_of(there.begin(), there.end(), [&](const CrmFile &one) {
            return folded(one.name) == folded(file.name) && one.size.value_or(file.size) == file.size;
        });
        if (!has)
            missing.push_back(file);
    }
    return missing;
}

Request multipartTo(const QUrl &address, const CrmContext &context, const QString &fileField,
                    const std::vector<FormPart> &parts)
{
    return multipart(address, context.key, parts, {{fileField, {context.file, context.bytes}}});
}

FormPart partAt(const CrmContext &context, const QString &pattern)
{
    return {sentenceWith(pattern.section(u'=', 0, 0), {}, context),
            sentenceWith(pattern.section(u'=', 1), {}, context)};
}

Request bytesTo(const QString &path, const CrmContext &context, const QueryItems &query, const QByteArray &type)
{
    return Request("POST", pathOf(path, query)).body(context.bytes, type);
}

QString nameInHtml(const QString &html)
{
    static const QRegularExpression tag(u"<[^>]*>"_s);
    QString text = QString(html).remove(tag);
    for (const auto &[written, meant] :
         {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}})
        text.replace(QLatin1StringView(written), QLatin1StringView(meant));
    return text.simplified();
}

std::vector<CrmFile> readFiles(JsonReader &reply, const QString &list, const QString &name, const QString &size,
                               const QString &ending)
{
    std::vector<CrmFile> files;
    for (JsonReader &one : listOrNoContent(reply, list)) {
        if (one.value(name).isNull()) // a link, or a note: not one of ours
            continue;
        CrmFile file{one.text(name)};
        const QString end = ending.isEmpty() ? QString() : textOr(one, ending);
        if (!end.isEmpty() && !file.name.endsWith(u'.' + end))
            file.name += u'.' + end;
        bool isNumber = false;
        const QString bytes = size.isEmpty() ? QString() : one.optionalId(size).value_or(QString());
        const qint64 count = bytes.toLongLong(&isNumber); // some write it as a text
        if (isNumber)
            file.size = count;
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<CrmFile> readFilesIfAny(JsonReader &reply, const QString &list, const QString &name, const QString &size,
                                    const QString &proof)
{
    if (reply.has(list))
        return readFiles(reply, list, name, size);
    if (!reply.has(proof))
        reply.fault(proof, u"is missing, so it does not say which files are there"_s);
    return {};
}

} // namespace patchbay

#include "core/engine/examples_file.h"

#include <QtCore/QFile>
#include <QtCore/QStringDecoder>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 examplesMostBytes = 64'000'000;
constexpr size_t examplesMost = 200'000;
constexpr qsizetype examplesCategory = 200;
constexpr qsizetype examplesText = 20'000;

/// What is wrong with the line; empty when it was read.
QString examplesLine(const QByteArray &bytes, LabelledText &out)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString line = decoder(bytes);
    if (decoder.hasError())
        return u"it is not UTF-8"_s;
    const qsizetype tab = line.indexOf(u'\t');
    if (tab < 0)
        return u"it has no tab between category and text"_s;
    out.category = line.left(tab).trimmed();
    out.text = line.mid(tab + 1).trimmed();
    if (out.category.isEmpty())
        return u"it has no category before the tab"_s;
    if (out.text.isEmpty())
        return u"it has no text behind the tab"_s;
    if (out.text.contains(u'\t'))
        return u"it has more than one tab"_s;
    if (out.category.size() > examplesCategory)
        return u"its category has more than %1 characters"_s.arg(examplesCategory);
    if (out.text.size() > examplesText)
        return u"its text has more than %1 characters"_s.arg(examplesText);
    if (line.contains(QChar(u'\0')))
        return u"it has a NUL, so this is no text"_s;
    const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
    std::replace_if(out.category.begin(), out.category.end(), isControl, QChar(u' '));
    std::replace_if(out.text.begin(), out.text.end(), isControl, QChar(u' '));
    return {};
}

Error examplesTooLarge(const QString &name)
{
    return makeError(Error::Kind::Refused,
                     u"%1 is larger than 64 MB or has more than 200,000 lines. Split it."_s.arg(name));
}

} // namespace

Result<std::vector<LabelledText>> parseExamples(const QByteArray &content, const QString &name)
{
    if (content.size() > examplesMostBytes)
        return examplesTooLarge(name);
    std::vector<LabelledText> examples;
    int number = 0;
    for (qsizetype start = 0; start < content.size();) {
        const qsizetype found = content.indexOf('\n', start);
        const qsizetype end = found < 0 ? content.size() : found;
        QByteArray line = content.mid(start, end - start);
        start = end + 1;
        ++number;
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.trimmed().isEmpty())
            continue;
        LabelledText example;
        example.line = number;
        if (const QString problem = examplesLine(line, example); !problem.isEmpty())
            return makeError(
                Error::Kind::Refused,
                u"Line %1 of %2 cannot be read: %3. Each line is category<TAB>text."_s.arg(number).arg(name, problem));
        if (examples.size() == examplesMost)
            return examplesTooLarge(name);
        examples.push_back(std::move(example));
    }
    if (examples.empty())
        return makeError(Error::Kind::Refused, u"%1 has no examples. Each line is category<TAB>text."_s.arg(name));
    return examples;
}

Result<std::vector<LabelledText>> readExamples(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    return parseExamples(file.read(examplesMostBytes + 1), path);
}

} // namespace patchbay

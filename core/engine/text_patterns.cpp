#include "core/engine/text_patterns.h"

#include "core/engine/rules_text.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <string>
#include <unordered_map>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int64_t patternMemory = 1 << 20;
constexpr int64_t patternSetMemory = 128 << 20;

re2::RE2::Options patternOptions(int64_t memory)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory);
    return options;
}

re2::StringPiece patternPiece(const QByteArray &text) { return {text.constData(), size_t(text.size())}; }

/// The message is folded; what letters of the other case a person wrote into the expression are found all the same.
std::string patternWhateverCase(const QString &expression) { return "(?i:" + expression.toStdString() + ")"; }

} // namespace

QByteArray patternText(const QString &text) { return foldedCase(text).toUtf8(); }

struct TextPattern::Private {
    std::unique_ptr<const re2::RE2> expression;
};

TextPattern::TextPattern()
    : d(std::make_unique<Private>())
{
}

TextPattern::~TextPattern() = default;

Result<std::shared_ptr<const TextPattern>> TextPattern::make(const QString &expression)
{
    // By itself first: what stands around it must not make a whole of what is none, and not be in the message either.
    const re2::RE2 own(expression.toStdString(), patternOptions(patternMemory));
    if (!own.ok()) {
        const QString part = QString::fromStdString(own.error_arg()).left(80);
        return makeError(
            Error::Kind::Refused,
            u"is not a regular expression: %1%2"_s.arg(QString::fromStdString(own.error()).left(200),
                                                       part.isEmpty() ? QString() : u" at \"%1\""_s.arg(part)));
    }
    std::shared_ptr<TextPattern> pattern(new TextPattern);
    pattern->d->expression =
        std::make_unique<const re2::RE2>(patternWhateverCase(expression), patternOptions(patternMemory));
    if (!pattern->d->expression->ok())
        return makeError(Error::Kind::Refused, u"is a regular expression that needs too much memory"_s);
    return std::shared_ptr<const TextPattern>(std::move(pattern));
}

std::optional<std::pair<qsizetype, qsizetype>> TextPattern::find(const QByteArray &text) const
{
    re2::StringPiece place;
    if (!d->expression->Match(patternPiece(text), 0, size_t(text.size()), re2::RE2::UNANCHORED, &place, 1))
        return std::nullopt;
    return std::pair(qsizetype(place.data() - text.constData()), qsizetype(place.size()));
}

struct TextPatternSet::Private {
    re2::RE2::Set set{patternOptions(patternSetMemory), re2::RE2::UNANCHORED};
    std::unordered_map<std::string, int> known;
    int count = 0;
    bool broken = false;
    bool compiled = false;
};

TextPatternSet::TextPatternSet()
    : d(std::make_unique<Private>())
{
}

TextPatternSet::~TextPatternSet() = default;

int TextPatternSet::addText(const QString &folded) { return add(re2::RE2::QuoteMeta(folded.toStdString())); }

int TextPatternSet::addExpression(const QString &expression) { return add(patternWhateverCase(expression)); }

int TextPatternSet::add(const std::string &pattern)
{
    if (const auto known = d->known.find(pattern); known != d->known.end())
        return known->second;
    const int number = d->set.Add(pattern, nullptr);
    d->broken = d->broken || number != d->count;
    d->known.emplace(pattern, d->count);
    return d->count++;
}

int TextPatternSet::size() const { return d->count; }

bool TextPatternSet::compile()
{
    d->compiled = !d->broken && d->count > 0 && d->set.Compile();
    return d->compiled;
}

bool TextPatternSet::isCompiled() const { return d->compiled; }

bool TextPatternSet::match(const QByteArray &text, std::vector<int> &found) const
{
    found.clear();
    if (!d->compiled)
        return false;
    re2::RE2::Set::ErrorInfo error{};
    if (d->set.Match(patternPiece(text), &found, &error))
        return true;
    return error.kind == re2::RE2::Set::kNoError;
}

} // namespace patchbay

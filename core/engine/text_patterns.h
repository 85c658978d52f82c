#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <memory>
#include <optional>
#include <vector>

namespace patchbay {

/// A text of a message as patterns read it: folded by foldedCase(), then UTF-8.
QByteArray patternText(const QString &text);

/// A regular expression (RE2: linear time, bounded memory) that finds its place whatever the case. Immutable; any
/// thread.
class TextPattern {
public:
    /// Refused with RE2's own word on what is wrong where.
    static Result<std::shared_ptr<const TextPattern>> make(const QString &expression);
    ~TextPattern();

    /// Where it stands in a patternText(): offset and length in bytes. Nothing: nowhere.
    std::optional<std::pair<qsizetype, qsizetype>> find(const QByteArray &text) const;

private:
    TextPattern();
    struct Private;
    std::unique_ptr<Private> d;
};

/// Many texts and regular expressions that are looked for together, in one pass over the message. Filled, then
/// compiled, then immutable and for any thread.
class TextPatternSet {
public:
    TextPatternSet();
    ~TextPatternSet();

    /// `folded` as it stands, by foldedCase(); the number under which match() tells it. The same text has one number.
    int addText(const QString &folded);
    /// One that TextPattern::make() took.
    int addExpression(const QString &expression);
    int size() const;
    /// False: together they need more memory than the bound (128 MB); then match() tells nothing, and each must be
    /// looked for by itself.
    bool compile();
    bool isCompiled() const;
    /// The numbers of those that stand in a patternText(), in no order; false: it could not be told, for want of
    /// memory.
    [[nodiscard]] bool match(const QByteArray &text, std::vector<int> &found) const;

private:
    int add(const std::string &pattern);
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay

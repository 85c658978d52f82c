#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A stretch of text with one style. `href` is only http, https or mailto.
struct BodyRun {
    QString text = {};
    bool bold = false;
    bool italic = false;
    QString href = {};
    bool strike = false;
    bool code = false; ///< words of a program, inside a paragraph

    bool operator==(const BodyRun &) const = default;
};

/// Whether both look the same, whatever their words are.
bool looksLike(const BodyRun &one, const BodyRun &other);

/// One block of a message: our own small, bounded model that views paint. There is no HTML behind it.
struct BodyBlock {
    enum class Kind { Paragraph, ListItem, Quote, Preformatted, Image, Rule };
    enum class Part { Text, QuotedHistory, Signature }; ///< the latter two are folded in the view

    Kind kind = Kind::Paragraph;
    Part part = Part::Text;
    int depth = 0; ///< nesting of lists and quotes, bounded by the parser
    int number = 0; ///< ordered list: its number; 0: bullet
    std::vector<BodyRun> runs = {};
    QString cid = {}; ///< Image: content id of an attachment of the same message

    bool operator==(const BodyBlock &) const = default;
};

struct Body {
    std::vector<BodyBlock> blocks = {};
    QString notice = {}; ///< what was left out and why, for a person; empty: nothing

    bool operator==(const Body &) const = default;
};

/// Stored form (compact JSON), read back strictly.
QByteArray toBytes(const Body &body);
Result<Body> bodyFromBytes(const QByteArray &bytes);
/// All text, blocks separated by line feeds; with `only` just that part.
QString plainText(const Body &body);
QString plainText(const Body &body, BodyBlock::Part only);

} // namespace patchbay

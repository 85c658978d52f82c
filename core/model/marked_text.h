#pragma once

#include "core/base/result.h"
#include "core/model/body.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// How a stretch of a text of ours looks.
enum class Mark { Bold, Italic, Strike, Code };

/// A stretch of a text; in UTF-16 units.
struct MarkSpan {
    qsizetype start = 0;
    qsizetype length = 0;
    Mark mark = Mark::Bold;

    bool operator==(const MarkSpan &) const = default;
};

/// What an operator writes, with how it looks beside the text: no sign in the text means anything, so nothing that is
/// typed can be taken for a look, and each channel writes the looks in its own way.
struct MarkedText {
    QString text = {};
    std::vector<MarkSpan> marks = {}; ///< in order; where it is Code it is nothing else

    bool operator==(const MarkedText &) const = default;
};

/// So many looks a message may have; Telegram leaves out what is behind the hundredth.
inline constexpr size_t mostMarks = 100;

/// The text cut where its look changes; each run is text and look. Marks outside the text are left out.
std::vector<BodyRun> runsOf(const MarkedText &text);
/// The text of the runs, with the fewest marks that say how they look. Their addresses are left out.
MarkedText markedText(const std::vector<BodyRun> &runs);
/// A text of ours with the looks that its body has.
MarkedText markedText(const QString &text, const Body &body);
/// Without blanks at both ends, marks of nothing, and marks that say nothing more.
MarkedText trimmed(const MarkedText &text);
/// The same words with these looks alone.
MarkedText withMarks(const MarkedText &text, const QList<Mark> &kept);

/// [{"mark": "bold", "start": 0, "length": 4}]
QJsonArray toJson(const std::vector<MarkSpan> &marks);
/// Protocol error for anything but what toJson makes of marks in a text of this length.
Result<std::vector<MarkSpan>> marksFromJson(const QJsonArray &json, qsizetype textLength);

/// The text as it is kept while it is written: without marks it is the text alone.
QString asDraft(const MarkedText &text);
MarkedText markedFromDraft(const QString &draft);

} // namespace patchbay

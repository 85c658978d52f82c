#pragma once

#include "core/model/body.h"

namespace patchbay::mail {

/// Where the next words go: the kind of block with its nesting, and the part it belongs to.
struct BlockContext {
    BodyBlock::Kind kind = BodyBlock::Kind::Paragraph;
    BodyBlock::Part part = BodyBlock::Part::Text;
    int depth = 0;
    int number = 0;
    int item = 0; ///< tells two list items apart

    bool operator==(const BlockContext &) const = default;
};

/// How words look. `href` has passed safeHref.
struct RunStyle {
    bool bold = false;
    bool italic = false;
    QString href = {};
    bool strike = false;
    bool code = false;

    bool operator==(const RunStyle &) const = default;
};

/// Puts a body together and keeps its limits: length of text, of words, of lines, number of blocks. One line break
/// stays in its block, two begin a new one. A value of one conversion; one thread.
class BodyBuilder {
public:
    /// Words as they stand; blanks are kept. Unwanted control characters vanish, line feeds become line breaks.
    void verbatim(QStringView text, const RunStyle &style, const BlockContext &context);
    /// Words of a flowing text: runs of white space are one blank, none at the begin of a line.
    void flowing(QStringView text, const RunStyle &style, const BlockContext &context);

    /// The next words begin on a line of their own, whether they already would or not.
    void endLine();
    /// One more line break, as <br> asks for.
    void breakLine();
    /// The next words begin a new block.
    void endParagraph();
    void image(const QString &cid, const QString &alt, const BlockContext &context);
    void rule(const BlockContext &context);

    /// True once a limit is reached: nothing more is taken.
    bool isFull() const { return m_full; }
    /// No words and no image so far.
    bool isEmpty() const { return m_blocks.empty(); }
    bool isLineEmpty() const { return m_lineEmpty; }
    /// The body, with its notice when something did not fit.
    Body finish();

private:
    void open(const BlockContext &context);
    void append(QChar c, const RunStyle &style);
    void appendBreak();
    BodyBlock &addBlock(const BlockContext &context);

    std::vector<BodyBlock> m_blocks;
    BlockContext m_context;
    bool m_fresh = true; ///< the next words begin a new block
    bool m_lineEmpty = true; ///< nothing stands on the current line
    bool m_blank = false; ///< a blank waits for the next word
    bool m_full = false;
    int m_breaks = 0; ///< line breaks that wait for the next word
    qsizetype m_chars = 0;
    qsizetype m_word = 0;
    qsizetype m_line = 0;
};

/// Says that only the beginning is shown.
QString cutNotice();
/// Joins notices to one line of sentences.
QString joinedNotice(const QString &first, const QString &second);

} // namespace patchbay::mail

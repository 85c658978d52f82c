#pragma once

#include "core/mail/body_builder.h"
#include "core/mail/html_style.h"
#include "core/mail/html_tags.h"

namespace patchbay::mail {

/// Reads the tokens of one mail into a body, keeping the open elements on a stack of its own: no recursion, whatever
/// the nesting. An allow-list: what it does not know leaves only its words behind. Use once; one thread.
class HtmlReader {
public:
    enum class Hidden { LeaveOut, Show };

    explicit HtmlReader(Hidden hidden)
        : m_hidden(hidden)
    {
    }
    Body read(const QString &html);
    /// Words were left out because a style hides them.
    bool hasHidden() const { return m_sawHidden; }

private:
    /// What holds inside the open elements.
    struct State {
        bool bold = false;
        bool italic = false;
        bool hidden = false;
        bool zeroFont = false;
        bool invisible = false;
        bool keepsLines = false;
        bool preformatted = false;
        bool dropped = false;
        int quotes = 0;
        int lists = 0;
        int number = 0;
        int item = 0;
        BodyBlock::Part part = BodyBlock::Part::Text;
        QString href = {};
    };
    struct Element {
        HtmlTag tag = HtmlTag::Other;
        QString name = {};
        State before = {};
        bool tight = false;
    };
    struct Table {
        bool data = false;
        bool cellEmpty = true;
        bool rowEmpty = true;
        int separators = 0; ///< cells that were passed since the last word of the row
    };
    struct List {
        bool ordered = false;
        int next = 1;
    };

    void startTag(const HtmlToken &token, bool dataTable);
    void endTag(const HtmlToken &token);
    void addText(QStringView raw);
    void addWords(const QString &text);
    void addImage(const HtmlToken &token);
    void enter(const HtmlToken &token, HtmlTag tag, bool dataTable);
    void applyTag(const HtmlToken &token, HtmlTag tag, bool tight, bool dataTable);
    void startItem(const HtmlToken &token);
    void startCell();
    void closeImplied(HtmlTag tag);
    void closeTo(size_t size);
    void leave(const Element &element);
    void endLink();
    void breakBlock(bool paragraph);
    bool inDataTable() const { return !m_tables.empty() && m_tables.back().data; }
    bool isShown() const;
    /// The index of the innermost open element of that kind, not looking through tables; -1 when there is none.
    int findOpen(HtmlTag tag) const;
    BlockContext context() const;
    RunStyle style() const { return {m_state.bold, m_state.italic, m_state.href}; }

    Hidden m_hidden;
    BodyBuilder m_builder;
    State m_state;
    std::vector<Element> m_stack;
    std::vector<Table> m_tables;
    std::vector<List> m_lists;
    QString m_linkText; ///< of the link that is open
    QString m_linkWritten; ///< its address as it was written
    bool m_linkHasWords = false;
    int m_items = 0;
    int m_tooDeep = 0; ///< open elements below the last level, which are not on the stack
    int m_tooDeepTables = 0;
    int m_elements = 0; ///< on the stack, tables and their parts apart
    int m_remoteImages = 0;
    bool m_sawHidden = false;
};

} // namespace patchbay::mail

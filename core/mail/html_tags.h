#pragma once

#include <QtCore/QString>

namespace patchbay::mail {

/// What a tag means to us. Tags that are not listed here only nest.
enum class HtmlTag {
    Other,
    Paragraph,
    Block,
    Heading,
    Bold,
    Italic,
    Link,
    List,
    OrderedList,
    Item,
    Quote,
    Preformatted,
    Table,
    Section,
    Row,
    Cell,
    Break,
    Rule,
    Image,
    Dropped,
    Void
};

HtmlTag htmlTag(const QString &name);
/// Table, section, row or cell.
bool isTablePart(HtmlTag tag);
/// Begins and ends on a line of its own, and ends an open paragraph.
bool isBlockTag(HtmlTag tag);

} // namespace patchbay::mail

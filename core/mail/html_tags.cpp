#include "core/mail/html_tags.h"

#include <QtCore/QHash>

namespace patchbay::mail {

bool isTablePart(HtmlTag tag)
{
    return tag == HtmlTag::Table || tag == HtmlTag::Section || tag == HtmlTag::Row || tag == HtmlTag::Cell;
}

bool isBlockTag(HtmlTag tag)
{
    switch (tag) {
    case HtmlTag::Paragraph:
    case HtmlTag::Block:
    case HtmlTag::Heading:
    case HtmlTag::List:
    case HtmlTag::OrderedList:
    case HtmlTag::Item:
    case HtmlTag::Quote:
    case HtmlTag::Preformatted:
    case HtmlTag::Table:
    case HtmlTag::Rule: return true;
    default: return false;
    }
}

HtmlTag htmlTag(const QString &name)
{
    static const QHash<QString, HtmlTag> tags = [] {
        QHash<QString, HtmlTag> all;
        const auto add = [&all](HtmlTag tag, const char *names) {
            for (const QByteArray &one : QByteArray(names).split(' '))
                all.insert(QString::fromLatin1(one), tag);
        };
        add(HtmlTag::Paragraph, "p");
        add(HtmlTag::Block,
            "div section article header footer main nav aside address center figure figcaption fieldset "
            "details summary dl dt dd caption form body legend");
        add(HtmlTag::Heading, "h1 h2 h3 h4 h5 h6");
        add(HtmlTag::Bold, "b strong");
        add(HtmlTag::Italic, "i em cite var dfn");
        add(HtmlTag::Link, "a");
        add(HtmlTag::List, "ul menu dir");
        add(HtmlTag::OrderedList, "ol");
        add(HtmlTag::Item, "li");
        add(HtmlTag::Quote, "blockquote");
        add(HtmlTag::Preformatted, "pre listing");
        add(HtmlTag::Table, "table");
        add(HtmlTag::Section, "thead tbody tfoot");
        add(HtmlTag::Row, "tr");
        add(HtmlTag::Cell, "td th");
        add(HtmlTag::Break, "br");
        add(HtmlTag::Rule, "hr");
        add(HtmlTag::Image, "img image");
        add(HtmlTag::Dropped, "svg math object select datalist button audio video canvas template noscript applet map");
        add(HtmlTag::Void, "area base basefont bgsound col embed frame input keygen link meta param source track wbr");
        return all;
    }();
    return tags.value(name, HtmlTag::Other);
}

} // namespace patchbay::mail

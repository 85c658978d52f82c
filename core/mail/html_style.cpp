#include "core/mail/html_style.h"

#include <QtCore/QSet>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxCellChars = 300;

/// "0", "0px", "0.0em", "1px" (sizes that hide) against "12px".
bool isZeroLength(QStringView value, double hiding)
{
    qsizetype digits = 0;
    while (digits < value.size() && (value.at(digits).isDigit() || value.at(digits) == u'.'))
        ++digits;
    bool ok = false;
    const double number = value.first(digits).toDouble(&ok);
    const QStringView unit = value.sliced(digits);
    const bool absolute = unit.isEmpty() || unit == u"px" || unit == u"pt";
    return ok && (number == 0 || (absolute && number <= hiding));
}

void applyDeclaration(QStringView name, QStringView value, HtmlStyle &style, bool &zeroHeight, bool &clipped)
{
    if (name == u"display")
        style.hidden = style.hidden || value == u"none";
    else if (name == u"opacity")
        style.hidden = style.hidden || isZeroLength(value, 0);
    else if (name == u"visibility")
        style.invisible = value == u"hidden" || value == u"collapse";
    else if (name == u"font-size")
        style.zeroFont = isZeroLength(value, 1);
    else if (name == u"max-height" || name == u"height" || name == u"max-width")
        zeroHeight = zeroHeight || isZeroLength(value, 0);
    else if (name == u"overflow")
        clipped = value == u"hidden";
    else if (name == u"white-space")
        style.keepsLines = value.startsWith(u"pre") || value == u"break-spaces";
    else if (name == u"margin")
        style.tight = value == u"0" || value.startsWith(u"0px") || value.startsWith(u"0cm") || value.startsWith(u"0in");
}

void applyStyleAttribute(const QString &css, HtmlStyle &style)
{
    bool zeroHeight = false;
    bool clipped = false;
    for (const QStringView declaration : QStringView(css).left(4096).split(u';')) {
        const qsizetype colon = declaration.indexOf(u':');
        if (colon < 0)
            continue;
        const QString name = declaration.first(colon).trimmed().toString().toLower();
        QString value = declaration.sliced(colon + 1).trimmed().toString().toLower();
        value.remove(u"!important"_s);
        applyDeclaration(name, value.trimmed(), style, zeroHeight, clipped);
    }
    style.hidden = style.hidden || (zeroHeight && clipped);
}

/// Class names and ids by which mail programs mark what they quote and sign with.
std::optional<BodyBlock::Part> markedPart(const HtmlToken &tag)
{
    static const QSet<QString> quoted{
        u"gmail_attr"_s,           u"yahoo_quoted"_s,
        u"moz-cite-prefix"_s,      u"protonmail_quote"_s,
        u"tutanota_quote"_s,       u"zmail_extra"_s,
        u"olk_src_body_section"_s, u"appendonsend"_s,
        u"isreplycontent"_s,       u"ntes-mailmaster-quote"_s,
        u"reply-intro"_s,          u"mail-editor-reference-message-container"_s,
        u"quotedmailcont"_s,
    };
    static const QSet<QString> signature{
        u"gmail_signature"_s,    u"gmail_signature_prefix"_s,
        u"moz-signature"_s,      u"mail-signature"_s,
        u"signature"_s,          u"protonmail_signature_block"_s,
        u"applemailsignature"_s, u"ms-outlook-mobile-signature"_s,
        u"zoho-signature"_s,
    };
    if (tag.name == u"blockquote" && tag.attribute(u"type").compare(u"cite", Qt::CaseInsensitive) == 0)
        return BodyBlock::Part::QuotedHistory;
    QStringList names = tag.attribute(u"class").left(1024).toLower().split(u' ', Qt::SkipEmptyParts);
    names << tag.attribute(u"id").left(200).toLower();
    // Gmail's <div class="gmail_quote"> also holds what is answered between the quotes; its <blockquote> does not.
    const bool gmail = tag.name == u"blockquote" && names.contains(u"gmail_quote"_s);
    for (const QString &name : std::as_const(names)) {
        if (gmail || quoted.contains(name))
            return BodyBlock::Part::QuotedHistory;
        if (signature.contains(name))
            return BodyBlock::Part::Signature;
    }
    if (tag.attribute(u"data-signatureblock") == u"true" || tag.attribute(u"data-smartmail") == u"gmail_signature")
        return BodyBlock::Part::Signature;
    return {};
}

/// What one pass learns of an open table.
struct SeenTable {
    size_t token = 0;
    bool layout = false; ///< has a table, a list or the like inside
    bool columns = false;
    int filledCells = 0; ///< of the row
    qsizetype cellChars = 0;
    int cellBlocks = 0;

    void endCell()
    {
        filledCells += cellChars > 0;
        columns = columns || filledCells > 1;
        layout = layout || cellChars > maxCellChars || cellBlocks > 4;
        cellChars = 0;
        cellBlocks = 0;
    }
};

bool breaksDataTable(const QString &name)
{
    static const QSet<QString> names{u"ul"_s, u"ol"_s, u"blockquote"_s, u"pre"_s, u"hr"_s, u"h1"_s, u"h2"_s};
    return names.contains(name);
}

void lookAtTag(const HtmlToken &token, SeenTable &table)
{
    if (token.kind == HtmlToken::Kind::Text) {
        const QStringView text = token.text.trimmed();
        table.cellChars += text == u"&nbsp;" ? 0 : text.size();
    } else if (token.name == u"td" || token.name == u"th" || token.name == u"tr") {
        table.endCell();
        if (token.name == u"tr")
            table.filledCells = 0;
    } else if (token.kind == HtmlToken::Kind::Start) {
        table.layout = table.layout || breaksDataTable(token.name)
            || (token.name == u"img" && token.attribute(u"src").startsWith(u"cid:", Qt::CaseInsensitive));
        table.cellBlocks += token.name == u"p" || token.name == u"div" || token.name == u"br";
    }
}

} // namespace

HtmlStyle htmlStyle(const HtmlToken &tag)
{
    HtmlStyle style;
    if (tag.attributes.empty())
        return style;
    style.hidden = tag.hasAttribute(u"hidden");
    if (const QString css = tag.attribute(u"style"); !css.isEmpty())
        applyStyleAttribute(css, style);
    style.part = markedPart(tag);
    const QString classes = tag.attribute(u"class");
    style.tight = style.tight || classes.startsWith(u"Mso") || classes == u"p1" || classes == u"p2";
    return style;
}

bool isTinyImage(const HtmlToken &tag)
{
    const auto tiny = [&](QStringView side) {
        bool ok = false;
        const int pixels = tag.attribute(side).trimmed().remove(u"px"_s).toInt(&ok);
        return ok && pixels <= 3;
    };
    return tiny(u"width") || tiny(u"height");
}

std::vector<bool> dataTables(const std::vector<HtmlToken> &tokens)
{
    std::vector<bool> isData(tokens.size(), false);
    std::vector<SeenTable> open;
    for (size_t i = 0; i < tokens.size(); ++i) {
        const HtmlToken &token = tokens[i];
        if (token.name == u"table" && token.kind == HtmlToken::Kind::Start) {
            if (!open.empty())
                open.back().layout = true;
            if (open.size() < 1000)
                open.push_back({i});
        } else if (token.name == u"table" && !open.empty()) {
            open.back().endCell();
            isData[open.back().token] = open.back().columns && !open.back().layout;
            open.pop_back();
        } else if (!open.empty()) {
            lookAtTag(token, open.back());
        }
    }
    return isData;
}

} // namespace patchbay::mail

#pragma once

#include <QtCore/QString>

#include <vector>

namespace patchbay::mail {

struct HtmlAttribute {
    QString name = {}; ///< lower case
    QString value = {}; ///< entities decoded
};

/// One piece of HTML: a tag or the text between two tags.
struct HtmlToken {
    enum class Kind { Text, Start, End };

    Kind kind = Kind::Text;
    QString name = {}; ///< of a tag, lower case
    QStringView text = {}; ///< of a text, entities not yet decoded; a view into the input
    std::vector<HtmlAttribute> attributes = {}; ///< the first 24 of a start tag

    QString attribute(QStringView wanted) const;
    bool hasAttribute(QStringView wanted) const;
};

/// Cuts HTML into tags and texts as the HTML standard's tokenizer does; comments, doctypes, processing instructions and
/// the contents of script, style, title and the like are skipped. One pass, time and memory linear in the input, no
/// recursion: gumbo, which builds a whole tree, needs 13 s and 3 GB for 100 KB of nested <div> and 15 s for one tag of
/// 500 KB. `html` must outlive the tokens. Pure; any thread.
std::vector<HtmlToken> htmlTokens(QStringView html);

enum class HtmlPlace { Text, Attribute };

/// Text with character references (&amp;, &#8364;, &#x20AC;, the common names) replaced; unknown ones stay as written.
QString withoutEntities(QStringView text, HtmlPlace place = HtmlPlace::Text);

/// The text of a named reference without & and ;, or a null character. `needsSemicolon` is false for the old names that
/// may stand without.
char32_t namedEntity(QStringView name, bool *needsSemicolon);

} // namespace patchbay::mail

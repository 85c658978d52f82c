#include "core/mail/html_body.h"

#include "core/mail/html_reader.h"
#include "core/mail/limits.h"

namespace patchbay {

Body bodyFromHtml(const QString &html)
{
    using namespace Qt::StringLiterals;
    using namespace mail;
    const QString read = html.left(maxHtmlChars);
    HtmlReader reader(HtmlReader::Hidden::LeaveOut);
    Body body = reader.read(read);
    // A mail that is hidden as a whole is not empty: somebody's style went wrong, or somebody plays with us.
    if (body.blocks.empty() && reader.hasHidden()) {
        Body all = HtmlReader(HtmlReader::Hidden::Show).read(read);
        if (!all.blocks.empty()) {
            body = std::move(all);
            body.notice =
                joinedNotice(u"All of this mail is hidden by its own styles; it is shown all the same."_s, body.notice);
        }
    }
    if (read.size() < html.size() && !body.notice.contains(u"Only the first"_s))
        body.notice = joinedNotice(
            u"Only the first %1 KB of this mail's HTML were read; the rest is in the original message."_s.arg(
                maxHtmlChars / 1024),
            body.notice);
    return body;
}

} // namespace patchbay

#include "core/engine/intake_parse.h"

#include "core/base/fault.h"

#include <algorithm>
#include <exception>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 intakeYear1990 = 631152000ll * 1000000;

Result<InboundMessage> intakeParsed(ParseInbound parse, const RawItem &item, const AccountConfig &account)
{
    try {
        return parse(item, account);
    } catch (const std::exception &thrown) {
        return makeError(Error::Kind::Protocol,
                         u"The parser failed: %1"_s.arg(QString::fromLocal8Bit(thrown.what()).left(300)));
    } catch (...) {
        return makeError(Error::Kind::Protocol, u"The parser failed without a word."_s);
    }
}

} // namespace

ParsedItem parseItem(ParseInbound parse, const RawItem &item, const AccountConfig &account, BlobStore &files)
{
    ParsedItem out;
    Result<InboundMessage> parsed = intakeParsed(parse, item, account);
    if (!parsed) {
        out.unreadable = parsed.error();
        return out;
    }
    out.message = std::move(*parsed);
    for (InboundAttachment &in : out.message.attachments) {
        Attachment attachment;
        attachment.name = in.name;
        attachment.mediaType = in.mediaType;
        attachment.size = in.bytes.size();
        attachment.contentId = in.contentId;
        attachment.isInline = in.isInline;
        attachment.remote = in.remote;
        if (in.bytes.isEmpty() && !in.remote.isEmpty()) { // loaded when somebody wants it
            attachment.size = std::max<qint64>(in.remoteSize, 0);
            out.attachments.push_back(std::move(attachment));
            continue;
        }
        const Result<QByteArray> stored = files.put(in.bytes);
        if (!stored) {
            out.storage = stored.error();
            return out;
        }
        attachment.sha256 = *stored;
        in.bytes.clear();
        out.attachments.push_back(std::move(attachment));
    }
    if (!out.attachments.empty())
        faultPoint("attachment.after_file_before_row");
    return out;
}

Message messageOf(const ParsedItem &item, Timestamp receivedAt)
{
    const InboundMessage &in = item.message;
    Message message;
    message.externalId = in.externalId;
    message.subject = in.subject;
    message.text = in.text;
    message.body = in.body;
    message.to = in.to;
    message.cc = in.cc;
    message.replyTo = in.replyTo;
    message.answers = in.answers;
    message.automatic = in.automatic;
    message.providerAt = in.providerAt;
    message.arrivedAt = receivedAt;
    const bool believable = in.providerAt.us >= intakeYear1990 && in.providerAt <= receivedAt;
    message.sortAt = believable ? in.providerAt : receivedAt;
    message.attachments = item.attachments;
    return message;
}

} // namespace patchbay

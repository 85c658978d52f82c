#include "connectors/kit/whatsapp_files.h"

#include "connectors/kit/meta_platform.h"
#include "connectors/kit/whatsapp_web.h"

namespace patchbay {

using namespace Qt::StringLiterals;

QString whatsappFileKind(const ChatContext &context)
{
    const QString seen = u"image/jpeg image/png video/mp4 video/3gpp"_s;
    return shownAs(context, context.message.text.isEmpty() ? seen + u" audio"_s : seen, u"document"_s);
}

QStringList whatsappMediaTypes()
{
    const QString office = u"application/vnd.openxmlformats-officedocument."_s;
    return {u"image/jpeg"_s,
            u"image/png"_s,
            u"video/mp4"_s,
            u"video/3gpp"_s,
            u"audio/aac"_s,
            u"audio/amr"_s,
            u"audio/mpeg"_s,
            u"audio/mp4"_s,
            u"audio/ogg"_s,
            u"text/plain"_s,
            u"application/pdf"_s,
            u"application/msword"_s,
            u"application/vnd.ms-excel"_s,
            u"application/vnd.ms-powerpoint"_s,
            office + u"wordprocessingml.document"_s,
            office + u"spreadsheetml.sheet"_s,
            office + u"presentationml.presentation"_s};
}

Result<Request> uploadWhatsappFile(const ChatContext &context)
{
    return filesForm(context, metaPath(context, u"{phone_number_id}/media"_s), u"file"_s,
                     {u"messaging_product=whatsapp"_s, u"type={file.type}"_s});
}

void addWhatsappFile(QJsonObject &body, const ChatContext &context)
{
    const ChatContext file = ofUpload(context, 0);
    const QString kind = whatsappFileKind(file);
    QJsonObject content = filledBody(uR"({"id": "{remote.id}", "caption": "{text}"})"_s, file);
    if (kind == u"document"_s)
        content.insert(u"filename"_s, chatValue(u"file.name"_s, file));
    body.insert(u"type"_s, kind);
    body.insert(kind, content);
}

Result<Request> postFilledToJid(const ChatContext &context, const QString &address, const QString &body)
{
    ChatContext to = context;
    to.message.threadKey = jidOfThread(context.message.threadKey);
    to.remote.insert(u"kind"_s, whatsappFileKind(context));
    return filledJsonCall(address, body, &unchangedWords, to);
}

} // namespace patchbay

#include "connectors/kit/meta_templates.h"

#include "connectors/kit/meta_platform.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestTemplatePart = 4000;

/// False when it wants more than texts.
bool takeTemplateButtons(JsonReader &component, MessageTemplate &chosen)
{
    static const QStringList plain{u"QUICK_REPLY"_s, u"PHONE_NUMBER"_s, u"URL"_s};
    for (JsonReader &button : component.optionalArray(u"/buttons"_s)) {
        if (!plain.contains(textOr(button, u"/type"_s)) || textOr(button, u"/url"_s).contains(u"{{"_s))
            return false;
        chosen.buttons << textOr(button, u"/text"_s).left(longestTemplatePart);
    }
    return true;
}

bool takeTemplatePart(JsonReader &component, MessageTemplate &chosen)
{
    const QString type = component.text(u"/type"_s);
    const QString text = textOr(component, u"/text"_s).left(longestTemplatePart);
    if (type == "BUTTONS"_L1)
        return takeTemplateButtons(component, chosen);
    if (type == "HEADER"_L1 && textOr(component, u"/format"_s) == "TEXT"_L1)
        chosen.header = text;
    else if (type == "BODY"_L1)
        chosen.body = text;
    else if (type == "FOOTER"_L1)
        chosen.footer = text;
    else
        return false;
    return true;
}

/// The values of one section: named, or by their numbers, wherever they stand in the text.
QJsonArray templateParameters(const TemplateUse &use, bool inHeader)
{
    std::vector<TemplateBlank> blanks = blanksOf(use.chosen);
    std::erase_if(blanks, [inHeader](const TemplateBlank &one) { return one.inHeader != inHeader; });
    const auto isNumber = [](const TemplateBlank &one) { return one.name.toInt() > 0; };
    const bool numbered = std::all_of(blanks.begin(), blanks.end(), isNumber);
    if (numbered)
        std::sort(blanks.begin(), blanks.end(),
                  [](const TemplateBlank &a, const TemplateBlank &b) { return a.name.toInt() < b.name.toInt(); });
    QJsonArray parameters;
    for (const TemplateBlank &blank : blanks) {
        QJsonObject one{{u"type"_s, u"text"_s}, {u"text"_s, use.values.value(blank.key)}};
        if (!numbered)
            one.insert(u"parameter_name"_s, blank.name);
        parameters.append(one);
    }
    return parameters;
}

} // namespace

Result<Request> askMetaTemplates(const ChatContext &context)
{
    const QString account = pathPart(settingText(context.settings, u"business_account_id"_s));
    if (account.isEmpty())
        return makeError(
            Error::Kind::Refused,
            u"Templates need the id of the WhatsApp Business Account: enter it in the channel settings."_s);
    return getFrom(metaPath(context, account + u"/message_templates"_s),
                   {{u"fields"_s, u"name,language,category,status,components"_s},
                    {u"status"_s, u"APPROVED"_s},
                    {u"limit"_s, u"100"_s},
                    {u"after"_s, QString::fromUtf8(context.cursor)}});
}

Result<TemplatePage> readMetaTemplates(JsonReader &reply, const ChatContext &)
{
    TemplatePage page;
    for (JsonReader &one : reply.array(u"/data"_s)) {
        if (textOr(one, u"/status"_s, u"APPROVED"_s) != "APPROVED"_L1)
            continue;
        MessageTemplate chosen;
        chosen.name = one.text(u"/name"_s);
        chosen.language = one.text(u"/language"_s);
        chosen.category = textOr(one, u"/category"_s);
        bool plain = chosen.category != "AUTHENTICATION"_L1; // a code, which goes into a button, too
        for (JsonReader &component : one.array(u"/components"_s))
            plain = takeTemplatePart(component, chosen) && plain;
        if (plain && !chosen.body.isEmpty())
            page.templates.push_back(std::move(chosen));
        else
            ++page.others;
    }
    if (reply.has(u"/paging/next"_s))
        page.next = textOr(reply, u"/paging/cursors/after"_s).toUtf8();
    return reply.finish(std::move(page));
}

QJsonObject metaTemplateBody(const TemplateUse &use)
{
    QJsonObject body{{u"name"_s, use.chosen.name},
                     {u"language"_s, QJsonObject{{u"policy"_s, u"deterministic"_s}, {u"code"_s, use.chosen.language}}}};
    QJsonArray components;
    for (const bool inHeader : {true, false}) {
        const QJsonArray parameters = templateParameters(use, inHeader);
        if (!parameters.isEmpty())
            components.append(
                QJsonObject{{u"type"_s, inHeader ? u"header"_s : u"body"_s}, {u"parameters"_s, parameters}});
    }
    if (!components.isEmpty())
        body.insert(u"components"_s, components);
    return body;
}

} // namespace patchbay

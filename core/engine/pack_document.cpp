#include "core/base/json_writer.h"
#include "core/engine/pack.h"
#include "core/model/names.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>

// The resource lives in a static library, where the linker drops what nobody names.
static void initPackResources() { Q_INIT_RESOURCE(patchbay_packs); }

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString packQuoted(const QString &text)
{
    JsonWriter out;
    out.text(text);
    return std::move(out).take();
}

QString packField(const char *key, const QString &text)
{
    return packQuoted(QLatin1String(key)) + u": "_s + packQuoted(text);
}

void packDays(QStringList &fields, const ValidDays &days)
{
    if (days.from.isValid())
        fields << packField("valid_from", days.from.toString(Qt::ISODate));
    if (days.until.isValid())
        fields << packField("valid_until", days.until.toString(Qt::ISODate));
}

QString packObject(const QStringList &fields)
{
    return u"    {\n      "_s + fields.join(u",\n      "_s) + u"\n    }"_s;
}

QString packList(const char *key, const QStringList &objects)
{
    return u"  \"%1\": [\n"_s.arg(QLatin1String(key)) + objects.join(u",\n"_s) + u"\n  ]"_s;
}

QString packCategory(const Category &category)
{
    QStringList words;
    for (const QString &word : category.keywords)
        words << packQuoted(word);
    return packObject({packField("name", category.name),
                       packField("description", category.description.isEmpty() ? category.name : category.description),
                       packField("priority", nameOf(category.defaultPriority)),
                       u"\"keywords\": ["_s + words.join(u", "_s) + u"]"_s});
}

QString packReply(const Pack::Reply &one)
{
    QStringList fields{packField("title", one.reply.title)};
    if (!one.category.isEmpty())
        fields << packField("category", one.category);
    if (!one.reply.language.isEmpty())
        fields << packField("language", one.reply.language);
    fields << packField("text", one.reply.text);
    packDays(fields, one.reply.valid);
    return packObject(fields);
}

QString packGuide(const Pack::Guide &one)
{
    QStringList fields{packField("title", one.rule.title)};
    if (!one.category.isEmpty())
        fields << packField("category", one.category);
    fields << packField("text", one.rule.text);
    packDays(fields, one.rule.valid);
    return packObject(fields);
}

} // namespace

QByteArray packDocument(const Pack &pack)
{
    QStringList parts{u"  \"format\": 1"_s, u"  "_s + packField("name", pack.name),
                      u"  "_s + packField("title", pack.title)};
    if (!pack.description.isEmpty())
        parts << u"  "_s + packField("description", pack.description);
    QStringList objects;
    for (const Category &category : pack.categories)
        objects << packCategory(category);
    parts << packList("categories", objects);
    if (!pack.rules.isEmpty()) {
        QString rules =
            QString::fromUtf8(QJsonDocument::fromJson(pack.rules).toJson(QJsonDocument::Indented)).trimmed();
        parts << u"  \"rules\": "_s + rules.replace(u'\n', u"\n  "_s);
    }
    objects.clear();
    for (const Pack::Reply &one : pack.replies)
        objects << packReply(one);
    if (!objects.isEmpty())
        parts << packList("replies", objects);
    objects.clear();
    for (const Pack::Guide &one : pack.guides)
        objects << packGuide(one);
    if (!objects.isEmpty())
        parts << packList("business_rules", objects);
    return (u"{\n"_s + parts.join(u",\n"_s) + u"\n}\n"_s).toUtf8();
}

const QStringList &builtInPackNames()
{
    static const QStringList names{u"retail"_s,  u"cosmetics"_s,  u"healthcare"_s,      u"services"_s,
                                   u"banking"_s, u"car_rental"_s, u"software_support"_s};
    return names;
}

Result<Pack> builtInPack(const QString &name)
{
    initPackResources();
    QFile file(u":/patchbay/packs/%1.json"_s.arg(name));
    if (!builtInPackNames().contains(name) || !file.open(QIODevice::ReadOnly))
        return makeError(
            Error::Kind::NotFound,
            u"There is no pack named “%1”. There are %2."_s.arg(name.left(60), builtInPackNames().join(u", "_s)));
    return parsePack(file.readAll(), name + u".json"_s);
}

} // namespace patchbay

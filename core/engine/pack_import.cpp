#include "core/engine/pack_import.h"

#include "core/engine/pack_names.h"
#include "core/engine/rules.h"
#include "core/engine/taxonomy_check.h"
#include "core/model/names.h"
#include "core/store/category_edits.h"
#include "core/store/guidance_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_change_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Kind = PackChange::Kind;
using What = PackChange::What;

/// One entry of a pack as text, to be compared.
struct PackItem {
    What what = What::Category;
    QString name = {};
    QString text = {};
};

QString packDaysText(const ValidDays &days)
{
    QString text;
    if (days.from.isValid())
        text += u"\nfrom "_s + days.from.toString(Qt::ISODate);
    if (days.until.isValid())
        text += u"\nuntil "_s + days.until.toString(Qt::ISODate);
    return text;
}

QJsonArray packRuleArray(const QByteArray &document)
{
    return QJsonDocument::fromJson(document).object().value("rules"_L1).toArray();
}

std::vector<PackItem> packItems(const Pack &pack)
{
    std::vector<PackItem> items;
    for (const Category &c : pack.categories)
        items.push_back({What::Category, c.name,
                         u"%1\npriority %2\n%3"_s.arg(c.description.isEmpty() ? c.name : c.description,
                                                      nameOf(c.defaultPriority), c.keywords.join(u", "_s))});
    for (const QJsonValue &rule : packRuleArray(pack.rules))
        items.push_back({What::Rule, rule["name"_L1].toString(),
                         QString::fromUtf8(QJsonDocument(rule.toObject()).toJson(QJsonDocument::Compact))});
    for (const Pack::Reply &one : pack.replies)
        items.push_back(
            {What::Reply, one.reply.title,
             u"%1\n%2 %3%4"_s.arg(one.reply.text, one.category, one.reply.language, packDaysText(one.reply.valid))});
    for (const Pack::Guide &one : pack.guides)
        items.push_back({What::BusinessRule, one.rule.title,
                         u"%1\n%2%3"_s.arg(one.rule.text, one.category, packDaysText(one.rule.valid))});
    return items;
}

const PackItem *packFind(const std::vector<PackItem> &items, const PackItem &like)
{
    const auto found = std::find_if(items.begin(), items.end(), [&](const PackItem &item) {
        return item.what == like.what && isSameName(item.name, like.name);
    });
    return found == items.end() ? nullptr : &*found;
}

PackDiff packCompare(const std::vector<PackItem> &base, const std::vector<PackItem> &now,
                     const std::vector<PackItem> &next, PackImport how)
{
    PackDiff diff;
    for (const PackItem &item : next) {
        const PackItem *before = packFind(base, item);
        const PackItem *there = packFind(now, item);
        if (before && before->text == item.text)
            continue; // known already: what was changed here since stays
        if (!there)
            diff.changes.push_back({Kind::Added, item.what, item.name, {}, item.text});
        else if (there->text != item.text || there->name != item.name)
            diff.changes.push_back({Kind::Changed, item.what, there->name, there->text, item.text});
    }
    for (const PackItem &item : now) {
        if (packFind(next, item))
            continue;
        if (packFind(base, item) || (how.retireOthers && item.what == What::Category))
            diff.changes.push_back({Kind::Removed, item.what, item.name, item.text, {}});
    }
    return diff;
}

/// The workspace as a pack, whether or not it would be a good one.
Pack packNow(Database &db)
{
    Pack pack;
    const Taxonomy all = categories::all(db);
    const auto name = [&all](CategoryId id) {
        const Category *category = categoryIn(all, id);
        return category && !category->isRetired() ? category->name : QString();
    };
    for (const Category &category : all) {
        if (!category.isRetired() && !category.isUnsorted)
            pack.categories.push_back(category);
    }
    pack.rules = rule_sets::current(db).document;
    for (const CannedReply &reply : canned_replies::all(db))
        pack.replies.push_back({reply, name(reply.category)});
    for (const BusinessRule &rule : business_rules::all(db))
        pack.guides.push_back({rule, name(rule.category)});
    return pack;
}

QStringList packNotes(Database &db, const Pack &pack, const PackDiff &diff)
{
    QStringList notes;
    const std::vector<Route> known = routes::all(db);
    for (const RuleDocumentName &named : routesInRules(pack.rules)) {
        const bool there =
            std::any_of(known.begin(), known.end(), [&](const Route &route) { return route.name == named.name; });
        if (!there && named.pointer != "/default_route"_L1)
            notes << u"A rule leads to the route “%1”, which this workspace does not have."_s.arg(named.name);
    }
    const QByteArray live = rule_sets::current(db).document;
    for (const PackChange &change : diff.changes) {
        if (change.kind != Kind::Removed || change.what != What::Category)
            continue;
        for (const RuleDocumentName &named : categoriesInRules(live)) {
            if (isSameName(named.name, change.name)) {
                notes << u"“%1” is retired, and live rules still ask for it."_s.arg(change.name);
                break;
            }
        }
    }
    return notes;
}

std::vector<PackItem> packBase(Database &db, const Pack &pack)
{
    const auto installed = packs::byName(db, pack.name);
    if (!installed)
        return {};
    const Result<Pack> before = parsePack(installed->document, pack.name);
    return before ? packItems(*before) : std::vector<PackItem>();
}

void packApplyCategory(Database &db, const PackChange &change, const Pack &pack)
{
    const Taxonomy known = categories::all(db);
    const Category *there = categoryNamed(known, change.name);
    if (there && taxonomy_changes::isBusy(db, there->id))
        return db.fail(makeError(Error::Kind::Conflict,
                                 u"“%1” is being changed at this moment; wait for the end of it."_s.arg(there->name)));
    if (change.kind == Kind::Removed)
        return there ? categories::retire(db, *there) : void();
    Category wanted = *categoryNamed(pack.categories, change.name);
    if (!there) {
        wanted.position = int(known.size());
        wanted.id = categories::insert(db, wanted);
        return categories::move(db, wanted.id, int(known.size())); // Unsorted stays the last one
    }
    wanted.id = there->id;
    wanted.version = there->version;
    if (there->isRetired()) {
        categories::bringBack(db, *there);
        ++wanted.version;
    }
    wanted.name = there->name; // letters' case is no reason for a new name
    categories::change(db, wanted);
}

void packApplyRules(Database &db, OperatorId by, const PackDiff &diff, const Pack &pack)
{
    const auto about = [&diff](const QString &name) -> const PackChange * {
        for (const PackChange &change : diff.changes) {
            if (change.what == What::Rule && isSameName(change.name, name))
                return &change;
        }
        return nullptr;
    };
    const auto wanted = [&pack](const QString &name) {
        for (const QJsonValue &rule : packRuleArray(pack.rules)) {
            if (isSameName(rule["name"_L1].toString(), name))
                return rule;
        }
        return QJsonValue();
    };
    if (std::none_of(diff.changes.begin(), diff.changes.end(),
                     [](const PackChange &change) { return change.what == What::Rule; }))
        return;
    db.oneAtATime("rule_set");
    const rule_sets::Published live = rule_sets::current(db);
    QJsonObject document = QJsonDocument::fromJson(live.document).object();
    QJsonArray rules;
    for (const QJsonValue &rule : document.value("rules"_L1).toArray()) {
        const PackChange *change = about(rule["name"_L1].toString());
        if (!change || change->kind == Kind::Added)
            rules.append(rule);
        else if (change->kind == Kind::Changed)
            rules.append(wanted(change->name));
    }
    for (const PackChange &change : diff.changes) {
        if (change.what == What::Rule && change.kind == Kind::Added)
            rules.append(wanted(change.name));
    }
    document.insert(u"rules"_s, rules);
    const QByteArray text = QJsonDocument(document).toJson(QJsonDocument::Indented);
    if (const Result<RuleSet> readable = parseRuleSet(text, live.version + 1); !readable)
        return db.fail(readable.error());
    rule_sets::publish(db, text, by);
}

void packApplyTexts(Database &db, const PackChange &change, const Pack &pack)
{
    if (change.kind == Kind::Removed)
        return change.what == What::Reply ? canned_replies::remove(db, change.name)
                                          : business_rules::remove(db, change.name);
    const Taxonomy known = categories::inUse(db);
    const auto category = [&known](const QString &name) {
        const Category *found = name.isEmpty() ? nullptr : categoryNamed(known, name);
        return found ? found->id : CategoryId{};
    };
    for (const Pack::Reply &one : pack.replies) {
        if (change.what != What::Reply || !isSameName(one.reply.title, change.name))
            continue;
        CannedReply reply = one.reply;
        reply.title = change.name;
        reply.category = category(one.category);
        canned_replies::put(db, reply);
    }
    for (const Pack::Guide &one : pack.guides) {
        if (change.what != What::BusinessRule || !isSameName(one.rule.title, change.name))
            continue;
        BusinessRule rule = one.rule;
        rule.title = change.name;
        rule.category = category(one.category);
        business_rules::put(db, rule);
    }
}

} // namespace

QString nameOf(PackChange::Kind kind)
{
    return kind == Kind::Added ? u"added"_s : kind == Kind::Changed ? u"changed"_s : u"removed"_s;
}

QString nameOf(PackChange::What what)
{
    switch (what) {
    case What::Category: return u"category"_s;
    case What::Rule: return u"rule"_s;
    case What::Reply: return u"reply"_s;
    case What::BusinessRule: break;
    }
    return u"business_rule"_s;
}

int PackDiff::count(PackChange::Kind kind) const
{
    return int(std::count_if(changes.begin(), changes.end(),
                             [kind](const PackChange &change) { return change.kind == kind; }));
}

QString PackDiff::mark() const
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const PackChange &c : changes) {
        for (const QString &text : {nameOf(c.kind), nameOf(c.what), c.name, c.before, c.after})
            hash.addData((text + u'\0').toUtf8());
    }
    return QString::fromLatin1(hash.result().toHex());
}

Result<PackDiff> packDiff(Database &db, const Pack &pack, PackImport how)
{
    PackDiff diff = packCompare(packBase(db, pack), packItems(packNow(db)), packItems(pack), how);
    diff.notes = packNotes(db, pack, diff);
    return db.finish(diff);
}

Result<PackDiff> applyPack(Database &db, OperatorId by, const Pack &pack, PackImport how, const QString &shown)
{
    db.oneAtATime("taxonomy");
    const Result<PackDiff> diff = packDiff(db, pack, how);
    if (!diff)
        return diff.error();
    if (!shown.isEmpty() && diff->mark() != shown)
        return makeError(Error::Kind::Conflict,
                         u"The workspace has changed since this was shown. Look at what the pack changes now."_s);
    for (const PackChange &change : diff->changes) {
        if (change.what == What::Category)
            packApplyCategory(db, change, pack);
    }
    packApplyRules(db, by, *diff, pack);
    for (const PackChange &change : diff->changes) {
        if (change.what == What::Reply || change.what == What::BusinessRule)
            packApplyTexts(db, change, pack);
    }
    const QByteArray document = packDocument(pack);
    const auto installed = packs::byName(db, pack.name);
    if (diff->isEmpty() && installed && installed->document == document)
        return db.finish(*diff);
    packs::put(db, pack.name, document, by);
    audit::add(db, by, "import_pack", "pack", pack.name,
               {{u"added"_s, diff->count(Kind::Added)},
                {u"changed"_s, diff->count(Kind::Changed)},
                {u"removed"_s, diff->count(Kind::Removed)}});
    return db.finish(*diff);
}

Result<Pack> packOf(Database &db, const QString &name, const QString &title)
{
    Pack pack = packNow(db);
    pack.name = name;
    pack.title = title;
    if (db.error())
        return *db.error();
    const Result<Pack> checked = parsePack(packDocument(pack), name + u".json"_s);
    if (!checked)
        return makeError(
            Error::Kind::Refused,
            u"This workspace does not make a pack that can be read again. %1"_s.arg(checked.error().message));
    return checked;
}

} // namespace patchbay

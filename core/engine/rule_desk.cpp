#include "core/engine/rule_desk.h"

#include "core/engine/evaluation.h"
#include "core/store/account_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto deskSecondPerson = "rules.second_person"_L1;
constexpr qsizetype deskCommentLimit = 500;
constexpr int deskLongestShadow = 90;
constexpr std::chrono::hours deskDay{24};

/// What has to be put into the snapshot after the commit.
struct DeskPublished {
    int version = 0;
    RuleSet rules = {};
    std::optional<ShadowRules> shadow = {};
};

Result<RuleSet> deskReadable(Database &db, const QByteArray &document)
{
    const RuleNames names = ruleNames(db);
    const std::vector<RuleFinding> findings = lintDocument(document, &names);
    const auto error = std::find_if(findings.begin(), findings.end(), [](const RuleFinding &finding) {
        return finding.severity == RuleFinding::Severity::Error;
    });
    if (error != findings.end())
        return makeError(Error::Kind::Refused,
                         u"The rules were not published. %1%2%3"_s.arg(
                             error->rule.isEmpty() ? QString() : u"Rule \"%1\": "_s.arg(error->rule), error->sentence,
                             error->line > 0 && !error->sentence.contains(u"(line "_s)
                                 ? u" (line %1)"_s.arg(error->line)
                                 : QString()));
    return parseRuleSet(document, 0);
}

Result<DeskPublished> deskPublish(Database &db, const QByteArray &document, rule_sets::Version about,
                                  const char *action)
{
    Result<RuleSet> rules = deskReadable(db, document);
    if (!rules)
        return rules.error();
    DeskPublished published;
    published.version = rules->version = rule_sets::publish(db, document, about);
    published.rules = std::move(*rules);
    audit::add(db, about.publishedBy, action, "rule_set", {},
               {{u"version"_s, published.version},
                {u"restores"_s, about.restores},
                {u"comment"_s, about.comment},
                {u"rules"_s, int(published.rules.rules.size())}});
    published.shadow = shadowRules(db);
    return db.finish(std::move(published));
}

Result<DeskPublished> deskPublishDraft(Database &db, OperatorId me, RuleDraftId id, bool overNewer)
{
    const auto draft = rule_drafts::byId(db, id);
    if (!draft)
        return *db.error();
    const int live = rule_sets::current(db).version;
    if (!overNewer && draft->basedOn != live)
        return makeError(Error::Kind::Conflict,
                         u"Version %1 of the rules was published since this draft was begun on version %2. Compare "
                         u"them before you publish."_s.arg(live)
                             .arg(draft->basedOn));
    if (const Result<RuleSet> readable = deskReadable(db, draft->document); !readable)
        return readable.error();
    if (wantsSecondPerson(db) && draft->author == me)
        return makeError(Error::Kind::Refused,
                         u"This workspace wants a second person to publish rules: ask somebody who has not written "
                         u"this draft. It is kept."_s);
    rule_sets::Version about;
    about.publishedBy = me;
    about.writtenBy = draft->author == me ? OperatorId{} : draft->author;
    about.comment = draft->comment;
    rule_drafts::remove(db, id);
    return deskPublish(db, draft->document, about, "rules_publish");
}

Result<DeskPublished> deskRollBack(Database &db, OperatorId me, int version)
{
    const int live = rule_sets::current(db).version;
    const int wanted = version > 0 ? version : live - 1;
    if (wanted < 1 || wanted >= live)
        return makeError(Error::Kind::Refused,
                         wanted > live
                             ? u"There is no version %1 of the rules: %2 is the newest."_s.arg(wanted).arg(live)
                             : wanted == live ? u"Version %1 is the one that holds."_s.arg(live)
                                              : u"There is no version before %1 to go back to."_s.arg(live));
    const QByteArray document = rule_sets::document(db, wanted);
    if (!db.ok())
        return *db.error();
    rule_sets::Version about;
    about.publishedBy = me;
    about.restores = wanted;
    about.comment = u"Back to version %1"_s.arg(wanted);
    return deskPublish(db, document, about, "rules_rollback");
}

/// From now on: unless somebody published a newer one meanwhile.
void deskTake(Snapshots &snapshots, const DeskPublished &published)
{
    for (;;) {
        const auto current = snapshots.current();
        if (current->rules.version >= published.version)
            return;
        auto next = std::make_shared<Snapshot>(*current);
        next->setRules(published.rules);
        next->shadow = published.shadow;
        if (snapshots.replaceIf(current, std::move(next)))
            return;
    }
}

} // namespace

RuleDesk::RuleDesk(Store &store, Snapshots &snapshots, Operator me)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_me(std::move(me))
{
}

QFuture<Result<RuleDraftId>> RuleDesk::saveDraft(RuleDraftId draft, QByteArray document, QString comment)
{
    return m_store.write([draft, document, comment = comment.simplified().left(deskCommentLimit),
                          me = m_me.id](Database &db) -> Result<RuleDraftId> {
        const Result<RuleSet> rules = parseRuleSet(document, 0);
        if (!rules)
            return rules.error();
        RuleDraftId id = draft;
        if (draft)
            rule_drafts::change(db, draft, document, comment, me);
        else
            id = rule_drafts::insert(
                db, {{}, {}, document, comment, rule_sets::current(db).version, me, {}, {}, {}, {}, 0, 0});
        audit::add(db, me, "rules_draft", "rule_draft", {}, {{u"comment"_s, comment}});
        return db.finish(id);
    });
}

QFuture<Result<Done>> RuleDesk::removeDraft(RuleDraftId draft)
{
    return m_store.write([draft, me = m_me.id](Database &db) -> Result<Done> {
        rule_drafts::remove(db, draft);
        audit::add(db, me, "rules_draft_removed", "rule_draft", {});
        return db.finish(Done{});
    });
}

QFuture<Result<int>> RuleDesk::publish(RuleDraftId draft, bool overNewer)
{
    return m_scope.run(publishNow(draft, overNewer));
}

Async<Result<int>> RuleDesk::publishNow(RuleDraftId draft, bool overNewer)
{
    auto publishing = m_store.write(
        [draft, overNewer, me = m_me.id](Database &db) { return deskPublishDraft(db, me, draft, overNewer); });
    const Result<DeskPublished> published = co_await finished(std::move(publishing));
    if (!published)
        co_return published.error();
    deskTake(m_snapshots, *published);
    co_return published->version;
}

QFuture<Result<int>> RuleDesk::rollBack(int version) { return m_scope.run(rollBackNow(version)); }

Async<Result<int>> RuleDesk::rollBackNow(int version)
{
    auto publishing = m_store.write([version, me = m_me.id](Database &db) { return deskRollBack(db, me, version); });
    const Result<DeskPublished> published = co_await finished(std::move(publishing));
    if (!published)
        co_return published.error();
    deskTake(m_snapshots, *published);
    co_return published->version;
}

QFuture<Result<Done>> RuleDesk::startShadow(RuleDraftId draft, int days)
{
    return m_scope.run(shadowNow(draft, std::clamp(days, 1, deskLongestShadow)));
}

QFuture<Result<Done>> RuleDesk::endShadow(RuleDraftId draft) { return m_scope.run(shadowNow(draft, 0)); }

Async<Result<Done>> RuleDesk::shadowNow(RuleDraftId draft, int days)
{
    auto beginning = m_store.write([draft, days, me = m_me.id](Database &db) -> Result<std::optional<ShadowRules>> {
        rule_drafts::setShadow(db, draft, days > 0 ? db.now() + deskDay * days : Timestamp{});
        audit::add(db, me, days > 0 ? "rules_shadow" : "rules_shadow_end", "rule_draft", {}, {{u"days"_s, days}});
        return db.finish(shadowRules(db));
    });
    const Result<std::optional<ShadowRules>> shadow = co_await finished(std::move(beginning));
    if (!shadow)
        co_return shadow.error();
    for (;;) {
        const auto current = m_snapshots.current();
        auto next = std::make_shared<Snapshot>(*current);
        next->shadow = *shadow;
        if (m_snapshots.replaceIf(current, std::move(next)))
            co_return Done{};
    }
}

QFuture<Result<Done>> RuleDesk::requireSecondPerson(bool required)
{
    return m_store.write([required, me = m_me.id](Database &db) -> Result<Done> {
        settings::set(db, deskSecondPerson, required ? u"1"_s : u"0"_s);
        audit::add(db, me, "rules_second_person", "setting", {}, {{u"required"_s, required}});
        return db.finish(Done{});
    });
}

bool wantsSecondPerson(Database &db) { return settings::get(db, deskSecondPerson, u"0"_s) == u"1"_s; }

Result<Decision> explainRules(Database &db, const Snapshot &snapshot, const RuleSet &rules, ConversationId conversation)
{
    const Result<Facts> facts = factsOf(db, snapshot, conversation);
    if (!facts)
        return facts.error();
    return db.finish(evaluate(rules, *facts));
}

} // namespace patchbay

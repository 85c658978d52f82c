#include "core/engine/replay.h"

#include "core/engine/evaluation.h"
#include "core/engine/task_draft.h"
#include "core/model/names.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// One way to decide, with what it said of the message before.
struct ReplaySide {
    const Snapshot *snapshot = nullptr;
    std::optional<Classification> before = {};
};

struct ReplayDecided {
    CategoryId category = {};
    Priority priority = Priority::Normal;
    bool accepts = false;
    Decision decision = {};
};

QString replayCategory(const Snapshot &snapshot, CategoryId id)
{
    for (const Category &category : snapshot.taxonomy) {
        if (category.id == id)
            return category.name;
    }
    return {};
}

bool replayConditionLooksBack(const Condition &condition)
{
    return (condition.kind == Condition::Kind::Test && condition.op == RuleOperator::Became)
        || std::any_of(condition.children.begin(), condition.children.end(), replayConditionLooksBack);
}

bool replayConditionAsksLanguage(const Condition &condition)
{
    return (condition.kind == Condition::Kind::Test && condition.id == RuleField::Language)
        || std::any_of(condition.children.begin(), condition.children.end(), replayConditionAsksLanguage);
}

/// Only then the language of each text is guessed, which takes as long as the rest.
bool replayAsksLanguage(const Snapshot &snapshot)
{
    const auto asks = [](const Rule &rule) { return replayConditionAsksLanguage(rule.when); };
    return std::any_of(snapshot.rules.rules.begin(), snapshot.rules.rules.end(), asks);
}

/// Goes through the messages of one slice, conversation by conversation.
class ReplayWork {
public:
    ReplayWork(const ReplaySlice &slice, const CancelToken &cancel)
        : m_slice(slice)
        , m_cancel(cancel)
        , m_mapping(slice.request.mapping.get())
        , m_again(slice.request.classifyAgain
                  || (!m_mapping && slice.request.live->classifier != slice.request.draft->classifier))
        , m_sameModel(slice.request.live->classifier == slice.request.draft->classifier)
        , m_asksLanguage(replayAsksLanguage(*slice.request.live) || replayAsksLanguage(*slice.request.draft))
    {
        m_live.snapshot = slice.request.live.get();
        m_draft.snapshot = slice.request.draft.get();
        m_result.routeNumber({});
    }

    ReplayResult run()
    {
        const auto &items = m_slice.items;
        const bool newestAlone = m_slice.request.messages == ReplayRequest::Messages::Newest;
        for (size_t i = 0; i < items.size() && !m_cancel.isCancelled(); ++i) {
            if (i == 0 || items[i].conversation != items[i - 1].conversation)
                begin(items[i]);
            const bool isLast = i + 1 == items.size() || items[i + 1].conversation != items[i].conversation;
            if (!items[i].inbound) {
                m_waitingSince = {};
            } else {
                m_newest = lastInboundFrom(i);
                see(items[i], !newestAlone || m_newest);
            }
            if (isLast)
                m_result.changedConversations += m_changed ? 1 : 0;
        }
        return std::move(m_result);
    }

private:
    void begin(const replay_rows::Item &item)
    {
        m_conversation = m_slice.conversations.value(item.conversation);
        m_live.before.reset();
        m_draft.before.reset();
        m_waitingSince = {};
        m_changed = false;
        ++m_result.conversations;
    }

    bool lastInboundFrom(size_t place) const
    {
        const auto &items = m_slice.items;
        for (size_t i = place + 1; i < items.size() && items[i].conversation == items[place].conversation; ++i) {
            if (items[i].inbound)
                return false;
        }
        return true;
    }

    void see(const replay_rows::Item &item, bool counts)
    {
        const Classification live = classification(item, m_live, nullptr);
        const Classification draft =
            m_mapping ? mapped(item) : classification(item, m_draft, m_sameModel ? &live : nullptr);
        if (counts) {
            Facts facts = this->facts(item);
            const ReplayDecided one = decided(m_live, live, facts, item);
            const ReplayDecided two = decided(m_draft, draft, facts, item);
            count(item, one, two);
        }
        m_live.before = live;
        m_draft.before = draft;
        if (!item.automatic && !m_waitingSince)
            m_waitingSince = item.sortAt;
    }

    bool isTakenAsItWas(const replay_rows::Item &item) const
    {
        return item.stored && (!m_again || item.stored->source == ClassificationSource::Person);
    }

    Classification classification(const replay_rows::Item &item, const ReplaySide &side, const Classification *known)
    {
        if (isTakenAsItWas(item))
            return *item.stored;
        return known ? *known : answered(item, side);
    }

    /// In the draft's categories.
    Classification mapped(const replay_rows::Item &item)
    {
        if (!isTakenAsItWas(item) || m_mapping->isAsked(item.stored->category))
            return answered(item, m_draft);
        return m_mapping->of(*item.stored, item.subject, item.text);
    }

    /// As the evaluation does it: what says nothing certain keeps the category that the conversation has.
    Classification answered(const replay_rows::Item &item, const ReplaySide &side)
    {
        Classification own = m_asksLanguage
            ? classified(*side.snapshot, item.subject, item.text)
            : side.snapshot->classifier->answer(withoutReplyPrefixes(item.subject), item.text);
        if (!side.before || (!own.abstained && !item.automatic) || side.before->abstained)
            return own;
        Classification kept = *side.before;
        kept.language = own.language.isEmpty() ? kept.language : own.language;
        return kept;
    }

    Facts facts(const replay_rows::Item &item) const
    {
        Facts facts;
        std::tie(facts.channel, facts.connector) = m_slice.channels.value(m_conversation.channel);
        facts.subject = item.subject;
        facts.text = item.text;
        facts.contactAddress = item.author.address;
        facts.contactName = item.author.name;
        facts.labels = m_slice.labels.value(item.conversation);
        facts.automatic = item.automatic;
        for (const Operator &one : m_live.snapshot->operators) {
            if (one.id == m_conversation.assignee)
                facts.assignee = one.name;
        }
        facts.at = item.sortAt;
        const Timestamp since =
            m_slice.request.messages == ReplayRequest::Messages::Newest && m_conversation.awaitingUs && m_newest
            ? m_conversation.awaitingSince
            : m_waitingSince;
        if (since && since < facts.at)
            facts.waitingMinutes = double((facts.at - since).count()) / 60e6;
        return facts;
    }

    static ReplayDecided decided(const ReplaySide &side, const Classification &classification, Facts &facts,
                                 const replay_rows::Item &item)
    {
        facts.category = replayCategory(*side.snapshot, classification.category);
        facts.confidence = classification.confidence;
        facts.priority = classification.priority;
        facts.language = classification.language;
        facts.before = {};
        if (side.before) {
            facts.before.category = replayCategory(*side.snapshot, side.before->category);
            facts.before.priority = side.before->priority;
            facts.before.language = side.before->language;
            facts.before.state = facts.state;
        }
        ReplayDecided result;
        result.category = classification.category;
        result.decision = side.snapshot->compiledRules().decide(facts, {}, CompiledRules::Tell::Nothing);
        result.priority = result.decision.priority.value_or(classification.priority);
        result.accepts = result.decision.acceptAbove && facts.confidence >= *result.decision.acceptAbove
            && !item.automatic && !classification.abstained && !result.decision.route.isEmpty()
            && classification.source != ClassificationSource::Person;
        return result;
    }

    void count(const replay_rows::Item &item, const ReplayDecided &live, const ReplayDecided &draft)
    {
        const int from = m_result.routeNumber(live.decision.route);
        const int to = m_result.routeNumber(draft.decision.route);
        ++m_result.messages;
        ++m_result.categories[live.category].live;
        ++m_result.categories[draft.category].draft;
        ++m_result.byRoute[from].live;
        ++m_result.byRoute[to].draft;
        ++m_result.moves[{live.category, from, draft.category, to}];
        m_result.accepted.live += live.accepts ? 1 : 0;
        m_result.accepted.draft += draft.accepts ? 1 : 0;
        for (const int fired : live.decision.fired)
            ++m_result.rules[m_live.snapshot->rules.rules[size_t(fired)].name].live;
        for (const int fired : draft.decision.fired)
            ++m_result.rules[m_draft.snapshot->rules.rules[size_t(fired)].name].draft;

        const auto kind = [](bool differs, ReplayChange::Kind kind) { return quint8(differs ? kind : 0); };
        const Decision &a = live.decision;
        const Decision &b = draft.decision;
        const quint8 kinds =
            quint8(kind(live.category != draft.category, ReplayChange::Category) | kind(from != to, ReplayChange::Route)
                   | kind(live.priority != draft.priority, ReplayChange::Priority)
                   | kind(a.labels != b.labels, ReplayChange::Labels)
                   | kind(a.assign != b.assign || a.escalate != b.escalate || a.draftReply != b.draftReply
                              || live.accepts != draft.accepts,
                          ReplayChange::Other));
        if (kinds == 0)
            return;
        ++m_result.changedMessages;
        m_changed = true;
        m_result.changes.push_back({item.conversation, item.message, live.category, draft.category, from, to, kinds});
    }

    const ReplaySlice &m_slice;
    const CancelToken &m_cancel;
    const CategoryMapping *m_mapping;
    const bool m_again;
    const bool m_sameModel;
    const bool m_asksLanguage;
    ReplaySide m_live;
    ReplaySide m_draft;
    Conversation m_conversation;
    Timestamp m_waitingSince;
    bool m_newest = false;
    bool m_changed = false;
    ReplayResult m_result;
};

/// From wrong (0) over nothing to right.
int replayAnswer(const Snapshot &snapshot, const QString &text, CategoryId wanted)
{
    const Classification answer = snapshot.classifier->answer({}, text);
    return answer.category == wanted ? 2 : answer.abstained ? 1 : 0;
}

} // namespace

bool looksBack(const RuleSet &rules)
{
    return std::any_of(rules.rules.begin(), rules.rules.end(),
                       [](const Rule &rule) { return replayConditionLooksBack(rule.when); });
}

ReplayResult replaySlice(const ReplaySlice &slice, const CancelToken &cancel)
{
    return ReplayWork(slice, cancel).run();
}

ReplayResult replayLessons(const ReplayRequest &request, const std::vector<Lesson> &lessons, const CancelToken &cancel)
{
    ReplayResult result;
    if (request.live->classifier == request.draft->classifier)
        return result;
    for (const Lesson &lesson : lessons) {
        if (cancel.isCancelled())
            break;
        const auto wanted = request.mapping ? request.mapping->ofLesson(lesson) : std::optional(lesson.category);
        if (!wanted)
            continue;
        ++result.lessons;
        const int before = replayAnswer(*request.live, lesson.text, lesson.category);
        const int after = replayAnswer(*request.draft, lesson.text, *wanted);
        if (before != after)
            (after > before ? result.better : result.worse).push_back(lesson.id);
    }
    return result;
}

int ReplayResult::routeNumber(const QString &name)
{
    const qsizetype known = routes.indexOf(name);
    if (known >= 0)
        return int(known);
    routes << name;
    return int(routes.size()) - 1;
}

void ReplayResult::add(const ReplayResult &other)
{
    std::vector<int> numbers;
    for (const QString &route : other.routes)
        numbers.push_back(routeNumber(route));
    const auto sum = [](ReplayCount &to, const ReplayCount &from) {
        to.live += from.live;
        to.draft += from.draft;
    };
    conversations += other.conversations;
    messages += other.messages;
    changedMessages += other.changedMessages;
    changedConversations += other.changedConversations;
    lessons += other.lessons;
    sum(accepted, other.accepted);
    for (auto it = other.categories.cbegin(); it != other.categories.cend(); ++it)
        sum(categories[it.key()], it.value());
    for (auto it = other.byRoute.cbegin(); it != other.byRoute.cend(); ++it)
        sum(byRoute[numbers[size_t(it.key())]], it.value());
    for (auto it = other.rules.cbegin(); it != other.rules.cend(); ++it)
        sum(rules[it.key()], it.value());
    for (auto it = other.moves.cbegin(); it != other.moves.cend(); ++it) {
        ReplayMove move = it.key();
        move.fromRoute = numbers[size_t(move.fromRoute)];
        move.toRoute = numbers[size_t(move.toRoute)];
        moves[move] += it.value();
    }
    for (ReplayChange change : other.changes) {
        if (changes.size() >= changesKept)
            break;
        change.fromRoute = numbers[size_t(change.fromRoute)];
        change.toRoute = numbers[size_t(change.toRoute)];
        changes.push_back(change);
    }
    better.insert(better.end(), other.better.begin(), other.better.end());
    worse.insert(worse.end(), other.worse.begin(), other.worse.end());
}

std::vector<ReplayChange> ReplayResult::page(size_t from, size_t count) const
{
    const size_t begin = std::min(from, changes.size());
    return {changes.begin() + qsizetype(begin), changes.begin() + qsizetype(std::min(changes.size(), begin + count))};
}

} // namespace patchbay

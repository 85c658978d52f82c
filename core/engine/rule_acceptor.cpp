#include "core/engine/rule_acceptor.h"

#include "core/base/log.h"
#include "core/store/conversation_table.h"
#include "core/store/misc_tables.h"
#include "core/store/rule_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds acceptorRetry{10000};
constexpr std::chrono::hours acceptorPause{1};

/// A wish, and the suggestion to accept for it.
struct AcceptorNext {
    rule_acceptances::Wanted wanted = {};
    int suggestionVersion = 0;
    QString refusal = {}; ///< why there is nothing to accept
};

Result<std::optional<AcceptorNext>> acceptorNext(Database &db, OperatorId system)
{
    const auto wishes = rule_acceptances::next(db, 1);
    if (wishes.empty())
        return db.finish(std::optional<AcceptorNext>());
    AcceptorNext next{wishes.front(), 0, {}};
    const ConversationId conversation = next.wanted.conversation;
    const auto pending = suggestions::pending(db, conversation);
    if (!pending || pending->message != next.wanted.message)
        next.refusal = u"The suggestion was decided on or replaced meanwhile."_s;
    else
        next.suggestionVersion = pending->version;
    const std::vector<Task> tasks = tasks::ofConversation(db, conversation);
    const bool recent = std::any_of(tasks.begin(), tasks.end(), [&](const Task &task) {
        return task.operatorId == system && task.createdAt + acceptorPause > db.now();
    });
    if (recent)
        next.refusal = u"A rule has made a task of this conversation in the hour before."_s;
    return db.finish(std::optional(next));
}

/// Settles a wish; what became of it is written once, whoever tried.
Result<Done> acceptorSettle(Database &db, OperatorId system, const rule_acceptances::Wanted &wanted,
                            const QString &refusal)
{
    if (!rule_acceptances::take(db, wanted.id))
        return db.finish(Done{});
    const auto conversation = conversations::byId(db, wanted.conversation);
    QJsonObject detail{{u"rule"_s, wanted.rule}, {u"rule_set_version"_s, wanted.ruleSetVersion}};
    if (!refusal.isEmpty())
        detail.insert(u"because"_s, refusal);
    audit::add(db, system, refusal.isEmpty() ? "rule_accept" : "rule_accept_refused", "conversation",
               conversation ? conversation->uid : QString(), detail);
    return db.finish(Done{});
}

} // namespace

RuleAcceptor::RuleAcceptor(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator system)
    : m_store(store)
    , m_commands(store, catalog, snapshots, std::move(system))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RuleAcceptor::look);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!changes.conversations.isEmpty() || changes.everything)
            look();
    });
}

void RuleAcceptor::start()
{
    m_started = true;
    look();
}

void RuleAcceptor::stop()
{
    m_started = false;
    m_timer.stop();
}

void RuleAcceptor::look()
{
    m_again = m_working;
    if (!m_started || m_working)
        return;
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> RuleAcceptor::work()
{
    const OperatorId system = m_commands.me().id;
    std::optional<Error> failure;
    while (m_started && !failure) {
        m_again = false;
        auto reading = m_store.read([system](Database &db) { return acceptorNext(db, system); });
        const Result<std::optional<AcceptorNext>> found = co_await finished(std::move(reading));
        if (!found) {
            failure = found.error();
            break;
        }
        if (!*found) {
            if (m_again)
                continue;
            break;
        }
        const AcceptorNext next = **found;
        QString refusal = next.refusal;
        if (refusal.isEmpty()) {
            auto accepting = m_commands.accept(next.wanted.conversation, next.suggestionVersion);
            const Result<Commands::Accepted> accepted = co_await finished(std::move(accepting));
            if (!accepted && accepted.error().kind == Error::Kind::Storage) {
                failure = accepted.error();
                break;
            }
            if (!accepted)
                refusal = accepted.error().message;
            else if (accepted->open)
                refusal = u"An open task is there already: \"%1\" at %2."_s.arg(accepted->open->title,
                                                                              accepted->open->target);
        }
        auto settling = m_store.write([system, wanted = next.wanted, refusal](Database &db) {
            return acceptorSettle(db, system, wanted, refusal);
        });
        const Result<Done> settled = co_await finished(std::move(settling));
        if (!settled)
            failure = settled.error();
    }
    m_working = false;
    if (!failure)
        co_return Done{};
    logError("rules", u"What rules accept could not be looked at: %1"_s.arg(failure->message));
    if (m_started)
        m_timer.start(acceptorRetry);
    co_return *failure;
}

} // namespace patchbay

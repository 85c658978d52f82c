#pragma once

#include "core/async/async.h"
#include "core/base/cancel.h"
#include "core/engine/category_mapping.h"
#include "core/engine/snapshots.h"
#include "core/store/replay_table.h"

#include <QtCore/QMap>
#include <QtCore/QObject>
#include <QtCore/QThreadPool>

namespace patchbay {

/// What is tried on history: two ways to decide, made by changing a copy of the current Snapshot (its rules, its
/// classifier with another threshold, its taxonomy).
struct ReplayRequest {
    std::shared_ptr<const Snapshot> live = {};
    std::shared_ptr<const Snapshot> draft = {};
    replay_rows::Span span = {};
    enum class Messages {
        Newest, ///< the newest message from outside of each conversation
        Each, ///< all of them, oldest first
    } messages = Messages::Newest;
    /// Asks the models anew. Otherwise, and where both have the same model, what was decided then is taken, a person's
    /// corrections included. A person's word is always kept.
    bool classifyAgain = false;
    /// The draft's categories are other ones: what becomes of what was decided then, a person's word included, and of
    /// what lessons teach. Then different models alone do not ask anew. Null: the same categories.
    std::shared_ptr<const CategoryMapping> mapping = {};
};

/// A message that the draft would decide otherwise.
struct ReplayChange {
    ConversationId conversation = {};
    MessageId message = {};
    CategoryId fromCategory = {};
    CategoryId toCategory = {};
    int fromRoute = 0; ///< places in ReplayResult::routes
    int toRoute = 0;
    enum Kind : quint8 { Category = 1, Route = 2, Priority = 4, Labels = 8, Other = 16 };
    quint8 kinds = 0; ///< of Kind; Other: assignment, drafted reply, acceptance
};

/// How many messages went from one category and route to another.
struct ReplayMove {
    CategoryId fromCategory = {};
    int fromRoute = 0;
    CategoryId toCategory = {};
    int toRoute = 0;

    auto operator<=>(const ReplayMove &) const = default;
};

struct ReplayCount {
    qint64 live = 0;
    qint64 draft = 0;
};

/// What would be different. Partial ones of several threads add up.
struct ReplayResult {
    qint64 conversations = 0;
    qint64 messages = 0;
    qint64 changedMessages = 0;
    qint64 changedConversations = 0;
    QStringList routes = {}; ///< names; the first is "", no route
    QMap<CategoryId, ReplayCount> categories = {};
    QMap<int, ReplayCount> byRoute = {};
    QMap<QString, ReplayCount> rules = {}; ///< how often each rule fired
    QMap<ReplayMove, qint64> moves = {}; ///< also those that stayed
    ReplayCount accepted = {}; ///< would be pushed without asking
    std::vector<ReplayChange> changes = {}; ///< the newest `changesKept`
    /// Lessons that the draft's model answers better: rightly instead of not at all or wrongly, not at all instead of
    /// wrongly. Models know the lessons that they were taught, so that few are wrong.
    std::vector<LessonId> better = {};
    std::vector<LessonId> worse = {}; ///< and the other way round
    qint64 lessons = 0; ///< that both were asked

    static constexpr size_t changesKept = 100'000;
    int routeNumber(const QString &name);
    void add(const ReplayResult &other);
    /// A page of the changes, from the newest.
    std::vector<ReplayChange> page(size_t from, size_t count) const;
};

/// Asks two ways to decide about history and counts the difference. Reads in short transactions of the read pool,
/// decides on two threads of its own, writes nothing. Bounds on rules do not count in it, and state, assignee and
/// labels of a conversation are today's. Event loop's thread.
class Replay final : public QObject {
    Q_OBJECT

public:
    explicit Replay(Store &store);
    ~Replay() override;

    /// One at a time. Cancelled when `cancel` was, soon after.
    QFuture<Result<ReplayResult>> run(ReplayRequest request, CancelToken cancel = {});

Q_SIGNALS:
    /// Conversations looked at, of those in the span.
    void progress(qint64 done, qint64 total);

private:
    struct Run;
    Async<Result<ReplayResult>> work(ReplayRequest request, CancelToken cancel);
    static Async<Result<Done>> collect(Run *run);
    Async<Result<Done>> lane(Run *run);

    Store &m_store;
    std::shared_ptr<QThreadPool> m_pool; ///< shared with what is still being decided when this ends
    AsyncScope m_scope;
};

/// What a part of a replay looks at beside its messages.
struct ReplaySlice {
    ReplayRequest request = {};
    std::vector<replay_rows::Item> items = {};
    QHash<ConversationId, Conversation> conversations = {};
    QHash<ConversationId, QStringList> labels = {};
    QHash<ChannelId, std::pair<QString, QString>> channels = {}; ///< name, connector
};
/// Pure; any thread. Stops early, with what it has, when `cancel` was.
ReplayResult replaySlice(const ReplaySlice &slice, const CancelToken &cancel);
/// Which lessons the two models answer better or worse. Pure; any thread.
ReplayResult replayLessons(const ReplayRequest &request, const std::vector<Lesson> &lessons, const CancelToken &cancel);
/// True when a rule asks what something became, so that the messages before matter.
bool looksBack(const RuleSet &rules);

} // namespace patchbay

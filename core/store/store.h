#pragma once

#include "core/base/clock.h"
#include "core/store/blob_store.h"
#include "core/store/store_job.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>
#include <QtCore/QPromise>

#include <memory>
#include <type_traits>

namespace patchbay {

struct StoreOptions {
    /// A folder "NAME.patchbay" (made when it does not exist and `create` is set), or "postgresql://user@host:port/db".
    QString location = {};
    bool create = false;
    /// Opens beside the owner without the lock: only read() works, write() is refused with the holder's name.
    bool readOnly = false;
    /// This machine's; none: the system's. In a workspace on a server all times are the server's, and this one only
    /// counts between two looks at that.
    const Clock *clock = nullptr;
    /// Takes the place of the server's own clock: for tests, which turn it by hand.
    const Clock *serverClock = nullptr;
    /// For a new workspace.
    QString name = {};
    bool sample = false;
    /// A folder of numbered schema steps instead of those built in: for tests of upgrades.
    QString migrations = {};
};

/// One workspace: its database, its files, its lock. All SQL runs on the Store's own threads; callers get futures.
/// Created and used on the event loop's thread; write() and read() may be called from any thread.
class Store final : public QObject {
    Q_OBJECT

public:
    /// Locks (the error names the holder), opens, refuses a newer schema with the file untouched, backs up before a
    /// migration (a folder; a server's backup is the team's), migrates, checks. Blocks while it does so: call it from a
    /// worker (a QThread) and move the Store to the event loop's thread from there.
    static Result<std::unique_ptr<Store>> open(StoreOptions options);
    ~Store() override;

    /// Runs work(Database &) -> Result<T> in one transaction of the one writer. Several waiting works share a commit
    /// (at most 50, or 20 ms); the future finishes after the commit, durable. An error rolls back this work alone.
    template <class F> auto write(F work) { return submit(std::move(work), true); }

    /// Runs work(Database &) -> Result<T> in a read-only transaction on the read pool. Keep it under a second.
    template <class F> auto read(F work) { return submit(std::move(work), false); }
    /// The same, but ends as Cancelled soon after `cancel` was: what the next key makes needless.
    template <class F> auto read(F work, CancelToken cancel)
    {
        return submit(std::move(work), false, std::move(cancel));
    }

    /// Runs work(Database &) -> Result<T> on the writer without a transaction around it, which is what a database asks
    /// for that cleans its own file (VACUUM, a checkpoint). Other writes wait for its end.
    template <class F> auto maintain(F work) { return submit(std::move(work), true, {}, true); }

    BlobStore &files();
    QString workspaceUid() const;
    QString workspaceName() const;
    bool isSample() const;
    bool isReadOnly() const;
    /// True when other processes may work in it too: on a server.
    bool isShared() const;
    /// Names this process among them, "workstation/number": for what only one of them may do.
    QString owner() const;
    /// What the times in the workspace mean: the server's clock, or this machine's. Lives as long as the Store.
    const Clock &clock() const;
    /// What a person should know about this opening: that a server's schema was upgraded, without a backup of ours.
    QString notice() const;
    QString location() const; ///< the folder, or the URL without its password

Q_SIGNALS:
    /// After each commit that changed something, on the thread the Store lives in.
    void changed(const patchbay::ChangeSet &changes);
    /// Changes cannot be stored (a full disk, a server that is away): the reason, for a person; empty when they can
    /// again. On the thread the Store lives in.
    void troubled(const QString &sentence);

private:
    explicit Store(StoreOptions options);

    void enqueue(StoreJob job, bool writes);
    /// Announces what other workstations committed; on a server only, where each commit leaves a row that says so.
    void askForOthers();

    template <class F>
    auto submit(F work, bool writes, std::optional<CancelToken> cancel = {}, bool alone = false)
        -> QFuture<std::invoke_result_t<F &, Database &>>
    {
        using R = std::invoke_result_t<F &, Database &>;
        struct State {
            QPromise<R> promise;
            std::optional<R> result;
        };
        auto state = std::make_shared<State>();
        state->promise.start();
        QFuture<R> future = state->promise.future();
        StoreJob job;
        job.alone = alone;
        job.body = [state, work = std::move(work)](Database &db) mutable -> std::optional<Error> {
            state->result.emplace(work(db));
            if (!state->result->ok())
                return state->result->error();
            return db.error();
        };
        job.settle = [state](const std::optional<Error> &error) {
            state->promise.addResult(error ? R(*error) : std::move(*state->result));
            state->promise.finish();
        };
        job.cancel = std::move(cancel);
        enqueue(std::move(job), writes);
        return future;
    }

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay

#pragma once

#include "core/async/async.h"
#include "core/model/delivery.h"
#include "core/ports/destination.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>

namespace patchbay {

struct OutboxLimits {
    int maxAttempts = 25;
    std::chrono::hours maxAge{72};
    std::chrono::milliseconds firstDelay{1000}; ///< full jitter: uniform in [0, firstDelay * 2^n], capped
    std::chrono::milliseconds maxDelay{15 * 60 * 1000};
    std::chrono::milliseconds lease{60000};
    int breakerFailures = 5;
    std::chrono::milliseconds breakerPause{30000};
    int parallel = 8;
};

/// The only door out: claims due deliveries, looks up before any repeat, sends, settles. Wakes on commits and by timer.
/// Event loop's thread.
class Outbox final : public QObject {
    Q_OBJECT

public:
    /// The live destination of a delivery, or an error that says why there is none.
    using Resolve = std::function<Result<Destination *>(const Delivery &)>;
    /// Uniform in [0, 1): chance, so that tests can fix it.
    using Random = std::function<double()>;

    Outbox(Store &store, Resolve resolve, QString owner, OutboxLimits limits, Random random);
    ~Outbox() override;

    /// Adopts deliveries that an ended process left in "sending", then works until stopped.
    void start();
    /// Lets running attempts end; nothing new is claimed.
    void stop();
    /// Finishes when nothing is due and nothing is running (what waits for later stays).
    QFuture<Result<Done>> runOnce();
    int running() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay

#pragma once

#include "core/async/async.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QJsonObject>

#include <chrono>
#include <functional>
#include <optional>

namespace patchbay {

/// The other side's proof that it has the thing.
struct Receipt {
    QString externalId = {};
    QString url = {};
    QString response = {}; ///< verbatim, at most 2,000 characters
    QString notice = {}; ///< what did not go along with it, in a sentence: "Attached 2 of 3: x.zip was refused: ..."
};

/// How a repeat is kept from doubling.
enum class Idempotency {
    Native, ///< the other side folds repeats by our key
    Upsert, ///< we write to the record that has our key: a repeat writes the same again
    Lookup, ///< we can search for our key
    None, ///< neither: an attempt whose end is not known stays "unknown"
};

struct DeliveryFacts {
    Idempotency idempotency = Idempotency::None;
    std::chrono::milliseconds deadline{30000}; ///< of one attempt
    std::chrono::milliseconds indexLag{0}; ///< until the other side's search surely shows what it accepted
    /// Who is told to wait (RateLimited) is the conversation that was written to, and the others go on, unless the
    /// error is accountWide.
    bool waitsByThread = false;
};

/// One thing to deliver. `payload` is what Commands froze: a TaskPayload or an OutboundMessage as JSON.
struct DeliveryRequest {
    QString key = {};
    QJsonObject payload = {};
    int attempt = 1;
    Timestamp startedAt = {}; ///< of this attempt, as it is stored
};

/// How long a line of 2 Mbit/s takes for so many bytes: what a call that carries files has beside its deadline.
inline std::chrono::milliseconds timeForBytes(qint64 bytes) { return std::chrono::milliseconds(bytes * 1000 / 262144); }

/// To be awaited just before the step that cannot be taken back (the POST, the message text after DATA); when it fails,
/// the step must not be done.
using BeforeEffect = std::function<Async<Result<Done>>()>;

/// Something that the Outbox can deliver to: a channel or a target. GUI thread (the thread of the event loop).
class Destination {
public:
    virtual ~Destination() = default;
    virtual DeliveryFacts facts() const = 0;
    /// The facts of one delivery whose newest attempt started at this time: they may hang on the way that it took.
    virtual DeliveryFacts factsOf(const QJsonObject &payload, Timestamp startedAt) const;
    /// Errors after the effect step that leave the outcome open are marked `ambiguous`.
    virtual Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) = 0;
    /// Searches for what has our key. Nothing found is a value, not an error.
    virtual Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) = 0;
    /// Logs in and reads; changes nothing. The value is a sentence ("Signed in as support@…, INBOX has 12 messages").
    virtual Async<Result<QString>> test() = 0;
};

inline DeliveryFacts Destination::factsOf(const QJsonObject &, Timestamp) const { return facts(); }

} // namespace patchbay

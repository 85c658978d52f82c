#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/money.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// What a remote model is asked for.
enum class Purpose { Classify, Reply, Summary, Translation };

QString nameOf(Purpose purpose); ///< "classify", "reply", "summary", "translation"
std::optional<Purpose> purposeFrom(const QString &name);

/// A question to a remote model about a conversation. How it goes on its way is its delivery's to say; an answer that
/// is stored here fits the schema of its purpose.
struct Question {
    QuestionId id = {};
    QString uid = {};
    ConversationId conversation = {};
    MessageId message = {}; ///< the newest inbound one when it was asked
    ModelId model = {};
    DeliveryId delivery = {}; ///< none: answered out of the cache, nothing left
    Purpose purpose = Purpose::Classify;
    QString language = {}; ///< Translation: into this one, ISO 639-1
    QString cacheKey = {}; ///< of model, purpose, prompt and text
    QJsonObject answer = {}; ///< empty: none yet
    QString error = {}; ///< why what a batch brought is no answer; empty: nothing was brought, or it is one
    QJsonObject originals = {}; ///< "[email 1]" -> what stood there; never leaves
    bool automatic = false; ///< the local model abstained, and nobody pressed a key
    OperatorId operatorId = {};
    Timestamp createdAt = {};
    Timestamp answeredAt = {};

    bool isAnswered() const { return !answer.isEmpty(); }
};

/// One call that left this machine, or was about to: a row of the privacy ledger, and of the bill.
struct ModelCall {
    /// Open: on its way, or the process ended with it. Answered: charged as counted. Failed: the other side said no and
    /// charges nothing. Unclear: it may have been answered, so its highest price stands. NotSent: it surely did not
    /// leave.
    enum class State { Open, Answered, Failed, Unclear, NotSent };

    ModelCallId id = {};
    QString uid = {};
    QuestionId question = {}; ///< none: deleted with a person's data
    ConversationId conversation = {}; ///< likewise
    ModelId model = {};
    ModelBatchId batch = {}; ///< none: it left alone
    QString host = {}; ///< to whom: "api.example.org"
    Purpose purpose = Purpose::Classify;
    OperatorId operatorId = {}; ///< who asked; the system, when the local model abstained
    State state = State::Open;
    QString text = {}; ///< what left of the customer's words, redacted; empty once deleted
    QString sha256 = {}; ///< of it
    qint64 bytes = 0; ///< of everything that was said to the model, in UTF-8
    int redactions = 0; ///< places that were struck out
    qint64 inputTokens = 0;
    qint64 outputTokens = 0;
    Money reserved = {}; ///< the highest price that it could have
    Money cost = {}; ///< Answered, Unclear
    QString externalId = {}; ///< the other side's
    Timestamp startedAt = {};
    Timestamp endedAt = {};
};

QString nameOf(ModelCall::State state);
ModelCall::State modelCallStateFrom(const QString &name);

/// Questions that leave together, for less money and answered within a day. Their deliveries say how far each of them
/// is until it has left; then the batch does.
struct ModelBatch {
    /// Open: not over there yet. Running: it is there, and its answers are asked for. Ended: what it brought is stored.
    /// Failed: it came to nothing over there.
    enum class State { Open, Running, Ended, Failed };

    ModelBatchId id = {};
    QString uid = {};
    ModelId model = {};
    OperatorId operatorId = {};
    State state = State::Open;
    QString externalId = {}; ///< the other side's
    QString error = {}; ///< of the last reading, or why it came to nothing
    Timestamp createdAt = {};
    Timestamp sentAt = {};
    Timestamp nextAt = {}; ///< when its answers are asked for again
    qint64 fence = 0; ///< of the newest reading that began
    Timestamp endedAt = {};

    /// What it is called over there, where the vendor has a field for that.
    QString key() const { return QStringLiteral("patchbay-") + uid; }
    /// When it is looked at next: the longer it takes, the more rarely.
    std::chrono::milliseconds pause(Timestamp now) const;
};

QString nameOf(ModelBatch::State state);
ModelBatch::State modelBatchStateFrom(const QString &name);

} // namespace patchbay

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/conversation.h"
#include "core/model/marked_text.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// What an operator did to a chat that its platform is to know of. It sets a state, so the newest one of its subject is
/// the one that counts, and a repeat changes nothing. Frozen in a delivery's payload.
struct ChatChange {
    enum class What { Status, Assignee, Label, Words };

    What what = What::Status;
    QString threadKey = {};
    ConversationStatus status = ConversationStatus::Open; ///< Status
    Timestamp until = {}; ///< Status, Snoozed
    QString name = {}; ///< Assignee: the operator's; empty: nobody
    QString mail = {}; ///< Assignee: by which the platform may know them; empty: nobody, or not known
    QString label = {}; ///< Label
    bool on = true; ///< Label: it is put on; else taken away
    QString message = {}; ///< Words: the external id of the message of ours that is to read otherwise
    MarkedText words = {}; ///< Words: as it is to read

    /// What it sets: "status", "assignee", "label:urgent", "words:<message>".
    QString subject() const;
    /// In words: "Assigned to Ana".
    QString title() const;
    bool operator==(const ChatChange &) const = default;

    static QString subjectOfWords(const QString &message);
};

QJsonObject toJson(const ChatChange &change);
Result<ChatChange> chatChangeFromJson(const QJsonObject &payload);
/// Whether a delivery's payload is a change, and no message.
bool isChatChange(const QJsonObject &payload);

} // namespace patchbay

#pragma once

#include "core/engine/intake_parse.h"
#include "core/engine/snapshots.h"
#include "core/model/account.h"

namespace patchbay {

/// What the Intake knows when an item becomes visible.
struct IntakeContext {
    std::shared_ptr<const Snapshot> snapshot = {};
    QString workspaceUid = {};
    Channel channel = {};
};

/// A parsed item on its way to its end.
struct IntakeWork {
    raw_messages::RawMessage raw = {}; ///< an id: it waits in the store; none: it is stored now, at its end
    ParsedItem parsed = {};
    QString rawHash = {}; ///< raw_messages::hashOf, for items that are stored now
    QByteArray bodyBytes = {}; ///< toBytes of the message's body; empty: it is made then
    std::optional<Classification> classification = {}; ///< by the context's snapshot; none: it is classified then
};

/// What became of items.
struct IntakeCounts {
    int visible = 0;
    int duplicate = 0;
    int quarantined = 0;
    int noted = 0;
    int requeued = 0; ///< items that had waited for one of these: pending again
};

/// The Intake's second transaction for parsed items: visible, duplicate, quarantined or noted, with everything that
/// follows from it. Leaves an item alone that is no longer pending. An error rolls it back and leaves the items
/// pending.
///
/// - What tells something of a message is applied to it, and kept until it comes where it is not there yet.
/// - Known dedupe key: duplicate. Our own reply coming back (same Message-ID and text): duplicate of it, and a delivery
///   whose end was unknown is sent. Same external id with other content: kept and flagged.
/// - Conversation by references, else by thread key, else a new one; never by subject. Without references a mail that
///   others already refer to joins them.
/// - A mail of ours that another program sent is outbound; the conversation it opens is done until there is an answer.
/// One
///   from our address to nobody else, or that asks for answers elsewhere (the form of our website, a test, a forged
///   sender), is inbound, from whom it asks to answer.
/// - A new inbound message reopens its conversation, an automatic one too (a bounce says that our answer did not
/// arrive),
///   but only a person's message makes it wait for us.
/// - Items that wait for nothing (no id) and whose source key is known meanwhile count as duplicates.
/// Several items of one channel are one work: an error rolls all of them back.
Result<IntakeCounts> applyItems(Database &db, const IntakeContext &context, const std::vector<IntakeWork> &items);

} // namespace patchbay

#pragma once

#include "core/base/ids.h"

#include <QtCore/QMetaType>
#include <QtCore/QSet>

namespace patchbay {

/// What one commit touched; announced after it, never before. A view reloads just these rows.
struct ChangeSet {
    QSet<ConversationId> conversations = {};
    QSet<ConversationId> timelines = {}; ///< conversations whose messages changed
    QSet<DeliveryId> deliveries = {};
    QSet<TaskId> tasks = {};
    QSet<LocalTaskId> localTasks = {};
    QSet<ConversationId> searchable = {}; ///< whose messages or tasks a search finds from now on, or no more
    bool channels = false;
    bool targets = false;
    bool taxonomy = false;
    bool contacts = false; ///< new ones, to be compared with those that are there
    bool lessons = false;
    bool rules = false; ///< rules or routes
    bool counters = false;
    bool settings = false;
    bool models = false; ///< accounts of models, or what was spent at them
    bool savedSearches = false;
    bool requeued = false; ///< items that were done with are to be read again
    bool everything = false; ///< nobody can tell any more what changed: read all of it again

    /// Every flag set; what a reader of ids does with `everything` is to reload.
    static ChangeSet all();
    bool isEmpty() const
    {
        return conversations.isEmpty() && timelines.isEmpty() && deliveries.isEmpty() && tasks.isEmpty()
            && localTasks.isEmpty() && searchable.isEmpty() && !channels && !contacts && !targets && !taxonomy
            && !lessons && !rules && !counters && !settings && !models && !savedSearches && !requeued && !everything;
    }
    void unite(const ChangeSet &other);
};

} // namespace patchbay

Q_DECLARE_METATYPE(patchbay::ChangeSet)

#include "core/model/change_set.h"

namespace patchbay {

ChangeSet ChangeSet::all()
{
    ChangeSet all;
    all.channels = all.targets = all.taxonomy = all.lessons = all.rules = true;
    all.counters = all.settings = all.models = all.savedSearches = all.everything = all.contacts = true;
    return all;
}

void ChangeSet::unite(const ChangeSet &other)
{
    conversations.unite(other.conversations);
    timelines.unite(other.timelines);
    deliveries.unite(other.deliveries);
    tasks.unite(other.tasks);
    localTasks.unite(other.localTasks);
    searchable.unite(other.searchable);
    channels |= other.channels;
    targets |= other.targets;
    taxonomy |= other.taxonomy;
    contacts |= other.contacts;
    lessons |= other.lessons;
    rules |= other.rules;
    counters |= other.counters;
    settings |= other.settings;
    models |= other.models;
    savedSearches |= other.savedSearches;
    requeued |= other.requeued;
    everything |= other.everything;
}

} // namespace patchbay

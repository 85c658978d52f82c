#include "core/model/message_event.h"

#include <algorithm>

namespace patchbay {

namespace {

bool eventIsText(const MessageEvent &event)
{
    return event.kind == MessageEvent::Kind::Original || event.kind == MessageEvent::Kind::Edit;
}

std::vector<MessageEvent> eventTexts(const std::vector<MessageEvent> &events)
{
    std::vector<MessageEvent> texts;
    std::copy_if(events.begin(), events.end(), std::back_inserter(texts), eventIsText);
    // The original is the oldest even where a platform dates an edit like the message.
    std::stable_sort(texts.begin(), texts.end(), [](const MessageEvent &a, const MessageEvent &b) {
        const bool first = a.kind == MessageEvent::Kind::Original;
        return first != (b.kind == MessageEvent::Kind::Original) ? first : a.at < b.at;
    });
    return texts;
}

void eventReact(std::vector<MessageEvent> &reactions, const MessageEvent &event)
{
    const auto known = std::find_if(reactions.begin(), reactions.end(), [&event](const MessageEvent &one) {
        return one.author.address == event.author.address;
    });
    if (known == reactions.end())
        reactions.push_back(event);
    else if (known->at <= event.at)
        *known = event;
}

} // namespace

int rankOf(MessageFate fate)
{
    switch (fate) {
    case MessageFate::Accepted: return 0;
    case MessageFate::Failed: return 1;
    case MessageFate::Delivered: return 2;
    case MessageFate::Read: return 3;
    }
    return 0;
}

std::optional<MessageEvent> newestText(const std::vector<MessageEvent> &events)
{
    const std::vector<MessageEvent> texts = eventTexts(events);
    return texts.empty() ? std::nullopt : std::optional(texts.back());
}

MessageStory storyOf(const std::vector<MessageEvent> &events)
{
    MessageStory story;
    const std::vector<MessageEvent> texts = eventTexts(events);
    for (size_t i = 0; i + 1 < texts.size(); ++i) {
        if (texts[i].text == texts[i + 1].text)
            continue;
        story.formerTexts.push_back(texts[i]);
        story.editedAt = texts[i + 1].at;
    }
    for (const MessageEvent &event : events) {
        if (event.kind == MessageEvent::Kind::Deletion && !story.deletion)
            story.deletion = event;
        if (event.kind == MessageEvent::Kind::Reaction)
            eventReact(story.reactions, event);
        if (event.kind == MessageEvent::Kind::Receipt
            && (!story.receipt || rankOf(event.fate) > rankOf(story.receipt->fate)))
            story.receipt = event;
    }
    std::erase_if(story.reactions, [](const MessageEvent &one) { return one.text.isEmpty(); });
    return story;
}

} // namespace patchbay

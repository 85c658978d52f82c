#include "ui/models/timeline_model.h"

#include "core/mail/bounded_body.h"
#include "core/ports/chat_change.h"
#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "ui/models/message_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr int timelinePage = 30;
constexpr int timelineRefresh = 400;
constexpr size_t timelineWindow = 240;

messages::Position timelinePosition(const Message &message) { return {message.sortAt, message.id}; }

bool timelineSameDelivery(const std::optional<Delivery> &a, const std::optional<Delivery> &b)
{
    if (a.has_value() != b.has_value())
        return false;
    return !a
        || (a->id == b->id && a->state == b->state && a->attempts == b->attempts && a->lastError == b->lastError
            && a->nextAttemptAt == b->nextAttemptAt && a->response == b->response && a->settledAt == b->settledAt);
}

} // namespace

TimelineModel::TimelineModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_changeTimer.setSingleShot(true);
    m_changeTimer.setInterval(20);
    connect(&m_changeTimer, &QTimer::timeout, this, [this] { load(Kind::Refresh); });
    connect(&store, &Store::changed, this, &TimelineModel::applyChanges);
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    const TimelineItem *item = at(index);
    if (!item)
        return {};
    const Message &message = item->messages.front();
    if (role == MessageIdRole)
        return message.id.value;
    if (role == Qt::DisplayRole)
        return words::oneLine(message.text);
    if (role != Qt::AccessibleTextRole)
        return {};
    const QString at = words::fullTime(message.sortAt);
    const QString text = words::oneLine(message.text, 400);
    const QString since = words::storySentence(item->story);
    const auto with = [&since](const QString &sentence) {
        return since.isEmpty() ? sentence : sentence + QStringLiteral(". ") + since;
    };
    // What colleagues wrote over there has no operator here.
    const QString us = words::oneLine(item->operatorName.isEmpty() ? message.author.name : item->operatorName);
    switch (message.direction) {
    case Direction::Inbound: return with(tr("%1 wrote, %2: %3").arg(words::oneLine(message.author.name), at, text));
    case Direction::Outbound: return with(tr("%1 replied, %2: %3").arg(us, at, text));
    case Direction::Note: return tr("Note by %1, %2: %3").arg(us, at, text);
    case Direction::Event: return tr("%n change(s), %1", nullptr, int(item->messages.size())).arg(at);
    }
    return {};
}

bool TimelineModel::same(const TimelineItem &a, const TimelineItem &b) const
{
    return a.messages.size() == b.messages.size() && a.operatorName == b.operatorName
        && timelineSameDelivery(a.delivery, b.delivery) && timelineSameDelivery(a.change, b.change)
        && a.story == b.story && readsTheSame(a, b);
}

bool readsTheSame(const TimelineItem &a, const TimelineItem &b)
{
    const Message &one = a.messages.front();
    const Message &other = b.messages.front();
    const auto loaded = [](const Attachment &x, const Attachment &y) {
        return x.name == y.name && x.sha256 == y.sha256 && x.size == y.size;
    };
    return one.text == other.text && a.quote == b.quote && a.story.formerTexts == b.story.formerTexts
        && a.story.deletion == b.story.deletion && a.story.reactions == b.story.reactions
        && std::equal(one.attachments.begin(), one.attachments.end(), other.attachments.begin(),
                      other.attachments.end(), loaded);
}

void TimelineModel::open(ConversationId conversation) { openAt(conversation, {}); }

void TimelineModel::openAt(ConversationId conversation, MessageId message)
{
    ++m_epoch;
    m_conversation = conversation;
    m_target = message;
    beginResetModel();
    m_rows.clear();
    endResetModel();
    m_messages.clear();
    m_deliveries.clear();
    m_stories.clear();
    m_quoted.clear();
    m_moreBefore = m_moreAfter = m_loading = m_refreshAgain = false;
    m_changeTimer.stop();
    if (conversation)
        load(message ? Kind::Around : Kind::Newest);
}

void TimelineModel::loadOlder()
{
    if (m_moreBefore && !m_loading)
        load(Kind::Older);
}

void TimelineModel::loadNewer()
{
    if (m_moreAfter && !m_loading)
        load(Kind::Newer);
}

void TimelineModel::applyChanges(const ChangeSet &changes)
{
    const bool ours = changes.everything || changes.timelines.contains(m_conversation)
        || changes.conversations.contains(m_conversation);
    if (m_conversation && (ours || !changes.deliveries.isEmpty()) && !m_changeTimer.isActive())
        m_changeTimer.start();
}

void TimelineModel::load(Kind kind)
{
    if (m_loading) {
        m_refreshAgain = true;
        return;
    }
    if (kind != Kind::Around && m_messages.empty())
        kind = Kind::Newest;
    m_loading = true;
    std::optional<messages::Position> first;
    messages::Position last;
    if (!m_messages.empty()) {
        first = timelinePosition(m_messages.front());
        last = timelinePosition(m_messages.back());
    }
    auto work = [=, conversation = m_conversation, target = m_target](Database &db) -> Result<Page> {
        Page page;
        switch (kind) {
        case Kind::Newest: page.messages = messages::before(db, conversation, std::nullopt, timelinePage); break;
        case Kind::Around: break;
        case Kind::Older: page.messages = messages::before(db, conversation, first, timelinePage); break;
        case Kind::Newer: page.messages = messages::after(db, conversation, last, timelinePage); break;
        case Kind::Refresh: {
            messages::Position justBefore = *first;
            justBefore.id.value -= 1;
            page.messages = messages::after(db, conversation, justBefore, timelineRefresh);
            break;
        }
        }
        if (kind == Kind::Around)
            page = around(db, conversation, target);
        const int asked = kind == Kind::Refresh ? timelineRefresh : timelinePage;
        if (kind != Kind::Around)
            page.full = int(page.messages.size()) >= asked;
        for (Message &message : page.messages)
            message.body = boundedBody(std::move(message.body)); // here, off the GUI thread
        readStories(db, page);
        page.deliveries = deliveries::ofConversation(db, conversation);
        for (const Operator &person : operators::all(db))
            page.operators.insert(person.id, person.name);
        return db.finish(std::move(page));
    };
    whenDone(this, m_store.read(std::move(work)), [this, kind, epoch = m_epoch](const Result<Page> &page) {
        if (epoch != m_epoch)
            return;
        m_loading = false;
        if (page)
            take(kind, *page);
        else
            Q_EMIT failed(page.error().message);
        if (std::exchange(m_refreshAgain, false))
            m_changeTimer.start();
    });
}

TimelineModel::Page TimelineModel::around(Database &db, ConversationId conversation, MessageId id)
{
    Page page;
    const std::optional<Message> message = messages::byId(db, id);
    if (!message || message->conversation != conversation) {
        page.messages = messages::before(db, conversation, std::nullopt, timelinePage);
        page.full = int(page.messages.size()) >= timelinePage;
        return page;
    }
    page.messages = messages::before(db, conversation, timelinePosition(*message), timelinePage);
    page.full = int(page.messages.size()) >= timelinePage;
    const auto behind = messages::after(db, conversation, timelinePosition(*message), timelinePage);
    page.moreAfter = int(behind.size()) >= timelinePage;
    page.messages.push_back(*message);
    page.messages.insert(page.messages.end(), behind.begin(), behind.end());
    return page;
}

void TimelineModel::readStories(Database &db, Page &page)
{
    std::vector<MessageId> ids;
    QStringList answered;
    for (const Message &message : page.messages) {
        ids.push_back(message.id);
        if (!message.answers.isEmpty())
            answered << message.answers;
    }
    const auto events = message_events::of(db, ids);
    for (const MessageId id : ids)
        page.stories.insert(id, storyOf(events.value(id)));
    if (!answered.isEmpty())
        page.quoted = messages::quoted(db, page.messages.front().channel, answered);
}

std::optional<TimelineQuote> TimelineModel::quoteOf(const Message &message) const
{
    const auto found = m_quoted.constFind(message.answers);
    if (message.answers.isEmpty() || found == m_quoted.cend())
        return std::nullopt;
    const QString ours = found->direction == Direction::Inbound ? QString() : m_operators.value(found->operatorId);
    const Address &author = found->author;
    return TimelineQuote{found->id,
                         words::oneLine(!ours.isEmpty()             ? ours
                                            : author.name.isEmpty() ? author.address
                                                                    : author.name,
                                        60),
                         words::oneLine(found->text, 120)};
}

void TimelineModel::take(Kind kind, Page page)
{
    m_stories.insert(page.stories);
    m_quoted.insert(page.quoted);
    m_deliveries = std::move(page.deliveries);
    m_operators = std::move(page.operators);
    const MessageId newest = m_messages.empty() ? MessageId() : m_messages.back().id;
    auto &incoming = page.messages;
    switch (kind) {
    case Kind::Newest:
    case Kind::Around:
        m_messages = std::move(incoming);
        m_moreBefore = page.full;
        m_moreAfter = page.moreAfter;
        if (std::none_of(m_messages.begin(), m_messages.end(), [this](const Message &m) { return m.id == m_target; }))
            m_target = {};
        break;
    case Kind::Older:
        m_messages.insert(m_messages.begin(), incoming.begin(), incoming.end());
        m_moreBefore = page.full;
        break;
    case Kind::Newer:
        m_messages.insert(m_messages.end(), incoming.begin(), incoming.end());
        m_moreAfter = page.full;
        break;
    case Kind::Refresh:
        // Away from the end the window keeps its size: what came in is found by scrolling down.
        if (m_moreAfter && incoming.size() > m_messages.size())
            incoming.resize(m_messages.size());
        else
            m_moreAfter = page.full;
        m_messages = std::move(incoming);
        break;
    }
    trim(kind);
    rebuild();
    if (kind == Kind::Newest || kind == Kind::Around)
        Q_EMIT opened();
    if (kind == Kind::Refresh && !m_messages.empty() && m_messages.back().id != newest
        && m_messages.back().direction == Direction::Inbound)
        Q_EMIT inboundArrived();
}

void TimelineModel::trim(Kind kind)
{
    if (m_messages.size() <= timelineWindow)
        return;
    const auto extra = std::ptrdiff_t(m_messages.size() - timelineWindow);
    if (kind == Kind::Older) {
        m_messages.erase(m_messages.end() - extra, m_messages.end());
        m_moreAfter = true;
    } else {
        m_messages.erase(m_messages.begin(), m_messages.begin() + extra);
        m_moreBefore = true;
    }
}

void TimelineModel::rebuild()
{
    QHash<MessageId, const Delivery *> byMessage;
    QHash<QString, const Delivery *> changes; // the newest of each message's words
    for (const Delivery &delivery : m_deliveries) {
        if (delivery.message)
            byMessage.insert(delivery.message, &delivery);
        if (delivery.kind == DeliveryKind::Change && delivery.state != DeliveryState::Cancelled)
            changes.insert(delivery.payload.value(QLatin1String("change")).toString(), &delivery);
    }
    std::vector<TimelineItem> items;
    for (const Message &message : m_messages) {
        if (message.direction == Direction::Event && !items.empty() && items.back().isEvents()) {
            items.back().messages.push_back(message);
            continue;
        }
        TimelineItem item;
        item.messages.push_back(message);
        item.operatorName = m_operators.value(message.operatorId);
        item.story = m_stories.value(message.id);
        item.quote = quoteOf(message);
        if (const Delivery *delivery = byMessage.value(message.id))
            item.delivery = *delivery;
        const Delivery *change = message.direction == Direction::Outbound
            ? changes.value(ChatChange::subjectOfWords(message.externalId))
            : nullptr;
        if (change && change->state != DeliveryState::Sent)
            item.change = *change;
        items.push_back(std::move(item));
    }
    assign(std::move(items));
}

} // namespace patchbay

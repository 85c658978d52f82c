#include "core/model/names.h"

#include <array>

namespace patchbay {

namespace {

template <class Enum, size_t Count> using NameTable = std::array<std::pair<Enum, const char *>, Count>;

constexpr NameTable<Health, 6> healthNames{{{Health::Unknown, "unknown"},
                                            {Health::Ok, "ok"},
                                            {Health::CatchingUp, "catching_up"},
                                            {Health::Offline, "offline"},
                                            {Health::Failed, "failed"},
                                            {Health::Paused, "paused"}}};
constexpr NameTable<Direction, 4> directionNames{{{Direction::Inbound, "inbound"},
                                                  {Direction::Outbound, "outbound"},
                                                  {Direction::Note, "note"},
                                                  {Direction::Event, "event"}}};
constexpr NameTable<ConversationStatus, 3> statusNames{
    {{ConversationStatus::Open, "open"}, {ConversationStatus::Done, "done"}, {ConversationStatus::Snoozed, "snoozed"}}};
constexpr NameTable<Priority, 4> priorityNames{
    {{Priority::Normal, "normal"}, {Priority::Low, "low"}, {Priority::High, "high"}, {Priority::Urgent, "urgent"}}};
constexpr NameTable<ClassificationSource, 4> sourceNames{{{ClassificationSource::LocalModel, "local_model"},
                                                          {ClassificationSource::Rule, "rule"},
                                                          {ClassificationSource::RemoteModel, "remote_model"},
                                                          {ClassificationSource::Person, "person"}}};
constexpr NameTable<DeliveryKind, 4> kindNames{{{DeliveryKind::Task, "task"},
                                                {DeliveryKind::Reply, "reply"},
                                                {DeliveryKind::Question, "question"},
                                                {DeliveryKind::Change, "change"}}};
constexpr NameTable<DeliveryState, 7> deliveryNames{{{DeliveryState::Unknown, "unknown"},
                                                     {DeliveryState::Queued, "queued"},
                                                     {DeliveryState::Sending, "sending"},
                                                     {DeliveryState::Sent, "sent"},
                                                     {DeliveryState::Failed, "failed"},
                                                     {DeliveryState::Dead, "dead"},
                                                     {DeliveryState::Cancelled, "cancelled"}}};
constexpr NameTable<Suggestion::State, 5> suggestionNames{{{Suggestion::State::Superseded, "superseded"},
                                                           {Suggestion::State::Pending, "pending"},
                                                           {Suggestion::State::Accepted, "accepted"},
                                                           {Suggestion::State::Overridden, "overridden"},
                                                           {Suggestion::State::Dismissed, "dismissed"}}};

constexpr NameTable<Route::Strategy, 4> strategyNames{{{Route::Strategy::Single, "single"},
                                                       {Route::Strategy::PrimaryBackup, "primary_backup"},
                                                       {Route::Strategy::ByCategory, "by_category"},
                                                       {Route::Strategy::Parallel, "parallel"}}};

constexpr NameTable<Route::Files, 3> routeFilesNames{
    {{Route::Files::None, "none"}, {Route::Files::LastMessage, "last_message"}, {Route::Files::All, "all"}}};

constexpr NameTable<ContactMatch::Kind, 2> matchKindNames{
    {{ContactMatch::Kind::Mail, "mail"}, {ContactMatch::Kind::Phone, "phone"}}};
constexpr NameTable<ContactMatch::State, 4> matchStateNames{{{ContactMatch::State::Refused, "refused"},
                                                             {ContactMatch::State::Open, "open"},
                                                             {ContactMatch::State::Merged, "merged"},
                                                             {ContactMatch::State::Split, "split"}}};

template <class Enum, size_t Count> QString nameIn(const NameTable<Enum, Count> &table, Enum value)
{
    for (const auto &[entry, name] : table) {
        if (entry == value)
            return QString::fromLatin1(name);
    }
    return QString::fromLatin1(table.front().second);
}

template <class Enum, size_t Count> std::optional<Enum> findIn(const NameTable<Enum, Count> &table, const QString &name)
{
    for (const auto &[entry, text] : table) {
        if (name == QLatin1String(text))
            return entry;
    }
    return std::nullopt;
}

template <class Enum, size_t Count> Enum valueIn(const NameTable<Enum, Count> &table, const QString &name)
{
    return findIn(table, name).value_or(table.front().first);
}

} // namespace

QString nameOf(Health value) { return nameIn(healthNames, value); }
QString nameOf(Direction value) { return nameIn(directionNames, value); }
QString nameOf(ConversationStatus value) { return nameIn(statusNames, value); }
QString nameOf(Priority value) { return nameIn(priorityNames, value); }
QString nameOf(ClassificationSource value) { return nameIn(sourceNames, value); }
QString nameOf(DeliveryKind value) { return nameIn(kindNames, value); }
QString nameOf(DeliveryState value) { return nameIn(deliveryNames, value); }
QString nameOf(Suggestion::State value) { return nameIn(suggestionNames, value); }
QString nameOf(Route::Strategy value) { return nameIn(strategyNames, value); }
QString nameOf(Route::Files value) { return nameIn(routeFilesNames, value); }
QString nameOf(ContactMatch::Kind value) { return nameIn(matchKindNames, value); }
QString nameOf(ContactMatch::State value) { return nameIn(matchStateNames, value); }

Health healthFrom(const QString &name) { return valueIn(healthNames, name); }
Direction directionFrom(const QString &name) { return valueIn(directionNames, name); }
ConversationStatus conversationStatusFrom(const QString &name) { return valueIn(statusNames, name); }
Priority priorityFrom(const QString &name) { return valueIn(priorityNames, name); }
std::optional<Priority> strictPriorityFrom(const QString &name) { return findIn(priorityNames, name); }
ClassificationSource classificationSourceFrom(const QString &name) { return valueIn(sourceNames, name); }
DeliveryKind deliveryKindFrom(const QString &name) { return valueIn(kindNames, name); }
DeliveryState deliveryStateFrom(const QString &name) { return valueIn(deliveryNames, name); }
std::optional<Route::Strategy> routeStrategyFrom(const QString &name) { return findIn(strategyNames, name); }
std::optional<Route::Files> routeFilesFrom(const QString &name) { return findIn(routeFilesNames, name); }
ContactMatch::Kind matchKindFrom(const QString &name) { return valueIn(matchKindNames, name); }
ContactMatch::State matchStateFrom(const QString &name) { return valueIn(matchStateNames, name); }
Suggestion::State suggestionStateFrom(const QString &name) { return valueIn(suggestionNames, name); }

} // namespace patchbay

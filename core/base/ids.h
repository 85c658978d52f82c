#pragma once

#include <QtCore/QHashFunctions>
#include <QtCore/QString>

#include <compare>

namespace patchbay {

class Clock;

/// A row's number in this workspace's database; never shown outside. 0 means "none".
template <class Tag> struct Id {
    qint64 value = 0;

    explicit operator bool() const { return value != 0; }
    auto operator<=>(const Id &) const = default;
};

template <class Tag> size_t qHash(Id<Tag> id, size_t seed = 0) { return ::qHash(id.value, seed); }

using OperatorId = Id<struct OperatorTag>;
using ChannelId = Id<struct ChannelTag>;
using TargetId = Id<struct TargetTag>;
using ContactId = Id<struct ContactTag>;
using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using RawMessageId = Id<struct RawMessageTag>;
using AttachmentId = Id<struct AttachmentTag>;
using CategoryId = Id<struct CategoryTag>;
using RouteId = Id<struct RouteTag>;
using SuggestionId = Id<struct SuggestionTag>;
using TaskId = Id<struct TaskTag>;
using ModelId = Id<struct ModelTag>;
using QuestionId = Id<struct QuestionTag>;
using ModelCallId = Id<struct ModelCallTag>;
using ModelBatchId = Id<struct ModelBatchTag>;
using LocalTaskId = Id<struct LocalTaskTag>;
using DeliveryId = Id<struct DeliveryTag>;
using LessonId = Id<struct LessonTag>;
using LabelId = Id<struct LabelTag>;
using SavedSearchId = Id<struct SavedSearchTag>;
using ImportId = Id<struct ImportTag>;
using CannedReplyId = Id<struct CannedReplyTag>;
using BusinessRuleId = Id<struct BusinessRuleTag>;

/// A new UUIDv7 (RFC 9562, section 5.7) in its 36-character lower-case form: the name that may leave the workspace.
QString newUid(const Clock &clock);
/// An id or key that the other side made, as it is stored and looked up: itself, or "sha256:" and its hash where it has
/// more than 998 bytes of UTF-8, because an index takes no longer ones. Never cut, which could make two ids one.
QString indexKey(const QString &id);
/// True for what indexKey gave for one that was too long: then nobody outside knows it by this name.
bool isHashedKey(const QString &key);
/// True for the 36-character lower-case form of any UUID.
bool isUid(const QString &text);

} // namespace patchbay

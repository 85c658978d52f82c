#include "core/store/replay_table.h"

#include "core/base/json_scan.h"
#include "core/model/names.h"
#include "core/store/id_list.h"

#include <limits>

namespace patchbay::replay_rows {

namespace {

std::optional<Classification> replayClassification(const Row &row, int first)
{
    if (row.isNull(first))
        return std::nullopt;
    Classification stored;
    stored.category = row.id<CategoryId>(first);
    stored.confidence = row.real(first + 1);
    stored.source = classificationSourceFrom(row.text(first + 2));
    const QString document = row.text(first + 3);
    stored.abstained = document.startsWith(u"{\"abstained\":true"); // keys are sorted
    stored.priority = priorityFrom(jsonMember(document, u"priority").value_or(QString()));
    stored.language = jsonMember(document, u"language").value_or(QString());
    return stored;
}

} // namespace

std::vector<ConversationId> page(Database &db, const Span &span, Place &last, int limit)
{
    constexpr qint64 end = std::numeric_limits<qint64>::max();
    if (last.id == 0)
        last = span.until ? Place{span.until.us, 0} : Place{end, end};
    std::vector<ConversationId> ids;
    for (const Row &row : db.rows("SELECT id, sort_at FROM conversation WHERE (sort_at, id) < (?, ?) AND sort_at >= ? "
                                  "ORDER BY sort_at DESC, id DESC LIMIT ?",
                                  {last.sortAt, last.id, span.since.us, limit})) {
        ids.push_back(row.id<ConversationId>(0));
        last = {row.integer(1), row.integer(0)};
    }
    return ids;
}

#define PATCHBAY_REPLAY_COLUMNS                                                                                        \
    "SELECT m.id, m.conversation_id, m.direction, m.sort_at, "                                                         \
    "CASE WHEN m.direction = 'inbound' THEN m.subject ELSE '' END, "                                                   \
    "CASE WHEN m.direction = 'inbound' THEN m.body_text ELSE '' END, "                                                 \
    "m.author_name, m.author_address, m.is_automatic, k.category_id, k.confidence, k.source, k.document FROM "
#define PATCHBAY_REPLAY_CLASSIFICATION                                                                                 \
    "LEFT JOIN classification k ON k.id = (SELECT o.id FROM classification o WHERE o.message_id = m.id "               \
    "ORDER BY o.id DESC LIMIT 1) "

std::vector<Item> items(Database &db, const std::vector<ConversationId> &conversations, bool newestAlone)
{
    std::vector<Item> found;
    const char *const newest = PATCHBAY_REPLAY_COLUMNS
        "conversation c JOIN message m ON m.id = (SELECT n.id FROM message n WHERE "
        "n.conversation_id = c.id AND n.direction = 'inbound' "
        "ORDER BY n.sort_at DESC, n.id DESC LIMIT 1) " PATCHBAY_REPLAY_CLASSIFICATION "WHERE c.id IN ";
    const char *const all = PATCHBAY_REPLAY_COLUMNS "message m " PATCHBAY_REPLAY_CLASSIFICATION
                                                    "WHERE m.direction IN ('inbound', 'outbound') AND "
                                                    "m.conversation_id IN ";
    forIdList(db, newestAlone ? newest : all, newestAlone ? "" : " ORDER BY m.conversation_id, m.sort_at, m.id", {},
              conversations, [&found](const Row &row) {
                  Item item;
                  item.message = row.id<MessageId>(0);
                  item.conversation = row.id<ConversationId>(1);
                  item.inbound = directionFrom(row.text(2)) == Direction::Inbound;
                  item.sortAt = row.time(3);
                  item.subject = row.text(4);
                  item.text = row.text(5);
                  item.author = {row.text(6), row.text(7)};
                  item.automatic = row.boolean(8);
                  item.stored = replayClassification(row, 9);
                  found.push_back(std::move(item));
              });
    return found;
}

} // namespace patchbay::replay_rows

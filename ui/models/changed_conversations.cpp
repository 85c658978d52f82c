#include "ui/models/changed_conversations.h"

#include "core/store/conversation_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

ChangedConversations::ChangedConversations(Store &store, QString subject, QString what, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
    , m_subject(std::move(subject))
    , m_what(std::move(what))
{
}

void ChangedConversations::clear()
{
    ++m_epoch;
    assign({});
}

void ChangedConversations::show(std::vector<ChangedConversation> rows)
{
    const quint64 epoch = ++m_epoch;
    std::vector<ConversationId> ids;
    for (const ChangedConversation &row : rows)
        ids.push_back(row.conversation);
    auto work = [ids](Database &db) -> Result<std::vector<std::pair<Conversation, QString>>> {
        std::vector<std::pair<Conversation, QString>> found;
        for (const Conversation &conversation : conversations::byIds(db, ids))
            found.emplace_back(conversation, conversations::contact(db, conversation.contact).name);
        return db.finish(std::move(found));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch, rows = std::move(rows)](const auto &found) mutable {
        if (epoch != m_epoch)
            return; // others are wanted by now
        if (!found)
            return Q_EMIT failed(found.error().message);
        QHash<ConversationId, std::pair<QString, QString>> known;
        for (const auto &[conversation, name] : *found)
            known.insert(conversation.id, {name, conversation.subject});
        for (ChangedConversation &row : rows) {
            const auto about = known.value(row.conversation);
            row.contact = words::oneLine(about.first, 60);
            row.subject = words::oneLine(row.subject.isEmpty() ? about.second : row.subject);
        }
        assign(std::move(rows));
        Q_EMIT loaded();
    });
}

QVariant ChangedConversations::data(const QModelIndex &index, int role) const
{
    const ChangedConversation *row = at(index);
    if (!row || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    switch (Column(index.column())) {
    case Contact: return row->contact;
    case Subject: return row->subject;
    case What: return row->what;
    case From: return row->from;
    case To: return row->to;
    case ColumnCount: break;
    }
    return {};
}

QVariant ChangedConversations::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Contact: return tr("Contact");
    case Subject: return m_subject;
    case What: return m_what;
    case From: return tr("Now");
    case To: return tr("With the draft");
    case ColumnCount: break;
    }
    return {};
}

} // namespace patchbay

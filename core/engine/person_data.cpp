#include "core/engine/person_data.h"

#include "core/engine/person_scope.h"
#include "core/store/erasure_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

void previewPlace(Database &db, const persons::Place &place, PersonPreview &preview, std::vector<MessageId> &messages)
{
    const auto theirs = allTheirs(db, preview.person, place);
    preview.counts += persons::countOf(db, place, theirs);
    preview.notes += persons::noteCount(db, theirs);
    const persons::Open open = persons::openDeliveries(db, place.id, theirs, place.isWhole());
    preview.toCancel += int(open.cancellable.size());
    preview.unsettled += open.unsettled;
    if (place.isWhole()) {
        preview.elsewhere += persons::tasksElsewhere(db, place.id);
    } else {
        const qint64 left = persons::messageCount(db, place.id) - qint64(theirs.size());
        preview.shared.push_back({place.uid, place.subject, qint64(theirs.size()), left});
    }
    messages.insert(messages.end(), theirs.begin(), theirs.end());
}

PersonPreview previewFor(Database &db, const persons::Person &person)
{
    PersonPreview preview;
    preview.person = person;
    std::vector<MessageId> messages;
    std::vector<ConversationId> conversations;
    for (const persons::Place &place : allPlaces(db, person)) {
        previewPlace(db, place, preview, messages);
        conversations.push_back(place.id);
    }
    preview.counts.contacts = qint64(person.contacts.size());
    const persons::OwnFiles files = persons::ownFiles(db, messages);
    preview.files = files.count;
    preview.fileBytes = files.bytes;
    preview.unread = persons::unreadItems(db, conversations);
    preview.unfinished = erasures::unfinishedOf(db, person.contact.id).has_value();
    return preview;
}

} // namespace

QString PersonPreview::refusal() const
{
    if (unsettled == 0)
        return {};
    return u"%1 deliveries are being sent or may have been: nothing is deleted before each is settled in the Outbox."_s
        .arg(unsettled);
}

PersonData::PersonData(Store &store, Operator me)
    : m_store(store)
    , m_me(std::move(me))
{
}

PersonData::~PersonData() { cancelExport(); }

QFuture<Result<PersonPreview>> PersonData::preview(QString contactOrAddress)
{
    return m_store.read([contactOrAddress](Database &db) -> Result<PersonPreview> {
        const Result<persons::Person> person = persons::find(db, contactOrAddress);
        if (!person)
            return person.error();
        return db.finish(previewFor(db, *person));
    });
}

QFuture<Result<PersonPreview>> PersonData::previewOf(ContactId contact)
{
    return m_store.read([contact](Database &db) -> Result<PersonPreview> {
        const auto person = persons::byId(db, contact);
        if (!person)
            return db.error().value_or(makeError(Error::Kind::NotFound, u"This contact is not in the workspace."_s));
        return db.finish(previewFor(db, *person));
    });
}

} // namespace patchbay

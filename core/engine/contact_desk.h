#pragma once

#include "core/model/identity.h"
#include "core/model/operator.h"
#include "core/store/identity_table.h"
#include "core/store/store.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

namespace patchbay {

/// A person over all channels, as it is shown.
struct PersonShown {
    Contact contact = {}; ///< that stands for the person
    std::vector<ContactPart> parts = {}; ///< that one first
    identity::Figures figures = {};
    std::vector<ContactMatch> matches = {}; ///< who may be the same, seen from this person

    /// Where the person writes from, in the order of the parts.
    std::vector<Handle> handles() const;
};
std::optional<PersonShown> shownPerson(Database &db, ContactId contact);

/// What operators say of who is one person. Each deed is one transaction with its audit row, and can be taken back
/// exactly. Of two workstations that decide about the same persons at one moment the second is told. Errors are
/// sentences. Event loop's thread.
class ContactDesk final : public QObject {
    Q_OBJECT

public:
    ContactDesk(Store &store, Operator me);

    /// By an address of theirs, or a contact's uid or a unique prefix of it.
    QFuture<Result<PersonShown>> show(QString contactOrAddress);
    QFuture<Result<PersonShown>> showOf(ContactId contact);
    /// The newest persons; with `typed` those whose name or address holds it.
    QFuture<Result<std::vector<PersonShown>>> list(QString typed, int limit);
    QFuture<Result<std::vector<ContactMatch>>> suggestions(int limit);

    struct Merged {
        ContactId stays = {};
        ContactId joins = {};
        Contact person = {}; ///< what it is called now
        QString joined = {}; ///< what the other one was called
    };
    /// Makes them one person with the name and uid of `stays`; both stand for a person, as they were shown. Conflict
    /// when one of them was merged meanwhile, or is being deleted.
    QFuture<Result<Merged>> merge(ContactId stays, ContactId joins);
    /// Takes it back: what was suggested is suggested again.
    QFuture<Result<Done>> undoMerge(Merged merged);

    struct Split {
        ContactId part = {};
        ContactId from = {}; ///< what it had been merged into
        OperatorId mergedBy = {};
        Timestamp mergedAt = {};
        QString name = {}; ///< of the part
        QString uid = {};
        std::vector<qint64> matches = {}; ///< that are not suggested again
    };
    /// Takes a contact that was merged out again, with what was merged into it before, its conversations and what came
    /// for it since. That they are one person is not suggested again.
    QFuture<Result<Split>> split(ContactId part);
    QFuture<Result<Done>> undoSplit(Split split);

    struct Refused {
        std::vector<qint64> matches = {};
    };
    /// The two of this suggestion are not one person: it does not come back, for whatever reason.
    QFuture<Result<Refused>> refuse(QString matchUid);
    QFuture<Result<Done>> undoRefuse(Refused refused);

private:
    Store &m_store;
    Operator m_me;
};

} // namespace patchbay

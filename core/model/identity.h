#pragma once

#include "core/model/conversation.h"

namespace patchbay {

/// A contact of a person: the one that stands for all of them, or one that was merged into another.
struct ContactPart {
    Contact contact = {}; ///< with its own name and uid
    std::vector<Handle> handles = {};
    ContactId mergedInto = {}; ///< none: it stands for the person
    OperatorId mergedBy = {};
    Timestamp mergedAt = {};
};

/// What the addresses of a kind of channel say of who writes. Only the platform's word counts; names never do.
enum class Addresses {
    Opaque, ///< the platform's own ids: nothing
    Mail, ///< e-mail addresses
    Phones, ///< phone numbers in international form, with or without a plus sign
    Written, ///< what another system has in its records: an e-mail address, or a number that begins with a plus sign
};

/// Where one side of an evidence stands.
struct EvidenceSide {
    ContactId contact = {};
    QString source = {}; ///< the kind of the handle ("mail", "whatsapp_cloud"), or evidenceSignature
    QString written = {}; ///< as it stands there

    /// Anybody can write any number below a mail.
    bool isWeak() const;
};
inline const QString evidenceSignature = QStringLiteral("signature");

inline bool EvidenceSide::isWeak() const { return source == evidenceSignature; }

/// Two contacts that may be one person, and why.
struct ContactMatch {
    enum class Kind { Mail, Phone };
    /// Split: they were merged for it and came apart again. Only open ones are suggested.
    enum class State { Open, Merged, Refused, Split };

    qint64 id = 0;
    QString uid = {};
    Kind kind = Kind::Mail;
    QString value = {}; ///< the address in its normal form, or the number in E.164
    EvidenceSide one = {};
    EvidenceSide other = {};
    Contact onePerson = {}; ///< whom each side belongs to now
    Contact otherPerson = {};
    State state = State::Open;
    Timestamp foundAt = {};

    bool isWeak() const { return one.isWeak() || other.isWeak(); }
    /// The same, seen from this person.
    ContactMatch seenFrom(ContactId person) const;
};

inline ContactMatch ContactMatch::seenFrom(ContactId person) const
{
    ContactMatch turned = *this;
    if (otherPerson.id == person) {
        std::swap(turned.one, turned.other);
        std::swap(turned.onePerson, turned.otherPerson);
    }
    return turned;
}

} // namespace patchbay

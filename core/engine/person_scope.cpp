#include "core/engine/person_scope.h"

#include "core/mail/mail.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr int scopePage = 500;

bool scopeGoesToThemOnly(const QStringList &recipients, const QStringList &own)
{
    bool any = false;
    for (const QString &text : recipients) {
        for (const Address &address : parseAddresses(text)) {
            const QString normal = normalAddress(address.address);
            if (!own.contains(normal.isEmpty() ? address.address.trimmed().toLower() : normal))
                return false;
            any = true;
        }
    }
    return any;
}

} // namespace

bool isTheirs(const persons::Letter &letter, const persons::Person &person, const persons::Place &place)
{
    if (place.isWhole())
        return true;
    const QStringList own = persons::addressesIn(person, place);
    if (letter.direction == Direction::Inbound)
        return own.contains(letter.author) || (own.isEmpty() && place.isContact && letter.author.isEmpty());
    return letter.direction == Direction::Outbound && scopeGoesToThemOnly(letter.recipients, own);
}

std::vector<MessageId> theirsAmong(const std::vector<persons::Letter> &letters, const persons::Person &person,
                                   const persons::Place &place)
{
    std::vector<MessageId> ids;
    for (const persons::Letter &letter : letters) {
        if (isTheirs(letter, person, place))
            ids.push_back(letter.id);
    }
    return ids;
}

std::vector<persons::Place> allPlaces(Database &db, const persons::Person &person)
{
    std::vector<persons::Place> all;
    for (;;) {
        const auto page = persons::places(db, person, all.empty() ? ConversationId{} : all.back().id, scopePage);
        all.insert(all.end(), page.begin(), page.end());
        if (page.size() < scopePage)
            return all;
    }
}

std::vector<MessageId> allTheirs(Database &db, const persons::Person &person, const persons::Place &place)
{
    std::vector<MessageId> all;
    MessageId last;
    for (;;) {
        const auto page = persons::letters(db, place.id, last, scopePage);
        const auto theirs = theirsAmong(page, person, place);
        all.insert(all.end(), theirs.begin(), theirs.end());
        if (page.size() < scopePage)
            return all;
        last = page.back().id;
    }
}

} // namespace patchbay

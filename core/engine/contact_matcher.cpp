#include "core/engine/contact_matcher.h"

#include "core/base/log.h"
#include "core/engine/phone_number.h"
#include "core/mail/mail.h"
#include "core/store/identity_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int matcherBatch = 100; ///< contacts in a transaction
constexpr int matcherHolders = 20; ///< what more have is nobody's own: a switchboard, an example
constexpr std::chrono::milliseconds matcherPause{200};
constexpr std::chrono::milliseconds matcherRetry{10000};

bool matcherTakesMail(const AddressFacts &facts, const QString &kind)
{
    const Addresses what = facts.value(kind, Addresses::Opaque);
    return what == Addresses::Mail || what == Addresses::Written;
}

bool matcherTakesPhones(const AddressFacts &facts, const QString &kind)
{
    const Addresses what = facts.value(kind, Addresses::Opaque);
    return what == Addresses::Phones || what == Addresses::Written;
}

/// The number that an address is. Importers write "+49171...@whatsapp"; where e-mail addresses may stand too,
/// "+49171...@example.org" is one of these and no number.
QString matcherPhone(const AddressFacts &facts, const Handle &handle)
{
    const bool isMail = handle.address.section(u'@', 1).contains(u'.');
    if (!matcherTakesPhones(facts, handle.kind) || (isMail && matcherTakesMail(facts, handle.kind)))
        return {};
    const bool isPhone = facts.value(handle.kind) == Addresses::Phones;
    const QString number = handle.address.section(u'@', 0, 0).trimmed();
    // 4915...@lid is WhatsApp's own number for somebody who hides theirs, and looks like a telephone's.
    if (isPhone && number != handle.address)
        return {};
    if (number.startsWith(u'+'))
        return e164(number);
    const bool digits =
        !number.isEmpty() && std::all_of(number.begin(), number.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    return isPhone && digits ? e164(u'+' + number) : QString();
}

/// An address that can receive mail, not one that an importer made up.
bool matcherIsMail(const QString &address)
{
    return address.section(u'@', 1).contains(u'.') && normalAddress(address) == address;
}

void matcherPairMail(Database &db, const AddressFacts &facts, const Handle &handle)
{
    if (!matcherTakesMail(facts, handle.kind) || !matcherIsMail(handle.address))
        return;
    for (const Handle &other : identity::handlesWith(db, handle.address, handle.contact, matcherHolders)) {
        if (!matcherTakesMail(facts, other.kind))
            continue;
        ContactMatch match;
        match.kind = ContactMatch::Kind::Mail;
        match.value = handle.address;
        match.one = {handle.contact, handle.kind, handle.address};
        match.other = {other.contact, other.kind, other.address};
        identity::addMatch(db, match);
    }
}

void matcherPairPhone(Database &db, const identity::Phone &phone)
{
    identity::addPhone(db, phone);
    const auto holders = identity::holdersOf(db, phone.phone, phone.contact, matcherHolders + 1);
    if (int(holders.size()) > matcherHolders)
        return;
    for (const identity::Phone &other : holders) {
        if (phone.side.isWeak() && other.side.isWeak())
            continue; // colleagues have one number below their mails
        ContactMatch match;
        match.kind = ContactMatch::Kind::Phone;
        match.value = phone.phone;
        match.one = phone.side;
        match.other = other.side;
        identity::addMatch(db, match);
    }
}

/// Numbers below the contact's newest mail.
std::vector<PhoneNumber> matcherSignature(Database &db, const Handle &handle)
{
    const QByteArray bytes = identity::newestBody(db, handle);
    if (!bytes.contains('+'))
        return {};
    const Result<Body> body = bodyFromBytes(bytes);
    return body ? phoneNumbersIn(plainText(*body, BodyBlock::Part::Signature)) : std::vector<PhoneNumber>();
}

} // namespace

AddressFacts addressFactsOf(const Catalog &catalog)
{
    AddressFacts facts;
    for (const ChatConnectorInfo &info : catalog.chats)
        facts.insert(info.id, info.addresses);
    facts.insert(u"mail"_s, Addresses::Mail); // also what was imported from files
    return facts;
}

void matchTold(Database &db, const Handle &told, ContactId holder)
{
    const bool isMail = told.address.contains(u'@');
    ContactMatch match;
    match.kind = isMail ? ContactMatch::Kind::Mail : ContactMatch::Kind::Phone;
    match.value = isMail ? told.address : e164(told.address);
    match.one = {told.contact, told.kind, told.address};
    match.other = {holder, told.kind, told.address};
    if (match.value.isEmpty() || (isMail && !matcherIsMail(told.address)))
        return;
    identity::holdAll(db);
    identity::addMatch(db, match);
}

int matchContacts(Database &db, const AddressFacts &facts, int limit)
{
    identity::holdAll(db);
    const std::vector<Handle> handles = identity::waiting(db, limit);
    for (const Handle &handle : handles) {
        matcherPairMail(db, facts, handle);
        if (const QString phone = matcherPhone(facts, handle); !phone.isEmpty())
            matcherPairPhone(db, {handle.contact, phone, {handle.contact, handle.kind, handle.address.left(60)}});
        if (facts.value(handle.kind) != Addresses::Mail)
            continue;
        for (const PhoneNumber &number : matcherSignature(db, handle))
            matcherPairPhone(db, {handle.contact, number.e164, {handle.contact, evidenceSignature, number.written}});
    }
    identity::done(db, handles);
    return int(handles.size());
}

ContactMatcher::ContactMatcher(Store &store, const Catalog &catalog)
    : m_store(store)
    , m_facts(addressFactsOf(catalog))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ContactMatcher::wake);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!m_started || !changes.contacts)
            return;
        m_again = true;
        if (!m_working && !m_timer.isActive())
            m_timer.start(matcherPause);
    });
}

void ContactMatcher::start()
{
    if (m_store.isReadOnly())
        return;
    m_started = true;
    m_timer.start(matcherPause);
}

void ContactMatcher::stop()
{
    m_started = false;
    m_timer.stop();
}

QFuture<Result<Done>> ContactMatcher::drain() { return m_scope.run(matchAll()); }

void ContactMatcher::wake()
{
    if (m_working || !m_started)
        return;
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> ContactMatcher::work()
{
    m_again = false;
    const Result<Done> done = co_await matchAll();
    m_working = false;
    if (!done)
        logWarning("contacts", done.error().message);
    if (m_started && (!done || m_again))
        m_timer.start(done ? matcherPause : matcherRetry);
    co_return done;
}

Async<Result<Done>> ContactMatcher::matchAll()
{
    // On a server another workstation has mostly done it by now: a look does not hold up who writes.
    auto look = [](Database &db) -> Result<bool> { return db.finish(!identity::waiting(db, 1).empty()); };
    const Result<bool> waits = co_await finished(m_store.read(look));
    if (!waits)
        co_return waits.error();
    int looked = *waits ? matcherBatch : 0;
    while (looked >= matcherBatch) { // a contact may have several handles
        auto some = [facts = m_facts](Database &db) -> Result<int> {
            const int count = matchContacts(db, facts, matcherBatch);
            return db.finish(count);
        };
        const Result<int> matched = co_await finished(m_store.write(std::move(some)));
        if (!matched)
            co_return matched.error();
        looked = *matched;
    }
    co_return Done{};
}

} // namespace patchbay

#pragma once

#include "core/async/async.h"
#include "core/ports/catalog.h"
#include "core/store/store.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// What the addresses of each kind of handle are.
using AddressFacts = QHash<QString, Addresses>;
AddressFacts addressFactsOf(const Catalog &catalog);

/// Compares up to `limit` contacts that are new with those that are there, and stores who may be one person; how many
/// it looked at. Only what a platform vouches for counts: an e-mail address, a phone number. A number below a mail
/// counts as the weaker evidence that it is, and only beside an address that is a number.
int matchContacts(Database &db, const AddressFacts &facts, int limit);

/// One address in the records of one kind of channel, and two contacts that it stands for: they may be one person. (The
/// other side made a second record of somebody, or merged two.)
void matchTold(Database &db, const Handle &told, ContactId holder);

/// Looks for one person behind several contacts: a moment after a new contact was stored, so that nothing that comes in
/// waits for it. What a killed program left, and what was there before there were suggestions, is done after the next
/// start. Event loop's thread.
class ContactMatcher final : public QObject {
    Q_OBJECT

public:
    ContactMatcher(Store &store, const Catalog &catalog);

    void start();
    void stop();
    /// Everything that waits now.
    QFuture<Result<Done>> drain();

private:
    void wake();
    Async<Result<Done>> work();
    Async<Result<Done>> matchAll();

    Store &m_store;
    AddressFacts m_facts;
    QTimer m_timer;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false; ///< something came while it worked
    AsyncScope m_scope;
};

} // namespace patchbay

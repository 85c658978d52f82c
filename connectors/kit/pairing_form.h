#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// An account that a person connects by scanning a code, as a table: where an answer tells how it stands, where it has
/// the code, and what is said then.
struct PairingForm {
    QString title = {}; ///< of the platform, in front of its own words
    QString state = {}; ///< where it tells how the account stands
    QString paired = {}; ///< the state in which there is nothing to scan
    QString joining = {}; ///< the state in which it gets there by itself
    QString failed = {}; ///< true there: it cannot be paired; `words` tells why
    QString words = {};
    QString scan = {}; ///< where the code to draw stands
    QString typed = {}; ///< where one to type in stands; need not be there
    std::chrono::seconds lasts{20}; ///< how long the code is good
    QString saysPaired = {};
    QString saysJoining = {};
    QString saysLost = {}; ///< in any other state, which is its %1
    QString saysWait = {}; ///< while there is no code yet
    QString saysScan = {};
};
Result<Pairing> readPairing(JsonReader &reply, const ChatContext &context, const PairingForm &form);
/// Whether it is paired. Offline while it gets there by itself. Conflict: a person is needed; it is asked again soon,
/// because scanning takes a minute.
Result<Done> checkPaired(JsonReader &reply, const PairingForm &form);

/// The same as calls of a spec read them, of a table with a name.
template <const PairingForm &form> Result<Pairing> readPairing(JsonReader &reply, const ChatContext &context)
{
    return readPairing(reply, context, form);
}
template <const PairingForm &form> Result<Done> checkPaired(JsonReader &reply, const ChatContext &)
{
    return checkPaired(reply, form);
}

} // namespace patchbay

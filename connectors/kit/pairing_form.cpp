#include "connectors/kit/pairing_form.h"

#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

Result<Pairing> readPairing(JsonReader &reply, const ChatContext &context, const PairingForm &form)
{
    constexpr qsizetype longestWords = 300;
    Pairing pairing;
    pairing.isPaired = textOr(reply, form.state) == form.paired;
    if (pairing.isPaired) {
        pairing.sentence = form.saysPaired;
        return reply.finish(pairing);
    }
    if (reply.optionalBoolean(form.failed).value_or(false))
        return makeError(Error::Kind::Refused,
                         u"%1: %2"_s.arg(form.title, textOr(reply, form.words).left(longestWords)));
    pairing.scan = textOr(reply, form.scan);
    pairing.typed = textOr(reply, form.typed);
    pairing.until = context.now + form.lasts;
    pairing.sentence = pairing.scan.isEmpty() ? form.saysWait : form.saysScan;
    return reply.finish(pairing);
}

Result<Done> checkPaired(JsonReader &reply, const PairingForm &form)
{
    const QString state = reply.text(form.state);
    if (!reply.ok() || state == form.paired)
        return reply.finish(Done{});
    if (!form.joining.isEmpty() && state == form.joining)
        return makeError(Error::Kind::Offline, form.saysJoining);
    return makeError(Error::Kind::Conflict, form.saysLost.arg(state.left(40)));
}

} // namespace patchbay

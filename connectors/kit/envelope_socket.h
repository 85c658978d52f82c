#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"

namespace patchbay {

/// A socket that hands over in envelopes what the platform would else send to a gateway: a greeting, then envelopes,
/// each of which comes again until its id is sent back, and a word when the connection is to end (Slack's Socket Mode).
/// Pointers below a frame, an object of JSON.
struct EnvelopeSocket {
    QString title = {}; ///< of the platform, for sentences
    QString type = {}; ///< where a frame says what it is, if it is no envelope
    QString greets = {}; ///< the type with which it is ready
    QString ends = {}; ///< the type with which it wants another connection
    QString reason = {}; ///< where it says why
    QStringList usual = {}; ///< reasons that are no fault: the new connection is made at once
    struct Refusal {
        QString reason = {};
        QString sentence = {}; ///< what a person does
    };
    std::vector<Refusal> refusals = {}; ///< reasons for which a person is needed
    QString envelope = {}; ///< the member that has the envelope's id, and in which it is sent back
    QString payload = {}; ///< what is kept of an envelope, as it came
    QString id = {}; ///< of the event in it, which a repeat has, too
    QString connections = {}; ///< where a greeting tells how many are open for this account
    QString shared = {}; ///< what a person has to know when there are several
};

/// What such an event is stored as: the same item, however it comes and however often. Without an id the bytes are it.
RawItem eventItem(const QByteArray &event, const QString &id);

std::unique_ptr<SocketDialogue> makeEnvelopeDialogue(const EnvelopeSocket &form);
template <const EnvelopeSocket &form>
std::unique_ptr<SocketDialogue> envelopeDialogue(const ChatContext &, const AccountConfig &, std::function<double()>)
{
    return makeEnvelopeDialogue(form);
}

/// The same event where the platform sends it to the gateway: the whole body is it, with its id at `id`.
std::vector<RawItem> readEventRequest(const HookRequest &request, const QString &id);
template <Literal id> std::vector<RawItem> readEventRequest(const HookRequest &request, const AccountConfig &)
{
    return readEventRequest(request, id.string());
}

} // namespace patchbay

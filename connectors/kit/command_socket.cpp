#include "connectors/kit/command_socket.h"

#include "connectors/kit/rest.h"
#include "connectors/kit/socket_talk.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostOpenCalls = 2000;
const QString signInId = u"subscribe"_s;

class CommandDialogue final : public BeatingDialogue {
public:
    CommandDialogue(const CommandSocket &form, const ChatContext &context, const AccountConfig &account)
        : BeatingDialogue(form.title, form.every)
        , m_form(form)
        , m_signIn(form.signIn(account))
        , m_hasBeenHere(!context.cursor.isEmpty())
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        step.send = {m_form.frame(signInId, m_signIn)};
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    Result<SocketStep> say(const ChatContext &context, Timestamp now) override;

protected:
    QByteArray beat() override { return m_form.frame(u"%1_%2"_s.arg(m_form.beat).arg(++m_beat), {m_form.beat}); }

private:
    struct Call {
        QString id = {};
        Timestamp at = {};
    };
    /// A message whose command is not answered yet.
    struct Said {
        QString key = {};
        SocketCommand push = {};
        bool isAnswer = false;
    };

    SocketStep signedIn(JsonReader &in, const std::optional<VendorFailure> &failure) const;
    SocketStep told(JsonReader &in, const QByteArray &frame);
    SocketStep settled(const Said &said, JsonReader &in, const std::optional<VendorFailure> &failure);
    /// Sent by itself, under its own id.
    SocketStep pushed(Said said);

    CommandSocket m_form;
    SocketCommand m_signIn;
    bool m_hasBeenHere;
    qint64 m_beat = 0;
    QHash<QString, Call> m_calls; ///< by thread: the newest
    QHash<QString, Said> m_said; ///< by the id of the command
};

SocketStep CommandDialogue::received(const QByteArray &frame, bool, Timestamp now)
{
    JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const QString id = textOr(in, m_form.id);
    if (in.ok() && textOr(in, m_form.name).isEmpty() && in.has(m_form.id))
        return told(in, frame);
    SocketStep step;
    step.end = m_form.ends(in);
    if (step.end)
        return step;
    step.items.push_back(m_form.item(frame, in));
    const QString thread = m_form.called(in);
    if (!thread.isEmpty() && !id.isEmpty()) {
        if (m_calls.size() >= mostOpenCalls)
            m_calls.clear(); // messages go out by themselves then
        m_calls.insert(thread, {id, now});
    }
    return step;
}

/// The answer to a command of ours.
SocketStep CommandDialogue::told(JsonReader &in, const QByteArray &frame)
{
    const QString id = textOr(in, m_form.id);
    in.integer(m_form.failures.code);
    const std::optional<VendorFailure> failure = codedFailure(Reply{200, {}, frame}, m_form.failures);
    if (id == signInId)
        return signedIn(in, failure);
    heardBeat(); // whatever it answers
    const auto asked = m_said.constFind(id);
    if (asked == m_said.constEnd())
        return {};
    const Said said = *asked;
    m_said.erase(asked);
    return settled(said, in, failure);
}

SocketStep CommandDialogue::signedIn(JsonReader &in, const std::optional<VendorFailure> &failure) const
{
    SocketStep step;
    step.wake = interval();
    if (!in.ok() || failure) {
        step.end = makeError(Error::Kind::Unauthorized,
                             u"%1: %2"_s.arg(m_form.refused, failure ? failure->words.left(200) : in.error().message));
        return step;
    }
    step.ready = true;
    step.missed = m_hasBeenHere;
    step.cursor = "here";
    return step;
}

SocketStep CommandDialogue::settled(const Said &said, JsonReader &in, const std::optional<VendorFailure> &failure)
{
    SocketStep step;
    if (!in.ok()) {
        step.settled.push_back({said.key, makeAmbiguous(Error::Kind::Protocol, in.error().message)});
        return step;
    }
    if (!failure) {
        Receipt taken;
        taken.response =
            u"%1 %2"_s.arg(in.integer(m_form.failures.code)).arg(textOr(in, m_form.failures.words).left(200));
        step.settled.push_back({said.key, taken});
        return step;
    }
    if (said.isAnswer && failure->kind == Error::Kind::Refused) // the call is over, and nothing was shown
        return pushed(said);
    Error error =
        makeError(failure->kind, u"%1 did not take the message: %2"_s.arg(m_form.title, failure->words.left(200)));
    error.ambiguous = failure->mayHaveActed;
    if (failure->kind == Error::Kind::RateLimited)
        error.retryAfter = m_form.wait;
    step.settled.push_back({said.key, error});
    return step;
}

SocketStep CommandDialogue::pushed(Said said)
{
    SocketStep step;
    said.isAnswer = false;
    step.send = {m_form.frame(said.key, said.push)};
    m_said.insert(said.key, said);
    return step;
}

Result<SocketStep> CommandDialogue::say(const ChatContext &context, Timestamp now)
{
    const Result<SocketCommand> push = m_form.push(context);
    if (!push)
        return push.error();
    const Call call = m_calls.take(context.message.threadKey);
    if (call.id.isEmpty() || now - call.at >= m_form.answerable)
        return pushed({context.key, *push});
    SocketStep step;
    step.send = {m_form.frame(call.id, m_form.answer(context))};
    m_said.insert(call.id, {context.key, *push, true});
    return step;
}

} // namespace

std::unique_ptr<SocketDialogue> makeCommandDialogue(const CommandSocket &form, const ChatContext &context,
                                                    const AccountConfig &account)
{
    return std::make_unique<CommandDialogue>(form, context, account);
}

} // namespace patchbay

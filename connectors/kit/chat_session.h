#pragma once

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_progress.h"
#include "connectors/kit/chat_socket.h"
#include "connectors/kit/chat_spec.h"
#include "connectors/kit/standing_notes.h"

#include <QtCore/QPointer>

namespace patchbay {

class ChatPoll;
class ChatSocket;

/// Runs a ChatSpec for one account: who we are over there, the inbox, and the sending of replies. Owned by Channels,
/// event loop's thread; outlives its calls.
class ChatSession final : public ChatConnector {
public:
    ChatSession(ChatSpec spec, const ConnectorServices &services, AccountConfig account);
    ~ChatSession() override;

    void start(QByteArray cursor, IntakeSink sink) override;
    void fetchOnce(QByteArray cursor, IntakeSink sink) override;
    void stop() override;
    void reachedAt(const QUrl &address) override { m_reachedAt = address; }
    Async<HookReply> receive(HookRequest request) override;

    DeliveryFacts facts() const override;
    /// An attempt that may have gone by the reply handle cannot be repeated: no key goes with it.
    DeliveryFacts factsOf(const QJsonObject &payload, Timestamp startedAt) const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;
    Async<Result<QByteArray>> fetchFile(QJsonObject remote) override;
    Async<Result<Pairing>> pairing() override;
    Async<Result<QString>> accountOverThere() override;
    Async<Result<TemplateList>> templates(bool again) override;
    void typing(const QString &threadKey, const QString &answered) override;

private:
    ChatContext context(const QByteArray &cursor = {}) const;
    /// With the text as the platform wants it; refused where it does not take it.
    Result<OutboundMessage> asItGoesOut(OutboundMessage message) const;
    /// Refused for a message that the platform does not take.
    Result<ChatContext> contextOf(const DeliveryRequest &request) const;
    /// Signs in where access tokens are needed, and reads who we are, once per connection.
    Async<Result<Done>> signIn();
    /// "telegram:api.telegram.org/77": ids count within one platform at one address.
    QString accountName() const;
    /// Of a channel that is called: it need not sign in to receive, but must be the only one on its account.
    Async<Result<Done>> proveAccount();
    Async<Result<Reply>> send(HttpClient *http, Request request, BeforeEffect gate);
    /// A call whose answer says no more than that it is done.
    Async<Result<Done>> tell(Result<Request> request);
    /// One call, and its answer read.
    /// `within`: 0 for the account's deadline.
    template <class T>
    Async<Result<T>> call(HttpClient *http, ChatCall<T> step, ChatContext about, std::chrono::milliseconds within = {});
    template <class T>
    Async<Result<T>> answered(HttpClient *http, Request request, ChatCall<T> step, ChatContext about,
                              std::chrono::milliseconds within = {});

    bool makeInbox();
    /// Sees to it that the platform sends to our address, where it is told by a call.
    Async<Result<Done>> placeHook();
    /// A platform that sends refuses to be asked: ends what was set for this channel.
    Async<Result<Done>> freeInbox();
    /// Where it sends now, for the connection test; empty where it does not say.
    Async<Result<QString>> placeSentence();
    Async<Result<Done>> acknowledge(QJsonObject waiting);
    /// Whether it is this channel's, at whatever gateway.
    bool isOurs(const QString &address) const;
    /// The platform calls us, and is asked all the same.
    bool isBesideAsking() const;
    ChatPatience patience() const;
    std::unique_ptr<ChatPoll> makePoll(ChatNotes notes);
    std::unique_ptr<ChatSocket> makeSocket(ChatNotes notes, std::function<void()> news);
    IntakeSink keepingTime(const QByteArray &cursor, IntakeSink sink) const;
    QString hookSentence() const;
    Async<Result<ChatPage>> look(QByteArray cursor, bool patient);
    Async<Result<QUrl>> address(QByteArray cursor);
    Async<Result<QString>> nameOf(QString id, std::chrono::milliseconds within);
    HookInbox::Named hookNames();
    ChatNotes notes();
    /// What its clients hear the platform answer goes into the standing; not for other hosts.
    HttpSettings ownHttp(RateLimit limit);
    /// The whole account has been told to slow down.
    void pauseAll(std::chrono::milliseconds time);
    /// The result, noted: whether the platform takes the sign-in.
    template <class T> Result<T> heard(Result<T> result);
    void report(Health health, const QString &detail);

    /// Gives a client of one call the access token, where there are such.
    Async<Result<Done>> letIn(HttpClient *http);
    Async<Result<Done>> showTyping(ChatContext about);
    Async<Result<Done>> showTypingOnce(ChatContext about);
    /// Signed in, with what the reads of the change's way found.
    Async<Result<ChatContext>> aboutChange(DeliveryRequest request);
    /// Why a call about one chat failed; always an error.
    Async<Result<Done>> refusedHere(Error error);
    Async<Result<Receipt>> tellChange(DeliveryRequest request, BeforeEffect gate);
    Async<Result<std::optional<Receipt>>> lookUpChange(DeliveryRequest request);

    bool isOpen(const QJsonObject &replyHandle, Timestamp startedAt) const;
    /// By which of the spec's calls the message goes.
    const ChatCall<Receipt> &wayOf(const ChatContext &about) const;
    /// The message with its files, read and uploaded; nothing has been sent by it.
    Async<Result<ChatContext>> withFiles(ChatContext about);
    Async<Result<QJsonObject>> uploaded(ChatContext about, FileInHand file);
    std::shared_ptr<HttpClient> chatOf(const QString &threadKey);
    /// Sends into the chat; once more where the platform asked for a short wait, or says that the chat has moved.
    Async<Result<Receipt>> sendWithin(ChatContext about, BeforeEffect gate);
    /// The same over the live connection (SocketSpec::sends).
    Async<Result<Receipt>> sayWithin(ChatContext about, BeforeEffect gate);
    /// The answer to one call of `send`.
    Async<Result<Reply>> sendTo(ChatContext about, BeforeEffect gate);

    ChatSpec m_spec;
    ConnectorServices m_services;
    AccountConfig m_account;
    DeliveryFacts m_facts;
    QUrl m_base;
    QJsonObject m_known;
    bool m_isKnown = false;
    QUrl m_reachedAt; ///< at the gateway; empty: not known
    bool m_isFree = false; ///< it may be asked: nothing of ours is told to send
    std::shared_ptr<AccessTokens> m_tokens; ///< of the account, maybe of other connections too
    StandingNotes m_standing;
    HttpClient m_http; ///< for everything but sending
    std::unique_ptr<HttpClient> m_addresses; ///< null: m_http
    RateLimiter m_limit; ///< of all sending
    QHash<QString, std::shared_ptr<HttpClient>>
        m_chats; ///< by thread: one that has to wait does not hold up the others
    QHash<QString, QJsonObject> m_told; ///< by thread: what the live connection told of the chat
    QSet<QByteArray> m_usedHandles; ///< each is taken once
    std::optional<TemplateList> m_templates; ///< as read last
    QHash<QString, Timestamp> m_typedUntil; ///< by thread: until then it is shown over there
    bool m_isShowingTyping = false;
    Health m_health = Health::Unknown;
    QString m_detail;
    std::unique_ptr<ChatNames> m_names; ///< null: the items have them
    std::optional<HookInbox> m_hook; ///< none: the platform does not call us, as the account is set up
    IntakeSink m_hookSink; ///< of `m_hook`; null: it does not receive
    std::unique_ptr<ChatInbox> m_inbox;
    QPointer<ChatSocket> m_socket; ///< m_inbox where it is one
    AsyncScope m_scope; // its coroutines use all of the above
    AsyncScope m_proving; // last: it uses all of the above
};

} // namespace patchbay

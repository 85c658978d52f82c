#pragma once

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_progress.h"
#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// Runs a ChatSpec for one account: who we are over there, the inbox, and the sending of replies. Owned by Channels,
/// event loop's thread; outlives its calls.
class ChatSession final : public ChatConnector {
public:
    ChatSession(ChatSpec spec, const ConnectorServices &services, AccountConfig account);
    ~ChatSession() override;

    void start(QByteArray cursor, IntakeSink sink) override;
    void fetchOnce(QByteArray cursor, IntakeSink sink) override;
    void stop() override;
    Async<HookReply> receive(HookRequest request) override;

    DeliveryFacts facts() const override;
    /// An attempt that may have gone by the reply handle cannot be repeated: no key goes with it.
    DeliveryFacts factsOf(const QJsonObject &payload, Timestamp startedAt) const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;
    Async<Result<QByteArray>> fetchFile(QJsonObject remote) override;
    Async<Result<TemplateList>> templates(bool again) override;

private:
    ChatContext context(const QByteArray &cursor = {}) const;
    /// Refused for a message that the platform does not take.
    Result<ChatContext> contextOf(const DeliveryRequest &request) const;
    /// Signs in where access tokens are needed, and reads who we are, once per connection.
    Async<Result<Done>> signIn();
    Async<Result<Reply>> send(HttpClient *http, Request request, BeforeEffect gate);
    /// One call, and its answer read.
    /// `within`: 0 for the account's deadline.
    template <class T>
    Async<Result<T>> call(HttpClient *http, ChatCall<T> step, ChatContext about, std::chrono::milliseconds within = {});

    bool makeInbox(bool receives);
    IntakeSink keepingTime(const QByteArray &cursor, IntakeSink sink) const;
    Async<Result<ChatPage>> look(QByteArray cursor, bool patient);
    Async<Result<QUrl>> address(QByteArray cursor);
    Async<Result<QString>> nameOf(QString id, std::chrono::milliseconds within);
    HookInbox::Named hookNames();
    ChatNotes notes();
    void report(Health health, const QString &detail);

    bool isOpen(const QJsonObject &replyHandle, Timestamp startedAt) const;
    std::shared_ptr<HttpClient> chatOf(const QString &threadKey);
    /// Sends into the chat; once more where the platform asked for a short wait, or says that the chat has moved.
    Async<Result<Receipt>> sendWithin(ChatContext about, BeforeEffect gate);
    /// The answer to one call of `send`.
    Async<Result<Reply>> sendTo(ChatContext about, BeforeEffect gate);

    ChatSpec m_spec;
    ConnectorServices m_services;
    AccountConfig m_account;
    DeliveryFacts m_facts;
    QUrl m_base;
    QJsonObject m_known;
    bool m_isKnown = false;
    std::shared_ptr<AccessTokens> m_tokens; ///< of the account, maybe of other connections too
    HttpClient m_http; ///< for everything but sending
    std::unique_ptr<HttpClient> m_addresses; ///< null: m_http
    RateLimiter m_limit; ///< of all sending
    QHash<QString, std::shared_ptr<HttpClient>>
        m_chats; ///< by thread: one that has to wait does not hold up the others
    QSet<QByteArray> m_usedHandles; ///< each is taken once
    std::optional<TemplateList> m_templates; ///< as read last
    Health m_health = Health::Unknown;
    QString m_detail;
    std::unique_ptr<ChatNames> m_names; ///< null: the items have them
    std::optional<HookInbox> m_hook; ///< none: the platform does not call us, as the account is set up
    IntakeSink m_hookSink; ///< of `m_hook`; null: it does not receive
    std::unique_ptr<ChatInbox> m_inbox;
};

} // namespace patchbay

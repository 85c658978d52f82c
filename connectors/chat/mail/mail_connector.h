#pragma once

#include "connectors/chat/mail/imap_inbox.h"
#include "connectors/chat/mail/mail_delivery.h"
#include "connectors/kit/services.h"
#include "core/ports/chat_connector.h"

#include <memory>

namespace patchbay {

/// One mail account: reads one folder by IMAP without ever changing it, answers by SMTP. Owned by Channels, lives on
/// the event loop's thread.
class MailConnector final : public ChatConnector {
    Q_OBJECT

public:
    /// Wrong settings are reported by whatever is tried first, with the field's name.
    MailConnector(AccountConfig account, ConnectorServices services);
    ~MailConnector() override;

    void start(QByteArray cursor, IntakeSink sink) override;
    void fetchOnce(QByteArray cursor, IntakeSink sink) override;
    void stop() override;

    /// SMTP has neither a key that folds repeats nor a search.
    DeliveryFacts facts() const override;
    /// Its files travel twice: to the server, and into the folder of copies.
    DeliveryFacts factsOf(const QJsonObject &payload, Timestamp startedAt) const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;

private:
    bool makeInbox();
    void report(Health health, const QString &detail);
    MailDeliveryTools tools();

    Result<MailSettings> m_settings;
    std::shared_ptr<MailSignIn> m_signIn; ///< none when the settings are wrong
    ConnectorServices m_services;
    Health m_health = Health::Unknown;
    QString m_detail;
    std::unique_ptr<ImapInbox> m_inbox;
};

} // namespace patchbay

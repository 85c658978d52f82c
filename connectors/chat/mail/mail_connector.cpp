#include "connectors/chat/mail/mail_connector.h"

#include "connectors/chat/mail/sent_copy.h"

#include <QtCore/QMetaObject>
#include <QtCore/QPointer>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// For what is not the servers' time: the mark in our own database, and the event loop.
constexpr std::chrono::seconds mailMargin{5};
/// Two calls for an access token, each with its repeats.
constexpr std::chrono::seconds mailTokenTime{60};

template <class T> Async<Result<T>> mailFailed(Error error) { co_return error; }

} // namespace

MailConnector::MailConnector(AccountConfig account, ConnectorServices services)
    : m_settings(readMailSettings(account))
    , m_services(std::move(services))
{
    if (!m_settings)
        return;
    const QPointer<MailConnector> self(this); // what it has begun may outlive it
    const auto tell = [self](const ChannelStanding &now) {
        if (self)
            QMetaObject::invokeMethod(
                self, [self, now] { Q_EMIT self->standingChanged(now); }, Qt::QueuedConnection);
    };
    m_signIn = std::make_shared<MailSignIn>(m_settings->usesOAuth, account, m_services, tell);
}

MailConnector::~MailConnector() = default;

bool MailConnector::makeInbox()
{
    m_inbox.reset();
    m_health = Health::Unknown; // whoever waits for how it goes hears it, be it the same words again
    if (!m_settings) {
        report(Health::Failed, m_settings.error().message);
        return false;
    }
    InboxNotes notes;
    notes.health = [this](Health health, const QString &detail) { report(health, detail); };
    // Queued, because who hears it may stop us, and the inbox is in the middle of its work.
    notes.caughtUp = [this] { QMetaObject::invokeMethod(this, &ChatConnector::caughtUp, Qt::QueuedConnection); };
    m_inbox =
        std::make_unique<ImapInbox>(*m_settings, m_signIn, m_services.makeStream, m_services.random, std::move(notes));
    return true;
}

void MailConnector::start(QByteArray cursor, IntakeSink sink)
{
    if (makeInbox())
        m_inbox->start(cursor, std::move(sink));
}

void MailConnector::fetchOnce(QByteArray cursor, IntakeSink sink)
{
    if (makeInbox())
        m_inbox->fetchOnce(cursor, std::move(sink));
}

void MailConnector::stop() { m_inbox.reset(); }

void MailConnector::report(Health health, const QString &detail)
{
    if (m_health == health && m_detail == detail)
        return; // nothing new
    m_health = health;
    m_detail = detail;
    const auto tell = [this, health, detail] { Q_EMIT healthChanged(health, detail); };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
}

DeliveryFacts MailConnector::facts() const
{
    DeliveryFacts facts;
    facts.idempotency = Idempotency::None;
    // SMTP may use up all of its own time: its answer is kept whatever the copy does after it, so nobody may cut the
    // attempt off before the copy has given up.
    if (m_settings)
        facts.deadline = m_settings->deadline + SentCopy::limit + mailMargin;
    if (m_settings && m_settings->usesOAuth) // a second sign-in with a new token
        facts.deadline += m_settings->deadline + mailTokenTime;
    return facts;
}

DeliveryFacts MailConnector::factsOf(const QJsonObject &payload, Timestamp) const
{
    DeliveryFacts facts = this->facts();
    const std::vector<OutboundFile> files = filesFrom(payload.value("attachments"_L1).toArray());
    facts.deadline += 2 * timeForBytes(bytesOf(files)); // and the Outbox has once as much for them
    return facts;
}

MailDeliveryTools MailConnector::tools()
{
    const QPointer<MailConnector> self(this);
    MailDeliveryTools tools;
    tools.settings = *m_settings;
    tools.signIn = m_signIn;
    tools.makeStream = m_services.makeStream;
    tools.readFile = m_services.readFile;
    tools.note = [self](const QString &sentence) {
        if (self)
            self->report(self->m_health, sentence);
    };
    return tools;
}

Async<Result<Receipt>> MailConnector::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    if (!m_settings)
        return mailFailed<Receipt>(m_settings.error());
    return deliverMail(tools(), std::move(request), std::move(beforeEffect));
}

Async<Result<std::optional<Receipt>>> MailConnector::lookUp(DeliveryRequest)
{
    return mailFailed<std::optional<Receipt>>(makeError(
        Error::Kind::Refused,
        u"A mail server cannot be asked whether a mail was accepted. Look into the recipient's answer or the Sent folder."_s));
}

Async<Result<QString>> MailConnector::test()
{
    if (!m_settings)
        return mailFailed<QString>(m_settings.error());
    return testMail(tools());
}

} // namespace patchbay

#pragma once

#include "core/async/async.h"
#include "core/engine/accounts.h"
#include "core/engine/channel_health.h"
#include "core/engine/channel_log.h"

#include <QtCore/QDeadlineTimer>

#include <map>

namespace patchbay {

/// One channel with its connection, as Channels keeps it. Only for its own files.
struct LiveChannel {
    Channel channel = {};
    AccountConfig config = {};
    std::unique_ptr<ChatConnector> connector = {};
    std::optional<Error> problem = {};
    bool running = false;
};

/// Where somebody writes an answer.
struct TypingPlace {
    ChannelId channel = {};
    QString threadKey = {};
    QString answered = {}; ///< the customer's newest message
};

struct Channels::Private {
    Channels *q;
    Store &store;
    const Catalog &catalog;
    SecretStore &secrets;
    Intake &intake;
    ChannelLeases &leases;
    ChannelHealth health;
    ChannelLog log;
    std::map<qint64, LiveChannel> live = {};
    std::vector<std::unique_ptr<ChatConnector>> retired = {}; ///< an attempt may still be running on one
    bool loaded = false;
    bool started = false;
    std::vector<ChannelId> only = {}; ///< to receive from; empty: from all
    bool refreshing = false;
    bool again = false;
    bool gateway = false; ///< what platforms send arrives here
    std::function<QUrl(const QString &uid)> addressAtGateway = {}; ///< with `gateway`
    ConversationId typedIn = {}; ///< in which the operator wrote last
    QDeadlineTimer typingPause = {};
    AsyncScope scope = {};

    Private(Channels *channels, Store &s, const Catalog &c, SecretStore &k, Intake &i)
        : q(channels)
        , store(s)
        , catalog(c)
        , secrets(k)
        , intake(i)
        , leases(i.leases())
        , health(s)
        , log(s)
    {
    }

    void refresh();
    Async<Result<Done>> refreshAll();
    Async<Result<Done>> loadAll(bool withSecrets);
    Async<Result<Done>> loadOne(Channel channel);
    std::optional<Error> whyNotSignedIn(const ChatConnectorInfo &info, const AccountConfig &account) const;
    Async<Result<Done>> startOne(ChannelId id);
    Async<Result<Done>> fetchOnce(ChannelId id);
    Async<Result<QString>> test(QString connector, AccountConfig account);
    Async<Result<QString>> identify(QString connector, AccountConfig account);
    Async<Result<Done>> prove(ChannelId id);
    Async<Result<Done>> claim(ChannelId id, QString account);
    void adjust(LiveChannel &entry);
    void listen(ChannelId id, ChatConnector *connector);
    void listenToTyping(ChannelId id, ChatConnector *connector);
    Async<Result<Done>> tellTyping(ConversationId conversation);
    void noteStanding(ChannelId id, const ChannelStanding &now);
    void noteLoaded(const LiveChannel &entry);
    bool isCalled(const LiveChannel &entry) const;
    void tellAddress(const LiveChannel &entry, ChatConnector &connector) const;
    IntakeSink sink(ChannelId id);
};

} // namespace patchbay

#pragma once

#include "connectors/kit/access_tokens.h"
#include "connectors/kit/browser_sign_in.h"
#include "connectors/kit/field_rules.h"
#include "connectors/kit/multipart.h"
#include "connectors/kit/secret_path.h"
#include "core/base/json_reader.h"
#include "core/net/http_client.h"
#include "core/ports/catalog.h"

#include <QtCore/QHash>

namespace patchbay {

/// What a chat spec's functions are given: everything is a value, nothing can be kept.
struct ChatContext {
    QJsonObject settings = {};
    QUrl base = {}; ///< with the secret in it where there is a `secretPath`
    QJsonObject known = {}; ///< what `me` read: who we are over there
    QUrl live = {}; ///< for a dialogue: the address of its connection
    QByteArray cursor = {}; ///< of the inbox; empty: the first time
    bool patient = false; ///< the inbox is read to its end: the platform may hold the answer back until something comes
    OutboundMessage message = {}; ///< for the calls that send
    ChatChange change = {}; ///< for those of `change`
    QJsonObject chat = {}; ///< what the live connection told of the message's chat (SocketStep::chats)
    QString key = {}; ///< the delivery's
    bool byReplyWay = false; ///< the message goes by its reply handle
    /// For the calls of `media`: what the parser said of the file, and what the call before read; for `acknowledge`:
    /// what waits.
    QJsonObject remote = {};
    /// For an upload: its file. For `files.send` without uploads: all files of the message, with their bytes.
    std::vector<FileInHand> files = {};
    std::vector<QJsonObject> uploaded = {}; ///< for `files.send`: what the uploads of each of the message's files read
    QUrl reachedAt = {}; ///< the account's address at the gateway; empty: not known
    Timestamp now = {};
};

/// One call of a platform's API: builds the request from our values, reads our value from the reply. Addresses are
/// relative to the account's base URL. Without captures, so a spec cannot hold state.
template <class T> struct ChatCall {
    Result<Request> (*build)(const ChatContext &context) = nullptr;
    Result<T> (*read)(JsonReader &reply, const ChatContext &context) = nullptr;
    bool (*wanted)(const ChatContext &context) = nullptr; ///< null: always
};

/// What one look at the inbox brought. The cursor is stored with the items, and the next look begins at it: only then
/// may it tell the platform that they have arrived.
struct ChatPage {
    std::vector<RawItem> items = {}; ///< each with the bytes as they came
    QByteArray cursor = {}; ///< empty: stays as it is
    bool more = false; ///< look again at once
    std::vector<QJsonObject> waiting = {}; ///< what ChatSpec::acknowledge is called with when the items are stored
};

/// An inbox that is asked.
struct PollSpec {
    Result<Request> (*build)(const ChatContext &context) = nullptr;
    Result<ChatPage> (*read)(const QByteArray &reply, const ChatContext &context) = nullptr;
    /// The page that leads past a place which is not there any more (404); null: that is an error.
    ChatPage (*gone)(const ChatContext &context) = nullptr;
    std::chrono::milliseconds pause{0}; ///< between looks that brought nothing; 0: the platform holds the answer back
    std::chrono::seconds hold{0}; ///< how long it holds the answer back at most when the context is patient
    std::chrono::hours keeps{0}; ///< what nobody fetched is forgotten after this time; 0: never
};

/// How a message fared that SocketDialogue::say() took.
struct SocketReceipt {
    QString key = {}; ///< the delivery's
    Result<Receipt> receipt;
};

/// What a dialogue over a socket wants done, in this order.
struct SocketStep {
    std::vector<QByteArray> send = {}; ///< frames, at once
    std::vector<RawItem> items = {}; ///< to be stored
    QByteArray cursor = {}; ///< stored with them; empty: stays as it is
    std::vector<QByteArray> acknowledge = {}; ///< frames, when the items are stored; never when they could not be
    std::vector<QJsonObject> waiting = {}; ///< what ChatSpec::acknowledge is called with then
    /// What only sending has to know of a chat, by its thread key: kept in memory while the session lives, never
    /// stored. The newest counts.
    QHash<QString, QJsonObject> chats = {};
    std::vector<ChatTyping> typing = {}; ///< who writes over there; never stored
    std::vector<SocketReceipt> settled = {};
    std::optional<std::chrono::milliseconds> wake = {}; ///< call tick() then; replaces what was set before
    bool news = false; ///< beside an inbox that is asked: it is to be asked now
    bool ready = false; ///< signed in; what comes from now on is new
    bool missed = false; ///< with `ready`: what came since the last connection does not come again
    QString sentence = {}; ///< for a person, while it is not ready: "resuming"
    QString notice = {}; ///< with `ready`: what a person has to know while it works
    std::optional<Error> end = {}; ///< the connection is to be closed, and opened anew unless a person is needed
    bool atOnce = false; ///< with `end`: the platform asked for it, so no back-off
};

/// The dialogue of one connection as a state machine without I/O: frames in, frames out. Lives as long as the
/// connection; event loop's thread.
class SocketDialogue {
public:
    virtual ~SocketDialogue() = default;
    virtual SocketStep opened(Timestamp now) = 0;
    /// A whole message. Anything may be in it.
    virtual SocketStep received(const QByteArray &frame, bool isText, Timestamp now) = 0;
    virtual SocketStep tick(Timestamp now) = 0;
    /// A message that goes out over this connection (SocketSpec::sends): its frames are in `send`, and how it fared
    /// comes with `settled` of this or a later step. An error: nothing is sent.
    virtual Result<SocketStep> say(const ChatContext &context, Timestamp now);
    /// The other side closed with this code (RFC 6455): the error that the code means, or nothing for a plain loss.
    virtual std::optional<Error> closed(int code, const QString &reason) = 0;
};

/// How names are read where a platform's events have only ids: before an item is stored, and kept beside its bytes
/// (namedItem() in chat_names.h takes them apart again).
struct NameSpec {
    QStringList (*lacking)(const RawItem &item) = nullptr; ///< the spec's own words for them: "user:U1", "channel:C1"
    ChatCall<QString> call = {}; ///< of the one that `remote` has as "id"
};

/// An inbox on a WebSocket that we open.
struct SocketSpec {
    ChatCall<QUrl> address = {}; ///< asked before each connection, with what the cursor holds; or
    /// Builds the call for `address` with the account's secrets, where the platform takes them in the body; instead of
    /// address.build.
    Result<Request> (*ask)(const ChatContext &context, const AccountConfig &account) = nullptr;
    Result<QUrl> (*fixed)(const ChatContext &context) = nullptr; ///< one that nobody has to be asked for
    Credentials (*auth)(const AccountConfig &account) = nullptr; ///< for `address`; null: as for every call
    bool binary = false; ///< the frames that the dialogue sends are binary
    bool sends = false; ///< messages go out over the connection, by the dialogue's say()
    /// What goes with the handshake: a key, or an Origin for servers that want one; null: nothing.
    QList<QPair<QByteArray, QByteArray>> (*headers)(const QUrl &address, const AccountConfig &account) = nullptr;
    /// How long without a connection the platform still sends what came meanwhile; 0: the dialogue says what is missed.
    std::chrono::minutes keeps{0};
    /// `random`: uniform in [0, 1), for the jitter of a heartbeat.
    std::unique_ptr<SocketDialogue> (*dialogue)(const ChatContext &context, const AccountConfig &account,
                                                std::function<double()> random) = nullptr;
};

/// Where a platform sends to, as it says itself.
struct HookPlaceNow {
    QString address = {}; ///< empty: nowhere
    QString trouble = {}; ///< why its last request did not arrive, in its words
};

/// Where a platform learns by a call at which address it is to send. Another program's address is never replaced.
struct HookPlace {
    ChatCall<HookPlaceNow> now = {};
    /// From now on it sends to the context's `reachedAt`, and proves it with a secret of the account's.
    Result<Request> (*tell)(const ChatContext &context, const AccountConfig &account) = nullptr;
    /// From now on it sends nowhere. Only where a platform that sends refuses to be asked.
    Result<Request> (*end)(const ChatContext &context) = nullptr;
};

/// An inbox whose platform calls us.
struct HookSpec {
    /// Whether the request comes from the platform: over the raw bytes, in constant time. Unauthorized: it does not.
    Result<Done> (*verify)(const HookRequest &request, const AccountConfig &account, Timestamp now) = nullptr;
    /// What is answered without storing anything: the platform's challenge. Asked after `verify` unless
    /// `challengeFirst`.
    std::optional<HookReply> (*challenge)(const HookRequest &request, const AccountConfig &account) = nullptr;
    bool challengeFirst = false; ///< the challenge is not signed
    /// The items in it, each with a source key that a repeat has, too. A body that cannot be read is one item, which
    /// the parser refuses: it is quarantined, and the platform need not send it again.
    std::vector<RawItem> (*read)(const HookRequest &request, const AccountConfig &account) = nullptr;
    /// Who writes over there, as a proved request tells; never stored. What tells it tells nothing else. Null: none
    /// does.
    std::vector<ChatTyping> (*typing)(const HookRequest &request, const AccountConfig &account) = nullptr;
    HookReply accepted = {}; ///< what the platform wants to hear when all is stored
    bool acceptedEmpty = false; ///< it wants an empty answer, and would take another for a message
    /// The same where it hangs on the request.
    HookReply (*answer)(const HookRequest &request, const AccountConfig &account) = nullptr;
    HookPlace place = {};
    /// With `poll`: it is asked all the same, and at once whenever a request came, so that nothing hangs on one that
    /// the platform does not repeat.
    bool besideAsking = false;
};

/// A way to answer that each item opens for a while, and that is taken once (a reply token). It is tried first, as long
/// as it is open; when the platform refuses it, the message goes by `send`. What got lost on it is never repeated.
struct ReplyWaySpec {
    QJsonObject (*handle)(const QByteArray &raw) = nullptr; ///< what the item opens; empty: nothing
    Timestamp (*until)(const QJsonObject &handle) = nullptr;
    ChatCall<Receipt> call = {}; ///< with the message's `replyHandle`
};

/// How a message goes out that has files; ChatAbilities::files says which. The uploads are made for each file, in
/// order; nothing of them is seen over there. Each learns from the one before it through `remote`; of one without
/// `read` the answer may be anything. When one fails nothing has been sent, and the next attempt begins with the first.
struct FileWaySpec {
    std::vector<ChatCall<QJsonObject>> uploads = {};
    ChatCall<Receipt> send = {}; ///< the call with the effect; its externalId as that of ChatSpec::send
    bool sentWithoutId = false; ///< its answer names the files and no id of the message, which comes back with it
};

/// How one kind of ChatChange is told to the platform. The reads are asked before each attempt, in order; what each
/// found is in `remote` for those behind it. "is" there, as true: it is so already, and nothing is written. So a repeat
/// whose first answer was lost finds what became of it.
struct ChangeWay {
    std::vector<ChatCall<QJsonObject>> reads = {};
    Result<Request> (*write)(const ChatContext &context) = nullptr; ///< null: it stays here
    QString soAlready = {}; ///< words of a refusal that says that it is so already
};
struct ChangeSpec {
    ChangeWay status = {};
    ChangeWay assignee = {};
    ChangeWay label = {};
    /// Other words for a message of ours: the context's message has them as they go out. To write the same words again
    /// changes nothing, so there need be no reads.
    ChangeWay words = {};
};

/// How a platform shows the customer that the operator writes (to the context's message: its thread, and what it
/// answers). The setting `tellTyping`, which the form has then, says of each account whether it does.
struct TypingSpec {
    Result<Request> (*build)(const ChatContext &context) = nullptr; ///< null: the platform has no call for it
    std::chrono::seconds lasts{5}; ///< it is shown for about so long, and told again then
    bool marksRead = false; ///< it also tells the customer that the message was read: only where that is wanted
};
inline constexpr QLatin1StringView tellTyping("tell_typing");

/// A page of the account's approved templates.
struct TemplatePage {
    std::vector<MessageTemplate> templates = {};
    int others = 0; ///< approved ones that cannot be sent from here
    QByteArray next = {}; ///< the context's cursor for the next page; empty: this is the last one
};

/// A chat platform as a table of declared facts and captureless functions; ChatSession runs it. A value. The inbox is
/// one of `poll`, `socket` and `hook`; with `poll` and `socket` it is asked, and the socket tells when. Where `hook`
/// stands beside one of the others, the setting `arrivesBy`, which the form has then, says of each account which one is
/// used.
struct ChatSpec {
    QString id = {};
    QString title = {};
    std::vector<FormField> form = {}; ///< without the fields that every channel has
    std::vector<FieldRule> rules = {};
    Result<Done> (*check)(const AccountConfig &account) = nullptr; ///< what the rules cannot say
    ContractNote contract = {};
    Credentials (*auth)(const AccountConfig &account) = nullptr; ///< a fixed key; or
    TokenSpec tokens = {}; ///< access tokens that are renewed
    std::vector<SecretForm> secretForms = {};
    /// Where an API takes a secret nowhere but in the path of every address (Telegram): its field, whose form is among
    /// `secretForms`, and what stands between it and the base ("/bot").
    std::pair<QString, QString> secretPath = {};
    QList<QPair<QByteArray, QByteArray>> headers = {}; ///< with every request
    VendorWords words = &commonWords;
    FailureReader failure = nullptr;
    /// Whether a refusal is an answer that `moved` or the call reads itself.
    bool (*isAnswer)(const Reply &reply) = nullptr;

    /// Who we are over there, and the connection test: read once per connection. "id" is the account's own, by which
    /// two channels on one account are recognised; "name" is for people.
    ChatCall<QJsonObject> me = {};

    /// Where a person connects the account by scanning a code: how that stands, and the code.
    ChatCall<Pairing> pairing = {};

    PollSpec poll = {};
    SocketSpec socket = {};
    HookSpec hook = {};
    NameSpec names = {}; ///< for what `socket` and `hook` bring
    /// What somebody over there waits for until we say that it has come (a pressed button): called when it is stored,
    /// once; the item is not held up by it.
    ChatCall<Done> acknowledge = {};
    ParseInbound parse = nullptr; ///< pure; everything that the three inboxes bring
    /// How the bytes of a file come: calls in order, each learns from the last through `remote`. The last one reads
    /// nothing: its body is the file. A call may go to an absolute address that the platform named.
    std::vector<ChatCall<QJsonObject>> media = {};
    /// Takes the file out of the last answer; null: the answer is the file.
    Result<QByteArray> (*fileIn)(const QByteArray &answer) = nullptr;
    QStringList fileHosts = {}; ///< other hosts of the platform's that want the credentials for a file, over https

    ChatAbilities abilities = {};
    Addresses addresses = Addresses::Opaque; ///< what those of its authors say of them, by the platform's own word
    /// The same as an account's settings change them; null: they do not.
    ChatAbilities (*abilitiesBy)(ChatAbilities abilities, const QJsonObject &settings) = nullptr;
    Idempotency idempotency = Idempotency::None;
    std::chrono::milliseconds deadline{30000}; ///< of one attempt; setting deadline_ms
    std::chrono::milliseconds indexLag{0};
    RateLimit limit = {}; ///< of the account
    RateLimit chatLimit = {}; ///< of one chat
    bool chatWaits = false; ///< who is told to wait (429) is the chat that was written to, not the account
    /// With `chatWaits`: whether such an answer says that the whole account has to; then nothing is sent or asked until
    /// the time is over. Null: the platform does not say, and each chat waits when it is told.
    bool (*accountWaits)(const Reply &reply) = nullptr;
    ChatCall<Receipt> send = {}; ///< its externalId is what the parser makes of the same message coming back
    /// The platform may say that it took a message and name no id for it. Else an answer without one leaves the end
    /// open.
    bool sentWithoutId = false;
    FileWaySpec files = {};
    ReplyWaySpec replyWay = {};
    ChangeSpec change = {};
    TypingSpec typing = {};
    ChatCall<TemplatePage> templates = {}; ///< with `abilities.templates`
    /// The thread that the chat has become, where the answer to `send` says so: the message goes there, once. Else
    /// empty.
    QString (*moved)(JsonReader &reply, const ChatContext &context) = nullptr;
    ChatCall<std::optional<Receipt>> lookUp = {};
};

/// Whether it has another inbox beside `hook`.
bool asksToo(const ChatSpec &spec);
/// Whether an account with these settings is reached through the gateway.
bool isCalled(const ChatSpec &spec, const QJsonObject &settings);
/// How this is told to the platform.
const ChangeWay &changeWay(const ChatSpec &spec, ChatChange::What what);
/// The spec's form with the fields that every channel has: allow_http, deadline_ms; `arrivesBy` where there is a
/// choice, and `tellTyping` where there is a call for it.
std::vector<FormField> chatForm(const ChatSpec &spec);
/// Settings beyond the form: the first wait after a loss (ms), for tests.
QStringList chatQuietFields();
/// The catalog entry of a spec. `check` is made by makeChatInfo.
ChatConnectorInfo chatInfoOf(ChatSpec spec, const ConnectorServices &services,
                             Result<Done> (*check)(const AccountConfig &));
/// checkForm() over the spec's form with the fields that every channel has, then its rules and its own check.
Result<Done> checkChatForm(const ChatSpec &spec, const AccountConfig &account);

template <ChatSpec (*spec)()> ChatConnectorInfo makeChatInfo(const ConnectorServices &services)
{
    return chatInfoOf(spec(), services, [](const AccountConfig &account) { return checkChatForm(spec(), account); });
}

} // namespace patchbay

#include "app/sample/sample.h"

#include "app/application.h"
#include "core/base/json_reader.h"
#include "core/mail/mail.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct SampleMail {
    MailDraft draft = {};
    Timestamp at = {};
};

struct SampleDesk {
    Address self = {};
    std::vector<SampleMail> mails = {};
};

/// The same uid for the same place in the file, so that a second filling finds its mails again.
QString sampleMessageId(size_t conversation, size_t mail, const QString &address)
{
    const QByteArray seed = QByteArray("sample-") + QByteArray::number(qulonglong(conversation)) + '-'
        + QByteArray::number(qulonglong(mail));
    const QString name =
        QString::fromLatin1(QCryptographicHash::hash(seed, QCryptographicHash::Sha256).toHex().left(24));
    return name + u'@' + address.section(u'@', 1);
}

void addConversation(JsonReader &in, size_t number, Timestamp now, SampleDesk &desk)
{
    const Address customer{in.text(u"/name"_s), in.text(u"/address"_s)};
    const QString subject = in.text(u"/subject"_s);
    QStringList references;
    size_t index = 0;
    for (JsonReader &mailIn : in.array(u"/mails"_s)) {
        const bool fromUs = mailIn.optionalBoolean(u"/self"_s).value_or(false);
        SampleMail mail;
        mail.at = now - std::chrono::minutes(mailIn.integer(u"/ago"_s));
        mail.draft.from = fromUs ? desk.self : customer;
        mail.draft.to = {fromUs ? customer : desk.self};
        mail.draft.subject = references.isEmpty() ? subject : u"Re: "_s + subject;
        mail.draft.text = mailIn.text(u"/text"_s);
        mail.draft.messageId = sampleMessageId(number, index++, mail.draft.from.address);
        mail.draft.date = mail.at;
        mail.draft.references = references;
        mail.draft.inReplyTo = references.isEmpty() ? QString() : references.constLast();
        references << mail.draft.messageId;
        desk.mails.push_back(std::move(mail));
    }
}

Result<SampleDesk> readDesk(Timestamp now)
{
    QFile file(u":/patchbay/sample/desk.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::Storage, u"The sample desk is missing from this build."_s);
    JsonReader in = JsonReader::parse(file.read(1024 * 1024), u"sample desk"_s);
    SampleDesk desk;
    desk.self = {in.text(u"/desk/name"_s), in.text(u"/desk/address"_s)};
    size_t number = 0;
    for (JsonReader &conversation : in.array(u"/conversations"_s))
        addConversation(conversation, number++, now, desk);
    std::sort(desk.mails.begin(), desk.mails.end(),
              [](const SampleMail &a, const SampleMail &b) { return a.at < b.at; });
    return in.finish(std::move(desk));
}

Result<Batch> composeDesk(const SampleDesk &desk)
{
    Batch batch;
    for (const SampleMail &mail : desk.mails) {
        const Result<QByteArray> raw = composeMail(mail.draft);
        if (!raw)
            return raw.error();
        batch.items.push_back({u"sample:"_s + mail.draft.messageId, *raw, false});
    }
    return batch;
}

struct SampleConversation {
    Conversation conversation = {};
    int suggestionVersion = 0;
    bool hasNote = false;
};

Result<std::vector<SampleConversation>> readConversations(Database &db)
{
    std::vector<SampleConversation> all;
    for (const conversations::Ordered &one : conversations::ordered(db, conversations::View::All, OperatorId{})) {
        const std::optional<Conversation> conversation = conversations::byId(db, one.id);
        if (!conversation)
            continue;
        const std::optional<Suggestion> pending = suggestions::pending(db, one.id);
        const std::vector<Message> mails = messages::before(db, one.id, std::nullopt, 100);
        const bool hasNote = std::any_of(mails.begin(), mails.end(),
                                         [](const Message &mail) { return mail.direction == Direction::Note; });
        all.push_back({*conversation, pending ? pending->version : 0, hasNote});
    }
    return db.finish(std::move(all));
}

/// The sample's mailbox as an earlier filling left it, and whether that filling was complete.
struct SampleState {
    std::optional<Channel> mailbox = {};
    bool complete = false;
};

QString sampleMailbox() { return u"Support mailbox (sample)"_s; }
QString sampleCompleteKey() { return u"sample.complete"_s; }

Result<SampleState> readSampleState(Database &db)
{
    SampleState state;
    state.mailbox = channels::byName(db, sampleMailbox());
    state.complete = !settings::get(db, sampleCompleteKey()).isEmpty();
    return db.finish(std::move(state));
}

Result<Done> keepThatSampleIsComplete(Database &db)
{
    settings::set(db, sampleCompleteKey(), u"1"_s);
    return db.finish(Done{});
}

/// The mailbox of an earlier filling, or a new one.
Async<Result<Channel>> mailboxOfSample(Application *app, std::optional<Channel> known, QString address)
{
    if (known)
        co_return *known;
    const QJsonObject settings{{u"address"_s, address}};
    QFuture<Result<Channel>> adding = app->commands()->addChannel(u"file"_s, sampleMailbox(), settings);
    co_return co_await finished(adding);
}

/// What a desk has done by mid-morning: two tasks accepted, a note, some assigned, some done.
Async<Result<Done>> workOnDesk(Application *app)
{
    Store &store = app->store();
    QFuture<Result<std::vector<SampleConversation>>> reading = store.read(readConversations);
    const Result<std::vector<SampleConversation>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    Commands &commands = *app->commands();
    for (const SampleConversation &one : *all) {
        const Conversation &c = one.conversation;
        const bool isDone = c.status == ConversationStatus::Done;
        QFuture<Result<Done>> step;
        if (c.subject.contains(u"90302"_s) || c.subject.startsWith(u"Desk lamp"_s)) {
            if (c.assignee)
                continue;
            step = commands.assign(c.id, app->me().id);
        } else if (c.subject.startsWith(u"Charged after"_s) && one.suggestionVersion) {
            QFuture<Result<Commands::Accepted>> accepting = commands.accept(c.id, one.suggestionVersion);
            const Result<Commands::Accepted> accepted = co_await finished(accepting);
            if (!accepted)
                co_return accepted.error();
            continue;
        } else if (c.subject.startsWith(u"URGENT"_s) && !one.hasNote) {
            step = commands.note(c.id, u"Called Grace: hub serial 7F-220. Technician can be there at 18:00."_s);
        } else if (!isDone
                   && (c.subject == u"Thank you!"_s || c.subject.startsWith(u"Спасибо"_s)
                       || c.subject.startsWith(u"Refund still"_s))) {
            step = commands.done(c.id);
        } else {
            continue;
        }
        const Result<Done> stepped = co_await finished(step);
        if (!stepped)
            co_return stepped.error();
    }
    QFuture<Result<Done>> delivering = app->outbox()->runOnce();
    co_return co_await finished(delivering);
}

} // namespace

Async<Result<int>> fillSampleWorkspace(Application *app)
{
    if (!app->store().isSample())
        co_return makeError(Error::Kind::Refused, u"Sample messages belong only in a sample workspace."_s);
    const Result<SampleDesk> outline = readDesk(SystemClock().now());
    if (!outline)
        co_return outline.error();
    const int count = int(outline->mails.size());
    QFuture<Result<SampleState>> looking = app->store().read(readSampleState);
    const Result<SampleState> state = co_await finished(looking);
    if (!state)
        co_return state.error();
    if (state->complete)
        co_return count;
    Async<Result<Channel>> finding = mailboxOfSample(app, state->mailbox, outline->self.address);
    const Result<Channel> channel = co_await std::move(finding);
    if (!channel)
        co_return channel.error();
    // The mails' times follow from the mailbox', so that a second filling makes the same bytes and finds its mails
    // again.
    const Result<SampleDesk> desk = readDesk(channel->addedAt);
    if (!desk)
        co_return desk.error();
    Result<Batch> batch = composeDesk(*desk);
    if (!batch)
        co_return batch.error();
    QFuture<Result<Done>> accepting = app->intake()->accept(channel->id, std::move(*batch));
    const Result<Done> accepted = co_await finished(accepting);
    if (!accepted)
        co_return accepted.error();
    QFuture<Result<Done>> draining = app->intake()->drain();
    const Result<Done> drained = co_await finished(draining);
    if (!drained)
        co_return drained.error();
    const Result<Done> loaded = co_await app->loadAccounts();
    if (!loaded)
        co_return loaded.error();
    app->commands()->setHoldTime(std::chrono::milliseconds(0));
    const Result<Done> worked = co_await workOnDesk(app);
    if (!worked)
        co_return worked.error();
    QFuture<Result<Done>> keeping = app->store().write(keepThatSampleIsComplete);
    const Result<Done> kept = co_await finished(keeping);
    if (!kept)
        co_return kept.error();
    co_return count;
}

} // namespace patchbay

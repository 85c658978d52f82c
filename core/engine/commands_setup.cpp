#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/one_account.h"
#include "core/mail/html_body.h"
#include "core/store/account_table.h"
#include "core/store/misc_tables.h"

#include <QtCore/QPromise>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype accountNameLimit = 80;
constexpr qsizetype mailLimit = 320;

/// What a connector's check says about a set-up, before anything is stored; secrets never get this far.
template <class Info>
Result<AccountConfig> checkedAccount(const Info *info, const QString &connector, const QString &name,
                                     const QJsonObject &settings)
{
    if (!info)
        return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(cleanLine(connector, 80)));
    AccountConfig account;
    account.name = cleanLine(name, accountNameLimit + 1).trimmed();
    account.settings = settings;
    if (account.name.isEmpty())
        return makeError(Error::Kind::Refused, u"Give the account a name."_s);
    if (account.name.size() > accountNameLimit)
        return makeError(Error::Kind::Refused, u"The account's name has more than 80 characters."_s);
    for (const FormField &field : info->form) {
        if (field.kind == FormField::Kind::Secret && settings.contains(field.key))
            return makeError(
                Error::Kind::Refused,
                u"“%1” is a secret: it belongs into the keychain, not into the settings."_s.arg(field.key));
    }
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            return checked.error();
    }
    return account;
}

/// Two channels that watch the same mailbox would show every message twice. `self` is the one that is changed. Of a
/// chat the settings do not tell whose account it is: the platform does.
const Channel *channelOfSameAccount(const std::vector<Channel> &known, ChannelId self, const QString &connector,
                                    const QJsonObject &settings)
{
    const QString address = settings.value("address"_L1).toString().trimmed();
    const auto same = std::find_if(known.begin(), known.end(), [&](const Channel &channel) {
        if (channel.id == self || channel.connector != connector || settings.isEmpty())
            return false;
        if (address.isEmpty())
            return channel.settings == settings;
        return channel.settings.value("address"_L1).toString().trimmed().compare(address, Qt::CaseInsensitive) == 0;
    });
    return same == known.end() ? nullptr : &*same;
}

template <class T> QFuture<Result<T>> setupRefused(Error error)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(Result<T>(std::move(error)));
    promise.finish();
    return promise.future();
}

/// `channel.account` is who the platform says it is, where it was asked.
Result<Done> refuseSameAccount(Database &db, const Channel &channel, const ChatConnectorInfo &info)
{
    db.oneAtATime("channel_account");
    const QString holder = channels::holderOf(db, channel.account, channel.uid);
    if (!holder.isEmpty())
        return accountTaken(holder);
    if (!info.canSend || info.isChat)
        return Done{};
    const std::vector<Channel> known = channels::all(db);
    const Channel *same = channelOfSameAccount(known, channel.id, channel.connector, channel.settings);
    return same ? Result<Done>(accountTaken(same->name)) : Result<Done>(Done{});
}

Result<Channel> storeChannel(Database &db, const commands::Actor &actor, Channel channel, const ChatConnectorInfo &info)
{
    if (const Result<Done> alone = refuseSameAccount(db, channel, info); !alone)
        return alone.error();
    channel.id = channels::insert(db, channel);
    audit::add(db, actor.id, "add_channel", "channel", channel.uid, {{u"name"_s, channel.name}});
    return db.finish(std::move(channel));
}

Result<Target> storeTarget(Database &db, const commands::Actor &actor, Target target)
{
    target.id = targets::insert(db, target);
    audit::add(db, actor.id, "add_target", "target", target.uid, {{u"name"_s, target.name}});
    return db.finish(std::move(target));
}

} // namespace

QFuture<Result<Channel>> Commands::addChannel(QString connector, QString name, QJsonObject settings, QString account)
{
    const ChatConnectorInfo *info = m_catalog.chat(connector);
    const Result<AccountConfig> checked = checkedAccount(info, connector, name, settings);
    if (!checked)
        return setupRefused<Channel>(checked.error());
    Channel channel;
    channel.connector = connector;
    channel.name = checked->name;
    channel.settings = settings;
    channel.account = account;
    return m_store.write([actor = commands::actorOf(m_me, m_store), channel, info](Database &db) {
        Channel added = channel;
        added.uid = newUid(db.clock());
        added.addedAt = db.now();
        return storeChannel(db, actor, std::move(added), *info);
    });
}

QFuture<Result<Target>> Commands::addTarget(QString connector, QString name, QJsonObject settings)
{
    const Result<AccountConfig> account = checkedAccount(m_catalog.crm(connector), connector, name, settings);
    if (!account)
        return setupRefused<Target>(account.error());
    Target target;
    target.connector = connector;
    target.name = account->name;
    target.settings = settings;
    return m_store.write([actor = commands::actorOf(m_me, m_store), target](Database &db) {
        Target added = target;
        added.uid = newUid(db.clock());
        added.addedAt = db.now();
        return storeTarget(db, actor, std::move(added));
    });
}

QFuture<Result<Done>> Commands::changeChannel(ChannelId channel, QString name, QJsonObject settings, QString account)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), catalog = &m_catalog, channel, name, settings,
                          account](Database &db) -> Result<Done> {
        auto known = channels::byId(db, channel);
        if (db.error())
            return *db.error();
        if (!known)
            return makeError(Error::Kind::NotFound, u"This channel is not in the workspace any more."_s);
        const ChatConnectorInfo *info = catalog->chat(known->connector);
        const Result<AccountConfig> checked = checkedAccount(info, known->connector, name, settings);
        if (!checked)
            return checked.error();
        known->settings = settings;
        known->account = account;
        if (const Result<Done> alone = refuseSameAccount(db, *known, *info); !alone)
            return alone.error();
        channels::change(db, channel, checked->name, settings);
        if (!account.isEmpty())
            channels::setAccount(db, channel, account);
        audit::add(db, actor.id, "change_channel", "channel", known->uid, {{u"name"_s, checked->name}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::changeTarget(TargetId target, QString name, QJsonObject settings)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), catalog = &m_catalog, target, name,
                          settings](Database &db) -> Result<Done> {
        const auto known = targets::byId(db, target);
        if (db.error())
            return *db.error();
        if (!known)
            return makeError(Error::Kind::NotFound, u"This target is not in the workspace any more."_s);
        const Result<AccountConfig> account =
            checkedAccount(catalog->crm(known->connector), known->connector, name, settings);
        if (!account)
            return account.error();
        targets::change(db, target, account->name, settings);
        audit::add(db, actor.id, "change_target", "target", known->uid, {{u"name"_s, account->name}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::setOperatorMail(OperatorId whose, QString mail)
{
    const QString address = cleanLine(mail, mailLimit + 1).trimmed().toLower();
    return m_store.write([actor = commands::actorOf(m_me, m_store), whose, address](Database &db) -> Result<Done> {
        const Operator one = operators::byId(db, whose);
        if (db.error())
            return *db.error();
        static const QRegularExpression form(u"^[^@\\s<>,;]+@[^@\\s<>,;]+$"_s);
        if (one.isSystem || (!address.isEmpty() && (address.size() > mailLimit || !form.match(address).hasMatch())))
            return makeError(Error::Kind::Refused, u"“%1” is no mail address."_s.arg(address.left(80)));
        const auto other = operators::byMail(db, address);
        if (other && other->id != whose)
            return makeError(Error::Kind::Conflict, u"This is the address of %1."_s.arg(other->name));
        operators::setMail(db, whose, address);
        audit::add(db, actor.id, "operator_mail", "operator", one.uid, {{u"mail"_s, address}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::setChannelPaused(ChannelId channel, bool paused)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), channel, paused](Database &db) -> Result<Done> {
        const auto known = channels::byId(db, channel);
        if (db.error())
            return *db.error();
        if (!known)
            return makeError(Error::Kind::NotFound, u"This channel is not in the workspace any more."_s);
        channels::setPaused(db, channel, paused);
        audit::add(db, actor.id, paused ? "pause_channel" : "resume_channel", "channel", known->uid);
        return db.finish(Done{});
    });
}

} // namespace patchbay

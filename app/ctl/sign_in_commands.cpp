#include "app/ctl/ctl.h"
#include "core/engine/accounts_secrets.h"
#include "core/store/account_table.h"

#include <QtCore/QTextStream>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<std::vector<Target>> readSignInTargets(Database &db) { return db.finish(targets::all(db)); }
Result<std::vector<Channel>> readSignInChannels(Database &db) { return db.finish(channels::all(db)); }

/// The address goes to standard error, so that --json stays one object.
void sayWhereToGo(const QUrl &page)
{
    QTextStream err(stderr);
    err << "Open this address in a browser on this computer:\n" << page.toString(QUrl::FullyEncoded) << Qt::endl;
}

void sayWhichCode(const DeviceCode &code)
{
    QTextStream err(stderr);
    err << "Open this address in a browser on any device:\n"
        << code.page.toString(QUrl::FullyEncoded) << "\nEnter this code there:\n"
        << code.code << "\nIt is valid for " << std::max<qint64>(1, code.validFor.count() / 60) << " min."
        << Qt::endl;
}

/// What a sign-in needs to know of the connector of a channel or target.
struct SignInKind {
    std::vector<FormField> form = {};
    MakeSignIn make = {};
    MakeDeviceSignIn makeDevice = {};
    QString settingsName = {}; ///< what a person opens to enter a missing secret
    bool onAnotherDevice = false; ///< as --device says
};

template <class Info> SignInKind signInKind(const Info *info, const QString &settingsName, const CtlRun &run)
{
    if (!info)
        return {};
    return {info->form, info->signIn, info->deviceSignIn, settingsName, run.has(u"device"_s)};
}

Async<Result<QHash<QString, QString>>> secretsByBrowser(AccountConfig account, MakeSignIn make)
{
    const std::unique_ptr<BrowserSignIn> signIn = make(account);
    const Result<QUrl> page = signIn->begin();
    if (!page)
        co_return page.error();
    sayWhereToGo(*page);
    auto waiting = signIn->secrets();
    co_return co_await std::move(waiting);
}

Async<Result<QHash<QString, QString>>> secretsByDevice(AccountConfig account, MakeDeviceSignIn make)
{
    const std::unique_ptr<DeviceSignIn> signIn = make(account);
    auto asking = signIn->begin();
    const Result<DeviceCode> code = co_await std::move(asking);
    if (!code)
        co_return code.error();
    sayWhichCode(*code);
    auto waiting = signIn->secrets();
    co_return co_await std::move(waiting);
}

Async<Result<Done>> signInto(Application *app, AccountConfig account, SignInKind kind)
{
    auto loading = loadSecrets(&app->secrets(), app->store().workspaceUid(), account, kind.form, kind.settingsName);
    const LoadedAccount loaded = co_await std::move(loading); // a client secret, where there is one
    auto signingIn = kind.onAnotherDevice ? secretsByDevice(loaded.config, kind.makeDevice)
                                          : secretsByBrowser(loaded.config, kind.make);
    const Result<QHash<QString, QString>> secrets = co_await std::move(signingIn);
    if (!secrets)
        co_return secrets.error();
    for (auto it = secrets->constBegin(); it != secrets->constEnd(); ++it) {
        auto keeping = app->secrets().replace(secretKeyOf(app->store().workspaceUid(), account, it.key()), it.value());
        const Result<Done> kept = co_await std::move(keeping);
        if (!kept)
            co_return kept.error();
    }
    co_return Done{};
}

template <class Account> const Account *accountNamed(const std::vector<Account> &all, const QString &name)
{
    const auto found = std::find_if(all.begin(), all.end(), [&name](const Account &one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

template <class Account> AccountConfig signInConfig(const Account &stored)
{
    AccountConfig account;
    account.uid = stored.uid;
    account.name = stored.name;
    account.settings = stored.settings;
    return account;
}

Async<Result<CtlOutput>> signedInto(Application *app, AccountConfig account, SignInKind kind)
{
    if (!kind.make) {
        co_return makeError(
            Error::Kind::Refused,
            u"\"%1\" has no sign-in with a browser; its key is a field of its settings."_s.arg(account.name));
    }
    if (kind.onAnotherDevice && !kind.makeDevice) {
        co_return makeError(Error::Kind::Refused,
                            u"The vendor of \"%1\" hands out no codes for another device. Without --device you sign in "
                            "with the browser of this computer."_s.arg(account.name));
    }
    auto signingIn = signInto(app, account, std::move(kind));
    const Result<Done> signedIn = co_await std::move(signingIn);
    if (!signedIn)
        co_return signedIn.error();
    co_return CtlOutput{{{u"signed_in"_s, account.name}}, u"Signed in.\n"_s, 0};
}

Async<Result<CtlOutput>> runTargetSignIn(CtlRun *run)
{
    Application *app = run->app.get();
    QFuture<Result<std::vector<Target>>> reading = app->store().read(readSignInTargets);
    const Result<std::vector<Target>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    const Target *target = accountNamed(*all, run->arguments.at(0));
    if (!target)
        co_return makeError(Error::Kind::NotFound, u"There is no target \"%1\"."_s.arg(run->arguments.at(0)));
    SignInKind kind = signInKind(app->catalog().crm(target->connector), u"target settings"_s, *run);
    co_return co_await signedInto(app, signInConfig(*target), std::move(kind));
}

Async<Result<CtlOutput>> runChannelSignIn(CtlRun *run)
{
    Application *app = run->app.get();
    QFuture<Result<std::vector<Channel>>> reading = app->store().read(readSignInChannels);
    const Result<std::vector<Channel>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    const Channel *channel = accountNamed(*all, run->arguments.at(0));
    if (!channel)
        co_return makeError(Error::Kind::NotFound, u"There is no channel \"%1\"."_s.arg(run->arguments.at(0)));
    SignInKind kind = signInKind(app->catalog().chat(channel->connector), u"channel settings"_s, *run);
    co_return co_await signedInto(app, signInConfig(*channel), std::move(kind));
}

} // namespace

QList<CtlCommand> signInCommands()
{
    const QString synopsis = u"NAME [--device]"_s;
    const QString what = u"Sign in with a browser on this computer, and keep the renewed key among the secrets."_s;
    const QCommandLineOption device(u"device"_s, u"Show a code to enter in a browser on any other device."_s);
    return {
        {{u"channels"_s, u"login"_s}, synopsis, what, {}, CtlAccess::Write, 1, 1, {device}, nullptr, runChannelSignIn},
        {{u"targets"_s, u"login"_s}, synopsis, what, {}, CtlAccess::Write, 1, 1, {device}, nullptr, runTargetSignIn}};
}

} // namespace patchbay

#include "app/ctl/ctl.h"
#include "core/engine/accounts_secrets.h"
#include "core/store/account_table.h"

#include <QtCore/QTextStream>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<std::vector<Target>> readSignInTargets(Database &db) { return db.finish(targets::all(db)); }

/// The address goes to standard error, so that --json stays one object.
void sayWhereToGo(const QUrl &page)
{
    QTextStream err(stderr);
    err << "Open this address in a browser on this computer:\n" << page.toString(QUrl::FullyEncoded) << Qt::endl;
}

Async<Result<Done>> signInto(Application *app, Target target, MakeSignIn make)
{
    AccountConfig account;
    account.uid = target.uid;
    account.name = target.name;
    account.settings = target.settings;
    auto loading = loadSecrets(&app->secrets(), app->store().workspaceUid(), account,
                               app->catalog().crm(target.connector)->form, u"target settings"_s);
    const LoadedAccount loaded = co_await std::move(loading); // a client secret, where there is one
    const std::unique_ptr<BrowserSignIn> signIn = make(loaded.config);
    const Result<QUrl> page = signIn->begin();
    if (!page)
        co_return page.error();
    sayWhereToGo(*page);
    auto waiting = signIn->secrets();
    const Result<QHash<QString, QString>> secrets = co_await std::move(waiting);
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

Async<Result<CtlOutput>> runSignIn(CtlRun *run)
{
    Application &app = *run->app;
    const QString name = run->arguments.at(0);
    QFuture<Result<std::vector<Target>>> reading = app.store().read(readSignInTargets);
    const Result<std::vector<Target>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    const auto found = std::find_if(all->begin(), all->end(), [&name](const Target &t) { return t.name == name; });
    if (found == all->end())
        co_return makeError(Error::Kind::NotFound, u"There is no target \"%1\"."_s.arg(name));
    const CrmConnectorInfo *info = app.catalog().crm(found->connector);
    if (!info || !info->signIn) {
        co_return makeError(Error::Kind::Refused,
                            u"\"%1\" has no sign-in with a browser; its key is a field of its settings."_s.arg(name));
    }
    auto signingIn = signInto(&app, *found, info->signIn);
    const Result<Done> signedIn = co_await std::move(signingIn);
    if (!signedIn)
        co_return signedIn.error();
    co_return CtlOutput{{{u"signed_in"_s, name}}, u"Signed in.\n"_s, 0};
}

} // namespace

QList<CtlCommand> signInCommands()
{
    return {{{u"targets"_s, u"login"_s}, u"NAME"_s,
             u"Sign in with a browser on this computer, and keep the renewed key among the secrets."_s, {},
             CtlAccess::Write, 1, 1, {}, nullptr, runSignIn}};
}

} // namespace patchbay

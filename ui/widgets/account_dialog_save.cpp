// How AccountDialog stores what its form says.
#include "core/base/log.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/account_form.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QPushButton>

namespace patchbay {

void AccountDialog::save()
{
    const Result<Done> fine = check();
    if (!fine)
        return say(QStringLiteral("⚠ ") + fine.error().message, "danger");
    for (const QString &secret : m_form->secrets())
        registerSecret(secret);
    setBusy(true);
    const ChatConnectorInfo *info = m_kind == Kind::Channel ? m_context.catalog.chat(m_connector) : nullptr;
    if (!info || !info->isChat)
        return store();
    say(tr("Asking who this is over there…"), "muted");
    whenDone(this, m_scope.run(identified()), [this](const Result<QString> &who) {
        m_account = who ? *who : QString(); // whom nobody could ask now is looked at when it starts
        store();
    });
}

/// Two channels on one account are refused: what the platform says of this one is asked before it is stored.
Async<Result<QString>> AccountDialog::identified()
{
    AccountConfig config = account();
    if (!m_known.uid.isEmpty()) {
        auto loading = withStoredSecrets(&m_context.secrets, m_context.store.workspaceUid(), std::move(config),
                                         m_known.name, fields());
        const Result<AccountConfig> whole = co_await std::move(loading);
        if (!whole)
            co_return whole.error();
        config = *whole;
    }
    auto asking = m_context.channels.identify(m_connector, config);
    co_return co_await patchbay::finished(std::move(asking));
}

void AccountDialog::store()
{
    const QString name = m_form->name();
    if (m_known.uid.isEmpty())
        return add(name);
    whenDone(this, change(name), [this, name](const Result<Done> &changed) {
        if (changed)
            return writeSecrets(m_known.uid, name, m_known.target);
        setBusy(false);
        say(QStringLiteral("✕ ") + changed.error().message, "danger");
    });
}

QFuture<Result<Done>> AccountDialog::change(const QString &name)
{
    switch (m_kind) {
    case Kind::Channel: return m_context.commands.changeChannel(m_known.channel, name, settings(), m_account);
    case Kind::Target: return m_context.commands.changeTarget(m_known.target, name, settings());
    case Kind::Model: break;
    }
    return m_context.modelCommands->change(m_known.model, name, settings());
}

void AccountDialog::add(const QString &name)
{
    const auto added = [this](const auto &account, const Known &known) {
        if (!account) {
            setBusy(false);
            return say(QStringLiteral("✕ ") + account.error().message, "danger");
        }
        m_known = known;
        m_known.uid = account->uid;
        m_known.name = account->name;
        m_known.settings = account->settings;
        writeSecrets(account->uid, account->name, known.target);
    };
    if (m_kind == Kind::Channel) {
        whenDone(this, m_context.commands.addChannel(m_connector, name, settings(), m_account),
                 [added](const Result<Channel> &one) { added(one, Known{one ? one->id : ChannelId{}}); });
    } else if (m_kind == Kind::Target) {
        whenDone(this, m_context.commands.addTarget(m_connector, name, settings()), [added](const Result<Target> &one) {
            added(one, Known{{}, one ? one->id : TargetId{}});
        });
    } else {
        whenDone(this, m_context.modelCommands->add(m_connector, name, settings()),
                 [added](const Result<ModelAccount> &one) {
                     added(one, Known{{}, {}, one ? one->id : ModelId{}});
                 });
    }
}

Async<Result<Done>> AccountDialog::writeAll(SecretStore *store, QString workspaceUid, QString accountUid,
                                            QString accountName, QHash<QString, QString> secrets)
{
    for (auto it = secrets.constBegin(); it != secrets.constEnd(); ++it) {
        SecretKey key;
        key.workspaceUid = workspaceUid;
        key.accountUid = accountUid;
        key.accountName = accountName;
        key.field = it.key();
        const QString value = it.value();
        const Result<Done> written = co_await store->write(key, value);
        if (!written)
            co_return written;
    }
    co_return Result<Done>(Done{});
}

void AccountDialog::writeSecrets(const QString &uid, const QString &name, TargetId target)
{
    auto future =
        m_scope.run(writeAll(&m_context.secrets, m_context.store.workspaceUid(), uid, name, m_form->secrets()));
    whenDone(this, std::move(future), [this, name, target](const Result<Done> &written) {
        if (written)
            return finish(name, target);
        setBusy(false); // it is stored now: Save tries the secret again
        m_save->setText(tr("Save"));
        say(tr("✕ “%1” is stored, but its secret could not be kept: %2")
                .arg(words::oneLine(name), written.error().message),
            "danger");
    });
}

void AccountDialog::finish(const QString &name, TargetId target)
{
    // Live connections are made from settings and secrets: only now are both there.
    const auto tell = [this, name](const Result<Done> &loaded) {
        if (!loaded)
            Q_EMIT failed(tr("“%1” is stored, but: %2").arg(words::oneLine(name), loaded.error().message));
        else
            Q_EMIT saved(name);
        accept();
    };
    if (m_kind == Kind::Channel) {
        whenDone(this, m_context.channels.load(), [this, tell](const Result<Done> &loaded) {
            m_context.channels.start();
            tell(loaded);
        });
        return;
    }
    if (m_kind == Kind::Model)
        return whenDone(this, m_context.models->load(), tell);
    whenDone(this, m_context.targets.load(), [this, tell, target](const Result<Done> &loaded) {
        if (!loaded || !m_default->isVisibleTo(this) || !m_default->isChecked())
            return tell(loaded);
        whenDone(this, m_context.commands.routeToTarget(target), tell);
    });
}

} // namespace patchbay

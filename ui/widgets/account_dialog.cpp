#include "ui/widgets/account_dialog.h"

#include "core/base/log.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/plain.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

namespace patchbay {

AccountDialog::AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_kind(kind)
    , m_connector(connector)
    , m_default(new QCheckBox(tr("New tasks go here"), this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_test(textButton(tr("Test connection"), "normal", this))
    , m_add(textButton(kind == Kind::Channel ? tr("Add channel") : tr("Add target"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    const ChatConnectorInfo *chat = kind == Kind::Channel ? context.catalog.chat(connector) : nullptr;
    const CrmConnectorInfo *crm = kind == Kind::Target ? context.catalog.crm(connector) : nullptr;
    const QString title = chat ? chat->title : crm ? crm->title : connector;
    const QString help = chat ? chat->setupHelp : crm ? crm->setupHelp : QString();
    setWindowTitle(kind == Kind::Channel ? tr("Add channel: %1").arg(title) : tr("Add target: %1").arg(title));
    setMinimumWidth(560);
    m_form = new AccountForm(chat ? chat->form : crm ? crm->form : std::vector<FormField>(), title, this);
    m_default->setChecked(true);
    m_default->setVisible(kind == Kind::Target);

    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 8, 4);
    column->setSpacing(10);
    column->addWidget(
        plainLabel(QCoreApplication::translate("form", help.toUtf8().constData()), "muted", content, true));
    column->addWidget(m_form);
    column->addWidget(m_default);
    column->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    scroll->setMinimumHeight(qMin(560, content->sizeHint().height() + 8));

    auto *buttons = new QHBoxLayout;
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    buttons->addWidget(m_test);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(plainLabel(title, "title", this));
    layout->addWidget(scroll, 1);
    if (const QString limitation = context.secrets.limitation(); !limitation.isEmpty())
        layout->addWidget(plainLabel(QStringLiteral("⚠ ") + limitation, "warning", this, true));
    layout->addWidget(m_answer);
    layout->addLayout(buttons);
    m_answer->hide();
    m_add->setDefault(true);
    connect(m_test, &QPushButton::clicked, this, &AccountDialog::test);
    connect(m_add, &QPushButton::clicked, this, &AccountDialog::add);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_form, &AccountForm::edited, m_answer, &QWidget::hide);
}

QString AccountDialog::answer() const { return m_answer->isHidden() ? QString() : m_answer->text(); }

AccountConfig AccountDialog::account() const
{
    AccountConfig account;
    account.uid = newUid(SystemClock());
    account.name = m_form->name();
    account.settings = m_form->settings();
    account.secrets = m_form->secrets();
    account.addedAt = words::now();
    return account;
}

Result<Done> AccountDialog::check() const
{
    if (const QString missing = m_form->missing(); !missing.isEmpty())
        return makeError(Error::Kind::Refused, tr("“%1” is still empty.").arg(missing));
    const AccountConfig config = account();
    if (m_kind == Kind::Channel) {
        const ChatConnectorInfo *info = m_context.catalog.chat(m_connector);
        return info && info->check ? info->check(config) : Result<Done>(Done{});
    }
    const CrmConnectorInfo *info = m_context.catalog.crm(m_connector);
    return info && info->check ? info->check(config) : Result<Done>(Done{});
}

void AccountDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
    m_answer->show();
}

void AccountDialog::setBusy(bool busy)
{
    m_form->setEnabled(!busy);
    m_test->setEnabled(!busy);
    m_add->setEnabled(!busy);
}

void AccountDialog::test()
{
    const Result<Done> fine = check();
    if (!fine)
        return say(QStringLiteral("⚠ ") + fine.error().message, "danger");
    const AccountConfig config = account();
    for (const QString &secret : config.secrets)
        registerSecret(secret);
    setBusy(true);
    say(tr("Connecting…"), "muted");
    auto future = m_kind == Kind::Channel ? m_context.channels.test(m_connector, config)
                                          : m_context.targets.test(m_connector, config);
    whenDone(this, std::move(future), [this](const Result<QString> &answer) {
        setBusy(false);
        if (answer)
            say(QStringLiteral("✓ ") + *answer, "good");
        else
            say(QStringLiteral("✕ ") + answer.error().message, "danger");
    });
}

void AccountDialog::add()
{
    const Result<Done> fine = check();
    if (!fine)
        return say(QStringLiteral("⚠ ") + fine.error().message, "danger");
    for (const QString &secret : m_form->secrets())
        registerSecret(secret);
    setBusy(true);
    const auto failed = [this](const Error &error) {
        setBusy(false);
        say(QStringLiteral("✕ ") + error.message, "danger");
    };
    if (m_kind == Kind::Channel) {
        whenDone(this, m_context.commands.addChannel(m_connector, m_form->name(), m_form->settings()),
                 [this, failed](const Result<Channel> &channel) {
                     if (channel)
                         writeSecrets(channel->uid, channel->name, {});
                     else
                         failed(channel.error());
                 });
        return;
    }
    whenDone(this, m_context.commands.addTarget(m_connector, m_form->name(), m_form->settings()),
             [this, failed](const Result<Target> &target) {
                 if (target)
                     writeSecrets(target->uid, target->name, target->id);
                 else
                     failed(target.error());
             });
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
        m_test->setEnabled(true);
        say(tr("✕ “%1” is added, but its secret could not be kept: %2")
                .arg(words::oneLine(name), written.error().message),
            "danger");
        Q_EMIT added(name);
    });
}

void AccountDialog::finish(const QString &name, TargetId target)
{
    // Live connections are made from settings and secrets: only now are both there.
    if (m_kind == Kind::Channel) {
        whenDone(&m_context.channels, m_context.channels.load(),
                 [channels = &m_context.channels](const Result<Done> &) { channels->start(); });
    } else {
        whenDone(&m_context.targets, m_context.targets.load(), [](const Result<Done> &) {});
        if (m_default->isChecked())
            whenDone(&m_context.commands, m_context.commands.routeToTarget(target), [](const Result<Done> &) {});
    }
    Q_EMIT added(name);
    accept();
}

} // namespace patchbay

#include "ui/widgets/account_dialog.h"

#include "core/base/log.h"
#include "core/engine/accounts_secrets.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/setup_page.h"
#include "ui/widgets/sign_in_row.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

namespace patchbay {

AccountDialog::AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, QWidget *parent)
    : AccountDialog(context, kind, connector, Known{}, parent)
{
}

AccountDialog::AccountDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent)
    : AccountDialog(context, Kind::Channel, channel.connector,
                    Known{channel.id, {}, {}, channel.uid, channel.name, channel.settings}, parent)
{
}

AccountDialog::AccountDialog(const ConsoleContext &context, const Target &target, QWidget *parent)
    : AccountDialog(context, Kind::Target, target.connector,
                    Known{{}, target.id, {}, target.uid, target.name, target.settings}, parent)
{
}

AccountDialog::AccountDialog(const ConsoleContext &context, const ModelAccount &model, QWidget *parent)
    : AccountDialog(context, Kind::Model, model.connector,
                    Known{{}, {}, model.id, model.uid, model.name, model.settings}, parent)
{
}

AccountDialog::AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, Known known,
                             QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_kind(kind)
    , m_connector(connector)
    , m_known(std::move(known))
    , m_form(new AccountForm(fields(), title(), this)) // before the buttons: that is the order of Tab
    , m_default(new QCheckBox(tr("New tasks go here"), this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_test(textButton(tr("Test connection"), "normal", this))
    , m_save(textButton(!m_known.uid.isEmpty()      ? tr("Save")
                            : kind == Kind::Channel ? tr("Add channel")
                            : kind == Kind::Target  ? tr("Add target")
                                                    : tr("Add model"),
                        "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(!m_known.uid.isEmpty()      ? tr("Settings of %1").arg(words::oneLine(m_known.name, 60))
                       : kind == Kind::Channel ? tr("Add channel: %1").arg(title())
                       : kind == Kind::Target  ? tr("Add target: %1").arg(title())
                                               : tr("Add model: %1").arg(title()));
    if (!m_known.uid.isEmpty())
        m_form->fill(m_known.name, m_known.settings);
    m_default->setChecked(true);
    m_default->setVisible(kind == Kind::Target && m_known.uid.isEmpty());

    auto *buttons = new QHBoxLayout;
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    buttons->addWidget(m_test);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(plainLabel(title(), "title", this));
    layout->addLayout(formColumn(content), 1);
    if (const QString limitation = context.secrets.limitation(); !limitation.isEmpty())
        layout->addWidget(plainLabel(QStringLiteral("⚠ ") + limitation, "warning", this, true));
    layout->addWidget(m_answer);
    layout->addLayout(buttons);
    m_answer->hide();
    m_save->setDefault(true);
    setTabOrder(m_test, cancel);
    setTabOrder(cancel, m_save);
    connect(m_test, &QPushButton::clicked, this, &AccountDialog::test);
    connect(m_save, &QPushButton::clicked, this, &AccountDialog::save);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_form, &AccountForm::edited, m_answer, &QWidget::hide);
    m_form->focusFirst();
}

/// The form on the left, what to know about it on the right.
QBoxLayout *AccountDialog::formColumn(QWidget *content)
{
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 8, 4);
    column->setSpacing(10);
    column->addWidget(m_form);
    if (const MakeSignIn make = entry().signIn) {
        auto *row = new SignInRow(
            make, [this] { return account(); }, content);
        row->offerDevice(entry().deviceSignIn);
        connect(row, &SignInRow::signedIn, this, [this](const QHash<QString, QString> &secrets) {
            for (auto it = secrets.constBegin(); it != secrets.constEnd(); ++it)
                m_form->setSecret(it.key(), it.value());
        });
        column->addWidget(row);
    }
    column->addWidget(m_default);
    column->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->setMinimumSize(540, qBound(220, content->sizeHint().height() + 8, 520));
    auto *row = new QHBoxLayout;
    row->setSpacing(14);
    row->addWidget(scroll, 3);
    const QString help = entry().help;
    if (!help.isEmpty())
        row->addWidget(new SetupPage(help, this), 2);
    return row;
}

AccountDialog::Entry AccountDialog::entry() const
{
    const auto from = [this](const auto *info) {
        Entry known{m_connector, {}, {}, nullptr, {}};
        if (info)
            known = {info->title, info->setupHelp, info->form, info->check, {}};
        if constexpr (requires { info->signIn; })
            known.signIn = info ? info->signIn : MakeSignIn();
        if constexpr (requires { info->deviceSignIn; })
            known.deviceSignIn = info ? info->deviceSignIn : MakeDeviceSignIn();
        if constexpr (requires { info->rotatesSecret; })
            known.rotates = info ? info->rotatesSecret : QString();
        return known;
    };
    switch (m_kind) {
    case Kind::Channel: return from(m_context.catalog.chat(m_connector));
    case Kind::Target: return from(m_context.catalog.crm(m_connector));
    case Kind::Model: break;
    }
    return from(m_context.catalog.model(m_connector));
}

QString AccountDialog::title() const { return entry().title; }

std::vector<FormField> AccountDialog::fields() const { return entry().form; }

/// What the form says; settings that have no place in it stay.
QJsonObject AccountDialog::settings() const
{
    QJsonObject all = m_known.settings;
    for (const FormField &field : fields())
        all.remove(field.key);
    const QJsonObject said = m_form->settings();
    for (auto it = said.constBegin(); it != said.constEnd(); ++it)
        all.insert(it.key(), it.value());
    return all;
}

QString AccountDialog::answer() const { return m_answer->isHidden() ? QString() : m_answer->text(); }

AccountConfig AccountDialog::account() const
{
    AccountConfig account;
    account.uid = m_known.uid.isEmpty() ? newUid(SystemClock()) : m_known.uid;
    account.name = m_form->name();
    account.settings = settings();
    account.secrets = m_form->secrets();
    account.addedAt = words::now();
    return account;
}

Result<Done> AccountDialog::check() const
{
    if (const QString missing = m_form->missing(); !missing.isEmpty())
        return makeError(Error::Kind::Refused, tr("“%1” is still empty.").arg(missing));
    const AccountConfig config = account();
    const Entry known = entry();
    return known.check ? known.check(config) : Result<Done>(Done{});
}

void AccountDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
    m_answer->show();
    layout()->activate();
    resize(width(), qMax(height(), layout()->totalHeightForWidth(width()))); // the answer wraps
}

void AccountDialog::setBusy(bool busy)
{
    if (busy)
        m_focus = focusWidget(); // what is disabled loses the focus
    m_form->setEnabled(!busy);
    m_test->setEnabled(!busy);
    m_save->setEnabled(!busy);
    if (!busy && m_focus)
        m_focus->setFocus();
}

void AccountDialog::test()
{
    const Result<Done> fine = check();
    if (!fine)
        return say(QStringLiteral("⚠ ") + fine.error().message, "danger");
    setBusy(true);
    say(tr("Connecting…"), "muted");
    const AccountConfig config = account();
    if (m_known.uid.isEmpty())
        return testWith(config);
    auto loading = m_scope.run(
        withStoredSecrets(&m_context.secrets, m_context.store.workspaceUid(), config, m_known.name, fields()));
    whenDone(this, std::move(loading), [this](const Result<AccountConfig> &whole) {
        if (whole)
            return testWith(*whole);
        setBusy(false);
        say(QStringLiteral("✕ ") + whole.error().message, "danger");
    });
}

/// Fields that were left empty stand for the stored secrets.
Async<Result<AccountConfig>> AccountDialog::withStoredSecrets(SecretStore *store, QString workspaceUid,
                                                              AccountConfig config, QString storedName,
                                                              std::vector<FormField> form)
{
    AccountConfig stored = config;
    stored.name = storedName;
    auto loading = loadSecrets(store, workspaceUid, stored, form, {});
    const LoadedAccount loaded = co_await std::move(loading);
    for (auto it = loaded.config.secrets.constBegin(); it != loaded.config.secrets.constEnd(); ++it) {
        if (!config.secrets.contains(it.key()))
            config.secrets.insert(it.key(), it.value());
    }
    co_return Result<AccountConfig>(std::move(config));
}

void AccountDialog::testWith(const AccountConfig &config)
{
    registerSecrets(config);
    std::function<QFuture<Result<QString>>()> test = [this, config] {
        return m_kind == Kind::Channel ? m_context.channels.test(m_connector, config)
            : m_kind == Kind::Target   ? m_context.targets.test(m_connector, config)
                                       : m_context.models->test(m_connector, config);
    };
    const QString rotates = entry().rotates;
    if (!m_known.uid.isEmpty() || config.secrets.value(rotates).isEmpty())
        return whenDone(this, test(), [this](const Result<QString> &answer) { answered(answer); });
    const auto renewed = std::make_shared<std::optional<QString>>();
    const SecretKey key = secretKeyOf(m_context.store.workspaceUid(), config, rotates);
    whenDone(this, m_scope.run(triedUnstored(&m_context.secrets, key, std::move(test), renewed)),
             [this, rotates, renewed](const Result<QString> &answer) {
                 if (renewed->has_value()) // what stands in the form is worth nothing any more
                     m_form->setSecret(rotates, **renewed);
                 answered(answer);
             });
}

void AccountDialog::answered(const Result<QString> &answer)
{
    setBusy(false);
    if (answer)
        say(QStringLiteral("✓ ") + *answer, "good");
    else
        say(QStringLiteral("✕ ") + answer.error().message, "danger");
}

} // namespace patchbay

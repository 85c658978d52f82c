#include "ui/widgets/sign_in_row.h"

#include "core/base/log.h"
#include "ui/models/when_done.h"
#include "ui/widgets/plain.h"

#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

SignInRow::SignInRow(MakeSignIn make, std::function<AccountConfig()> account, QWidget *parent)
    : QWidget(parent)
    , m_make(std::move(make))
    , m_account(std::move(account))
    , m_button(textButton(tr("Sign in with the browser…"), "normal", this))
    , m_deviceButton(textButton(tr("On another device…"), "normal", this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_codeRow(new QWidget(this))
    , m_code(new QLineEdit(m_codeRow))
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    auto *row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_button);
    row->addWidget(m_deviceButton);
    row->addWidget(m_answer, 1);
    rows->addLayout(row);
    auto *codeRow = new QHBoxLayout(m_codeRow);
    codeRow->setContentsMargins(0, 0, 0, 0);
    codeRow->setSpacing(10);
    auto *copy = textButton(tr("Copy code"), "normal", m_codeRow);
    codeRow->addWidget(m_code, 1);
    codeRow->addWidget(copy);
    rows->addWidget(m_codeRow);
    m_code->setReadOnly(true);
    m_code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_code->setAccessibleName(tr("Code to enter on the other device"));
    m_codeRow->hide();
    m_deviceButton->hide();
    m_button->setAccessibleDescription(tr("Opens the vendor's page; what it hands out is put into this form"));
    m_deviceButton->setAccessibleDescription(
        tr("Shows an address and a code for a browser elsewhere; what the vendor hands out is put into this form"));
    connect(m_button, &QPushButton::clicked, this, &SignInRow::press);
    connect(m_deviceButton, &QPushButton::clicked, this, &SignInRow::pressDevice);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_code->text()); });
}

SignInRow::~SignInRow() { m_scope.reset(); }

void SignInRow::offerDevice(MakeDeviceSignIn make)
{
    m_makeDevice = std::move(make);
    m_deviceButton->setVisible(bool(m_makeDevice));
}

QString SignInRow::answer() const { return m_answer->text(); }

AccountConfig SignInRow::account() const
{
    AccountConfig account = m_account();
    for (const QString &secret : std::as_const(account.secrets))
        registerSecret(secret);
    return account;
}

void SignInRow::press()
{
    if (m_signIn)
        return end(tr("Not signed in."), "muted");
    begin();
}

void SignInRow::pressDevice()
{
    if (m_device)
        return end(tr("Not signed in."), "muted");
    beginDevice();
}

void SignInRow::begin()
{
    m_signIn = m_make(account());
    const Result<QUrl> page = m_signIn->begin();
    if (!page)
        return end(QStringLiteral("⚠ ") + page.error().message, "danger");
    m_scope = std::make_unique<AsyncScope>();
    handOver(m_signIn->secrets());
    m_button->setText(tr("Stop waiting"));
    m_deviceButton->setEnabled(false);
    setPlain(m_answer, tr("Waiting for your browser to come back from %1…").arg(page->host()));
    setLook(m_answer, "role", "muted");
    if (!QDesktopServices::openUrl(*page))
        end(QStringLiteral("✕ ") + tr("No browser could be opened."), "danger");
}

void SignInRow::beginDevice()
{
    m_device = m_makeDevice(account());
    m_scope = std::make_unique<AsyncScope>();
    m_deviceButton->setText(tr("Stop waiting"));
    m_button->setEnabled(false);
    setPlain(m_answer, tr("Asking for a code…"));
    setLook(m_answer, "role", "muted");
    whenDone(this, m_scope->run(m_device->begin()), [this](const Result<DeviceCode> &code) {
        if (!code && code.error().kind == Error::Kind::Cancelled)
            return; // the person stopped it
        if (!code)
            return end(QStringLiteral("⚠ ") + code.error().message, "danger");
        showCode(*code);
        handOver(m_device->secrets());
    });
}

void SignInRow::showCode(const DeviceCode &code)
{
    setPlain(m_answer, tr("Open %1 on any device and enter this code there.").arg(code.page.toString()));
    m_code->setText(code.code);
    m_codeRow->show();
    m_code->setFocus();
    m_code->selectAll();
}

void SignInRow::handOver(Async<Result<Secrets>> secrets)
{
    whenDone(this, m_scope->run(std::move(secrets)), [this](const Result<Secrets> &given) {
        if (!given && given.error().kind == Error::Kind::Cancelled)
            return; // the person stopped it
        if (!given)
            return end(QStringLiteral("✕ ") + given.error().message, "danger");
        Q_EMIT signedIn(*given);
        end(QStringLiteral("✓ ") + tr("Signed in. Save to keep it."), "good");
    });
}

void SignInRow::end(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
    m_button->setText(tr("Sign in with the browser…"));
    m_deviceButton->setText(tr("On another device…"));
    m_button->setEnabled(true);
    m_deviceButton->setEnabled(true);
    m_codeRow->hide();
    // Not from inside its own answer: the scope's coroutine may still be on the stack.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_scope.reset();
            m_signIn.reset();
            m_device.reset();
        },
        Qt::QueuedConnection);
}

} // namespace patchbay

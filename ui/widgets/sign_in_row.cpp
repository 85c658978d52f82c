#include "ui/widgets/sign_in_row.h"

#include "core/base/log.h"
#include "ui/models/when_done.h"
#include "ui/widgets/plain.h"

#include <QtGui/QDesktopServices>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

SignInRow::SignInRow(MakeSignIn make, std::function<AccountConfig()> account, QWidget *parent)
    : QWidget(parent)
    , m_make(std::move(make))
    , m_account(std::move(account))
    , m_button(textButton(tr("Sign in with the browser…"), "normal", this))
    , m_answer(plainLabel({}, "muted", this, true))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_button);
    row->addWidget(m_answer, 1);
    m_button->setAccessibleDescription(tr("Opens the vendor's page; what it hands out is put into this form"));
    connect(m_button, &QPushButton::clicked, this, &SignInRow::press);
}

SignInRow::~SignInRow() { m_scope.reset(); }

QString SignInRow::answer() const { return m_answer->text(); }

void SignInRow::press()
{
    if (m_signIn)
        return end(tr("Not signed in."), "muted");
    begin();
}

void SignInRow::begin()
{
    const AccountConfig account = m_account();
    for (const QString &secret : account.secrets)
        registerSecret(secret);
    m_signIn = m_make(account);
    const Result<QUrl> page = m_signIn->begin();
    if (!page)
        return end(QStringLiteral("⚠ ") + page.error().message, "danger");
    m_scope = std::make_unique<AsyncScope>();
    whenDone(this, m_scope->run(m_signIn->secrets()), [this](const Result<QHash<QString, QString>> &secrets) {
        if (!secrets && secrets.error().kind == Error::Kind::Cancelled)
            return; // the person stopped it
        if (!secrets)
            return end(QStringLiteral("✕ ") + secrets.error().message, "danger");
        Q_EMIT signedIn(*secrets);
        end(QStringLiteral("✓ ") + tr("Signed in. Save to keep it."), "good");
    });
    m_button->setText(tr("Stop waiting"));
    setPlain(m_answer, tr("Waiting for your browser to come back from %1…").arg(page->host()));
    setLook(m_answer, "role", "muted");
    if (!QDesktopServices::openUrl(*page))
        end(QStringLiteral("✕ ") + tr("No browser could be opened."), "danger");
}

void SignInRow::end(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
    m_button->setText(tr("Sign in with the browser…"));
    // Not from inside its own answer: the scope's coroutine may still be on the stack.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_scope.reset();
            m_signIn.reset();
        },
        Qt::QueuedConnection);
}

} // namespace patchbay

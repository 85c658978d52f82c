#include "ui/widgets/pairing_dialog.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/qr_code.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

namespace patchbay {

PairingDialog::PairingDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent,
                             std::chrono::milliseconds pause)
    : QDialog(parent)
    , m_context(context)
    , m_channel(channel)
    , m_sentence(plainLabel(tr("Asking for a code…"), "", this, true))
    , m_code(new QrCode(this))
    , m_countdown(plainLabel({}, "muted", this))
    , m_typed(plainLabel({}, "", this, true))
{
    const QString title = tr("Pair %1").arg(words::oneLine(channel.name, 80));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(title, "title", this));
    layout->addWidget(m_sentence);
    layout->addWidget(m_code, 0, Qt::AlignHCenter);
    layout->addWidget(m_countdown, 0, Qt::AlignHCenter);
    layout->addWidget(m_typed);
    layout->addStretch(1);
    layout->addLayout(buttons);
    m_typed->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_typed->hide();
    m_sentence->setMinimumWidth(m_code->sizeHint().width());
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(&m_ask, &QTimer::timeout, this, &PairingDialog::askNow);
    connect(&m_second, &QTimer::timeout, this, &PairingDialog::tick);
    m_ask.start(pause);
    m_second.start(std::chrono::milliseconds(500));
    askNow();
}

QString PairingDialog::sentence() const { return m_sentence->text().remove(QChar(0x200b)); }

QString PairingDialog::countdown() const { return m_countdown->text(); }

QString PairingDialog::typed() const { return m_typed->isHidden() ? QString() : m_typed->text().remove(QChar(0x200b)); }

void PairingDialog::askNow()
{
    if (m_isAsking)
        return;
    const Result<ChatConnector *> live = m_context.channels.live(m_channel.id);
    if (!live)
        return show_(live.error());
    m_isAsking = true;
    auto asking = (*live)->pairing();
    whenDone(this, m_scope.run(std::move(asking)), [this](const Result<Pairing> &now) {
        m_isAsking = false;
        show_(now);
    });
}

void PairingDialog::show_(const Result<Pairing> &now)
{
    if (!now) {
        setPlain(m_sentence, QStringLiteral("✕ ") + words::oneLine(now.error().message, 400));
        setLook(m_sentence, "role", "danger");
        return; // a code that is shown may still be good
    }
    if (now->isPaired) {
        m_ask.stop();
        Q_EMIT paired(m_channel.name);
        return accept();
    }
    setLook(m_sentence, "role", "");
    m_until = now->until;
    if (now->scan != m_shown) {
        m_shown = now->scan;
        m_fits = m_code->setText(m_shown);
    }
    if (!m_fits && !m_shown.isEmpty())
        return setPlain(m_sentence, tr("✕ The platform's code is too long to be drawn."));
    const QString said = words::oneLine(now->sentence, 400);
    setPlain(m_sentence,
             !said.isEmpty()         ? said
                 : m_shown.isEmpty() ? tr("The platform has no code yet. Asking again…")
                                     : tr("Scan this code with the telephone."));
    const QString typedCode = words::oneLine(now->typed, 60);
    setPlain(m_typed, tr("Or enter this code on the telephone: %1").arg(typedCode));
    m_typed->setVisible(!typedCode.isEmpty());
    tick();
}

void PairingDialog::tick()
{
    if (m_shown.isEmpty() || !m_until)
        return setPlain(m_countdown, {});
    const std::chrono::microseconds left = m_until - words::now();
    const qint64 seconds = (left.count() + 999'999) / 1'000'000;
    m_code->setOver(seconds <= 0);
    setPlain(m_countdown,
             seconds > 0 ? tr("Good for %n more second(s)", nullptr, int(seconds))
                         : tr("This code is over. Asking for another…"));
}

} // namespace patchbay

#include "ui/widgets/toast.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtGui/QAccessible>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr int toastUsual = 5000;
constexpr int toastTrouble = 12000;

} // namespace

Toast::Toast(QWidget *parent)
    : QFrame(parent)
    , m_text(plainLabel({}, "toast", this, true))
    , m_undo(textButton(tr("Undo (Z)"), "toast", this))
    , m_close(textButton(tr("Close"), "toast", this))
{
    setProperty("surface", QStringLiteral("toast"));
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 9, 9, 9);
    layout->setSpacing(10);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_undo);
    layout->addWidget(m_close);
    for (QPushButton *button : {m_undo, m_close})
        button->setFocusPolicy(Qt::NoFocus); // it passes by; Z does the same from the keyboard
    connect(m_undo, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT undoWanted();
    });
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    m_end.setSingleShot(true);
    connect(&m_end, &QTimer::timeout, this, &QWidget::hide);
    m_second.setInterval(500);
    connect(&m_second, &QTimer::timeout, this, &Toast::tick);
    hide();
}

QString Toast::text() const { return m_text->text().remove(QChar(0x200b)); } // without the places to break at

void Toast::say(const Said &what)
{
    m_said = what;
    const qint64 left = what.undoUntil ? (what.undoUntil - words::now()).count() / 1000 : toastUsual;
    present(what.text, what.canUndo, int(qBound(qint64(2500), left, qint64(toastTrouble))));
    if (what.undoUntil)
        m_second.start();
    tick();
}

void Toast::complain(const QString &sentence)
{
    m_said = {};
    m_second.stop();
    present(QStringLiteral("⚠ ") + sentence, false, toastTrouble);
}

void Toast::present(const QString &text, bool undo, int milliseconds)
{
    setPlain(m_text, text);
    setAccessibleName(text);
    m_undo->setVisible(undo);
    m_end.start(milliseconds);
    show();
    place();
    raise();
    QAccessibleEvent spoken(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&spoken);
}

void Toast::tick()
{
    if (!m_said.undoUntil)
        return;
    const qint64 left = ((m_said.undoUntil - words::now()).count() + 999999) / 1000000;
    m_undo->setVisible(m_said.canUndo && left > 0);
    m_undo->setText(left > 0 ? tr("Undo (Z) %1").arg(left) : tr("Undo (Z)"));
    if (left <= 0)
        m_second.stop();
}

void Toast::place()
{
    const QWidget *over = parentWidget();
    setFixedWidth(qMin(500, over->width() - 40));
    adjustSize();
    const int height = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height();
    resize(width(), height);
    // Over rail and list, never over what is being written, and above the connection line.
    move(20, over->height() - height - 46);
}

} // namespace patchbay

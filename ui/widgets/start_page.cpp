#include "ui/widgets/start_page.h"

#include "ui/widgets/plain.h"

#include <QtGui/QAccessible>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

namespace patchbay {

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_theme(*qApp)
    , m_sign(new QWidget(this))
    , m_title(plainLabel({}, "title", this, true))
    , m_workspace(plainLabel({}, "muted", this, true))
    , m_sentence(plainLabel({}, "body", this, true))
    , m_progress(new QProgressBar(this))
    , m_again(textButton(tr("Try again"), "primary", this))
    , m_sample(textButton(tr("Open the sample workspace"), "normal", this))
    , m_quit(textButton(tr("Quit"), "normal", this))
{
    setWindowTitle(tr("Patchbay"));
    setProperty("surface", QStringLiteral("window"));
    setAttribute(Qt::WA_StyledBackground);
    m_sign->setFixedSize(48, 48);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Opening the workspace"));
    auto *words = new QVBoxLayout;
    words->setSpacing(8);
    words->addWidget(m_title);
    words->addWidget(m_workspace);
    words->addWidget(m_progress);
    words->addWidget(m_sentence);
    auto *top = new QHBoxLayout;
    top->setSpacing(18);
    top->addWidget(m_sign, 0, Qt::AlignTop);
    top->addLayout(words, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    for (QPushButton *button : {m_quit, m_sample, m_again})
        buttons->addWidget(button);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(32, 32, 32, 24);
    layout->addLayout(top);
    layout->addStretch(1);
    layout->addSpacing(18);
    layout->addLayout(buttons);
    QWidget::setTabOrder(m_again, m_sample);
    QWidget::setTabOrder(m_sample, m_quit);
    QWidget::setTabOrder(m_quit, m_sentence);
    connect(m_again, &QPushButton::clicked, this, &StartPage::againWanted);
    connect(m_sample, &QPushButton::clicked, this, &StartPage::sampleWanted);
    connect(m_quit, &QPushButton::clicked, this, &StartPage::quitWanted);
    resize(640, 280);
    m_theme.apply();
}

void StartPage::setBusy()
{
    m_quit->setFocus(); // before the others are disabled, which would move the focus somewhere
    m_again->setEnabled(false);
    m_sample->setEnabled(false);
}

void StartPage::showOpening(const QString &workspace)
{
    m_failed = false;
    setBusy();
    setTexts(tr("Opening the workspace…"), workspace, {});
    m_again->hide();
    m_sample->hide();
}

void StartPage::showFailure(const QString &workspace, const QString &sentence, bool offerSample)
{
    m_failed = true;
    setTexts(tr("The workspace could not be opened"), workspace, sentence);
    m_again->show();
    m_again->setEnabled(true);
    m_sample->setVisible(offerSample);
    m_sample->setEnabled(offerSample);
    m_again->setFocus();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString StartPage::sentence() const { return m_sentence->text().remove(QChar(0x200b)); }

void StartPage::setTexts(const QString &title, const QString &workspace, const QString &sentence)
{
    setPlain(m_title, title);
    setPlain(m_workspace, workspace);
    setPlain(m_sentence, sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    m_progress->setVisible(sentence.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(sentence.isEmpty() ? workspace : sentence);
    update();
}

void StartPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT quitWanted();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        auto *focused = qobject_cast<QPushButton *>(focusWidget());
        (focused && focused->isEnabled() ? focused : m_again)->click();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void StartPage::paintEvent(QPaintEvent *event)
{
    QWidget::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors &colors = themeOf(this);
    const QRectF circle = m_sign->geometry();
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_failed ? colors.warningSoft : colors.accentSoft);
    painter.drawEllipse(circle);
    paintGlyph(painter, m_failed ? Glyph::Warning : Glyph::Plug, circle.adjusted(12, 12, -12, -12),
               m_failed ? colors.warning : colors.accent);
}

} // namespace patchbay

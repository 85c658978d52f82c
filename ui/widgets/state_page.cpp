#include "ui/widgets/state_page.h"

#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

StatePage::StatePage(QWidget *parent)
    : QWidget(parent)
    , m_sentence(plainLabel({}, "title", this, true))
    , m_detail(plainLabel({}, "muted", this, true))
    , m_button(textButton({}, "normal", this))
    , m_sign(new QWidget(this))
{
    m_sign->setFixedSize(56, 56);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_detail->setAlignment(Qt::AlignCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(28, 28, 28, 28);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_sign, 0, Qt::AlignHCenter);
    layout->addWidget(m_sentence);
    layout->addWidget(m_detail);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    m_button->hide(); // until a state has something to do
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_action)
            m_action();
    });
}

void StatePage::show(Glyph glyph, const QString &sentence, const QString &detail, const QString &actionText,
                     std::function<void()> action)
{
    m_glyph = glyph;
    setPlain(m_sentence, sentence);
    setPlain(m_detail, detail);
    m_detail->setVisible(!detail.isEmpty());
    m_button->setText(actionText);
    m_button->setAccessibleName(actionText);
    m_button->setVisible(!actionText.isEmpty());
    m_action = std::move(action);
    update();
}

QString StatePage::sentence() const { return m_sentence->text(); }

void StatePage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors &colors = themeOf(this);
    const QRectF circle = m_sign->geometry();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.accentSoft);
    painter.drawEllipse(circle);
    paintGlyph(painter, m_glyph, circle.adjusted(14, 14, -14, -14), colors.accent);
}

} // namespace patchbay

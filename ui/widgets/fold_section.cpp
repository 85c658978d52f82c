#include "ui/widgets/fold_section.h"

#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

namespace patchbay {

FoldSection::FoldSection(const QString &title, bool open, QWidget *parent)
    : QWidget(parent)
    , m_head(textButton({}, "flat", this))
    , m_body(new QWidget(this))
    , m_content(new QVBoxLayout(m_body))
    , m_title(title)
    , m_open(!open)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_head);
    layout->addWidget(m_body);
    m_content->setContentsMargins(7, 0, 4, 6);
    m_content->setSpacing(5);
    connect(m_head, &QPushButton::clicked, this, [this] { setOpen(!m_open); });
    setOpen(open);
}

void FoldSection::setTitle(const QString &title)
{
    m_title = title;
    m_head->setText((m_open ? QStringLiteral("▾ ") : QStringLiteral("▸ "))
                    + QString(title).replace(QLatin1Char('&'), QStringLiteral("&&")));
    m_head->setAccessibleName(m_open ? tr("%1, unfolded").arg(title) : tr("%1, folded").arg(title));
}

void FoldSection::setOpen(bool open)
{
    const bool changed = open != m_open;
    m_open = open;
    m_body->setVisible(open);
    setTitle(m_title);
    if (changed)
        Q_EMIT toggled(open);
}

void FoldSection::clear()
{
    while (QLayoutItem *item = m_content->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        if (QLayout *inner = item->layout()) {
            while (QLayoutItem *each = inner->takeAt(0)) {
                if (each->widget()) {
                    each->widget()->hide();
                    each->widget()->deleteLater();
                }
                delete each;
            }
        }
        delete item;
    }
}

} // namespace patchbay

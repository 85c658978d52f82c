#pragma once

#include "ui/widgets/plain.h"

#include <QtGui/QAccessible>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

/// How a window is reached by the keyboard, and whether what stands in it can be read.

inline QString walkName(QWidget *widget)
{
    const QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
    return face ? face->text(QAccessible::Name) : QString();
}

/// What Tab reaches, in order, from the widget that has the focus on; a window that lets nobody out ends after 60.
inline QList<QWidget *> tabStops(QWidget &window)
{
    QList<QWidget *> stops;
    QWidget *at = window.focusWidget();
    while (at && !stops.contains(at) && stops.size() < 60) {
        stops << at;
        QTest::keyClick(at, Qt::Key_Tab);
        at = window.focusWidget();
    }
    return stops;
}

/// Widgets that Tab should reach and does not, that have no name, or that come in another order than they stand in; and
/// words that are cut off. Empty: it can be used without a mouse and read.
inline QStringList faultsOf(QWidget &window)
{
    QStringList faults;
    const auto about = [](QWidget *one) {
        return QStringLiteral("%1 “%2”").arg(QLatin1String(one->metaObject()->className()), walkName(one));
    };
    const QList<QWidget *> stops = tabStops(window);
    for (QWidget *one : window.findChildren<QWidget *>()) {
        const bool isOurs = one->window() == &window && one->isVisible() && one->isEnabled();
        if (!isOurs)
            continue;
        if (stops.contains(one) && walkName(one).isEmpty())
            faults << QStringLiteral("no name: ") + about(one);
        const bool wanted = one->focusPolicy() & Qt::TabFocus && !one->focusProxy();
        const bool isRadio = one->inherits("QRadioButton"); // arrows go on among them
        if (wanted && !isRadio && !stops.contains(one) && !one->inherits("QAbstractScrollArea"))
            faults << QStringLiteral("not reached: ") + about(one);
        auto *label = qobject_cast<QLabel *>(one);
        const bool mayElide = dynamic_cast<ElidedLabel *>(one) != nullptr;
        if (label && !mayElide && !label->text().isEmpty()) {
            const bool cut = label->wordWrap() ? label->heightForWidth(label->width()) > label->height() + 1
                                               : label->sizeHint().width() > label->width() + 1;
            if (cut)
                faults << QStringLiteral("cut off: ") + label->text();
        }
        auto *button = qobject_cast<QPushButton *>(one);
        if (button && button->sizeHint().width() > button->width() + 1)
            faults << QStringLiteral("cut off: ") + button->text();
        if (!window.rect().contains(QRect(one->mapTo(&window, QPoint(0, 0)), one->size())) && (label || button))
            faults << QStringLiteral("outside: ") + about(one);
    }
    // From the first in the window on: where the walk began is not where the window begins.
    const auto place = [&window](QWidget *one) { return QRect(one->mapTo(&window, QPoint(0, 0)), one->size()); };
    int jumps = 0;
    for (qsizetype i = 0; i < stops.size(); ++i) {
        const QRect a = place(stops[i]);
        const QRect b = place(stops[(i + 1) % stops.size()]);
        const bool sameRow = a.top() <= b.bottom() && b.top() <= a.bottom();
        const bool onwards = sameRow ? b.left() > a.left() : b.top() > a.top();
        if (!onwards && ++jumps > 1)
            faults << QStringLiteral("goes back: %1 -> %2").arg(about(stops[i]), about(stops[(i + 1) % stops.size()]));
    }
    if (stops.size() >= 60)
        faults << QStringLiteral("Tab never comes back");
    return faults;
}

} // namespace patchbay::tests

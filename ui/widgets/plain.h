#pragma once

#include "ui/widgets/glyphs.h"

#include <QtCore/QString>

#include <QtWidgets/QLabel>

#include <functional>

class QComboBox;
class QFrame;
class QPushButton;
class QToolButton;
class QWidget;

namespace patchbay {

/// Makers of widgets that show text from outside as text and nothing else. All labels, tips and boxes of the console
/// come from here.

/// A PlainText label; `role` picks its look from the sheet. With `wrap` it breaks lines; long words are given break
/// points.
QLabel *plainLabel(const QString &text, const char *role, QWidget *parent, bool wrap = false);
/// A one-line label that ends in "…" where its room ends; its text stays whole for screen readers and tests.
class ElidedLabel final : public QLabel {
public:
    ElidedLabel(const QString &text, const char *role, QWidget *parent);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Changes text of such a label, with break points in long words when it wraps.
void setPlain(QLabel *label, const QString &text);
/// A tooltip that can never become markup; also the accessible description.
void setPlainTip(QWidget *widget, const QString &text);
/// The same protection for a tip that a model or an event shows.
QString plainTip(const QString &text);

QPushButton *textButton(const QString &text, const char *kind, QWidget *parent);
/// What a screen reader says of a box and of the list that it opens.
void nameChoices(QComboBox *box, const QString &name);
/// `name` is what a screen reader says and the tip shows.
QToolButton *glyphButton(Glyph glyph, const QString &name, QWidget *parent);
QFrame *surface(const char *kind, QWidget *parent);
/// Sets a property the sheet looks at, and repaints.
void setLook(QWidget *widget, const char *property, const char *value);

/// Asks without blocking; `yes` runs when it is confirmed. Text is plain.
void ask(QWidget *parent, const QString &title, const QString &text, const QString &yesText, std::function<void()> yes);
/// Several answers; `chosen` gets the index, nothing on Cancel.
void askChoice(QWidget *parent, const QString &title, const QString &text, const QStringList &answers,
               std::function<void(int)> chosen);

} // namespace patchbay

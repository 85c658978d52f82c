#include "ui/widgets/plain.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFrame>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolButton>

namespace patchbay {

namespace {

constexpr int plainLongestWord = 28;

/// Return presses the button that has the focus. Qt hands it on to the dialog otherwise, whose default button it
/// presses: with the focus on Cancel that would be Save.
class PlainTextButton final : public QPushButton {
public:
    using QPushButton::QPushButton;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (!isReturn || (event->modifiers() & ~Qt::KeypadModifier))
            return QPushButton::keyPressEvent(event);
        if (!event->isAutoRepeat()) // the key that opened a dialog may be held still
            click();
    }
};

/// Zero-width spaces into words that would push a narrow pane wider.
QString plainBreakable(const QString &text)
{
    QString out;
    int run = 0;
    for (const QChar c : text) {
        run = c.isSpace() ? 0 : run + 1;
        if (run > plainLongestWord && !c.isLowSurrogate()) {
            out += QChar(0x200b);
            run = 1;
        }
        out += c;
    }
    return out;
}

} // namespace

QLabel *plainLabel(const QString &text, const char *role, QWidget *parent, bool wrap)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", QLatin1String(role));
    label->setWordWrap(wrap);
    if (wrap)
        label->setMinimumWidth(40);
    setPlain(label, text);
    return label;
}

ElidedLabel::ElidedLabel(const QString &text, const char *role, QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setProperty("role", QLatin1String(role));
    setText(text);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const { return {24, QLabel::minimumSizeHint().height()}; }

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRect room = contentsRect();
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(room, int(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
}

void setPlain(QLabel *label, const QString &text) { label->setText(label->wordWrap() ? plainBreakable(text) : text); }

QString plainTip(const QString &text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    return QStringLiteral("<span>") + text.toHtmlEscaped() + QStringLiteral("</span>");
}

void setPlainTip(QWidget *widget, const QString &text)
{
    widget->setToolTip(plainTip(text));
    widget->setAccessibleDescription(text);
}

QPushButton *textButton(const QString &text, const char *kind, QWidget *parent)
{
    auto *button = new PlainTextButton(parent);
    QString label = text;
    button->setText(label.replace(QLatin1Char('&'), QStringLiteral("&&"))); // no accidental mnemonics from names
    button->setAccessibleName(text);
    button->setProperty("kind", QLatin1String(kind));
    button->setAutoDefault(true); // so that Return presses it, not only Space
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

void nameChoices(QComboBox *box, const QString &name)
{
    box->setAccessibleName(name);
    box->view()->setAccessibleName(name);
}

QToolButton *glyphButton(Glyph glyph, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(glyphIcon(glyph));
    button->setIconSize({18, 18});
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    setPlainTip(button, name);
    return button;
}

QFrame *surface(const char *kind, QWidget *parent)
{
    auto *frame = new QFrame(parent);
    frame->setProperty("surface", QLatin1String(kind));
    frame->setAttribute(Qt::WA_StyledBackground);
    return frame;
}

void setLook(QWidget *widget, const char *property, const char *value)
{
    if (widget->property(property).toString() == QLatin1String(value))
        return;
    widget->setProperty(property, QLatin1String(value));
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

void ask(QWidget *parent, const QString &title, const QString &text, const QString &yesText, std::function<void()> yes)
{
    askChoice(parent, title, text, {yesText}, [yes = std::move(yes)](int) { yes(); });
}

void askChoice(QWidget *parent, const QString &title, const QString &text, const QStringList &answers,
               std::function<void(int)> chosen)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setWindowTitle(title);
    box->setText(title);
    box->setInformativeText(text);
    // The informative text is a label of its own that guesses its format.
    for (QLabel *label : box->findChildren<QLabel *>())
        label->setTextFormat(Qt::PlainText);
    QList<QAbstractButton *> buttons;
    for (const QString &answer : answers)
        buttons << box->addButton(QString(answer).replace(QLatin1Char('&'), QStringLiteral("&&")),
                                  QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    QObject::connect(box, &QMessageBox::buttonClicked, box,
                     [buttons, chosen = std::move(chosen)](QAbstractButton *button) {
                         const int index = int(buttons.indexOf(button));
                         if (index >= 0)
                             chosen(index);
                     });
    box->open();
}

} // namespace patchbay

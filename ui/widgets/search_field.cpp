#include "ui/widgets/search_field.h"

#include "ui/widgets/choice_model.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtGui/QInputMethodEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QTextCharFormat>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFrame>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>

namespace patchbay {

namespace {

constexpr int fieldOffersShown = 8;
constexpr int fieldOffersWidth = 320;
constexpr int fieldMost = 600; ///< what is over the language's own bound is told, not cut silently

} // namespace

SearchField::SearchField(Offer offer, QWidget *parent)
    : QLineEdit(parent)
    , m_offer(std::move(offer))
    , m_popup(surface("popup", parent))
    , m_model(new ChoiceModel(this))
    , m_list(new QListView(m_popup))
    , m_problem(plainLabel({}, "danger", m_popup, true))
{
    setMaxLength(fieldMost);
    setClearButtonEnabled(true);
    setAccessibleName(tr("Search"));
    m_popup->hide();
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("How the search could go on"));
    auto *layout = new QVBoxLayout(m_popup);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_list);
    layout->addWidget(m_problem);
    m_problem->hide();
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &at) { take(at.row()); });
    connect(this, &QLineEdit::textEdited, this, [this] {
        m_asked = false;
        m_dismissed = false;
        showOffers(false);
    });
    connect(this, &QLineEdit::cursorPositionChanged, this, [this] {
        if (isOffering() && !m_taking)
            showOffers(m_asked);
    });
}

void SearchField::markProblem(int position, int length, const QString &sentence)
{
    m_problemAt = position;
    m_problemLength = length;
    if (m_problem->text() != sentence || m_problem->isHidden() != sentence.isEmpty()) {
        setPlain(m_problem, sentence);
        m_problem->setVisible(!sentence.isEmpty());
        if (isOffering())
            placeOffers();
    }
    if (m_composing)
        return;
    // The only way to give a part of a line edit a look of its own: as an input method marks what it composes.
    QList<QInputMethodEvent::Attribute> looks;
    if (length > 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(themeOf(this).danger);
        format.setForeground(themeOf(this).danger);
        looks.append({QInputMethodEvent::TextFormat, position - cursorPosition(), length, format});
    }
    QInputMethodEvent marks({}, looks);
    QLineEdit::inputMethodEvent(&marks);
}

bool SearchField::isOffering() const { return m_popup->isVisible(); }

void SearchField::closeOffers()
{
    m_asked = false;
    m_dismissed = true;
    m_popup->hide();
}

void SearchField::offerAgain()
{
    if (hasFocus() && !m_dismissed && (isOffering() || !m_completion.name.isEmpty()))
        showOffers(m_asked);
}

void SearchField::showOffers(bool evenForNothing)
{
    m_completion = m_offer(text(), cursorPosition());
    const bool nothingTyped = m_completion.length == 0 && m_completion.name.isEmpty();
    if (!hasFocus() || m_completion.choices.empty() || (nothingTyped && !evenForNothing)) {
        m_popup->hide();
        return;
    }
    std::vector<Choice> choices;
    for (const Completion::Choice &one : m_completion.choices) {
        Choice choice;
        choice.text = one.text;
        choice.hint = m_completion.name.isEmpty() ? hintOf(one.text) : QString();
        choices.push_back(choice);
    }
    m_model->setChoices(std::move(choices));
    m_list->setCurrentIndex({}); // nothing is chosen until a person does: Enter searches
    placeOffers();
    m_popup->show();
    m_popup->raise();
}

void SearchField::placeOffers()
{
    m_popup->setParent(window()); // above its neighbours, without being a window that takes the focus
    const int rows = qMin(fieldOffersShown, m_model->rowCount());
    m_list->setFixedHeight(rows * m_list->sizeHintForRow(0) + 2);
    m_popup->setFixedWidth(qMax(width(), fieldOffersWidth));
    m_popup->adjustSize();
    m_popup->move(mapTo(window(), QPoint(0, height() + 3)));
}

void SearchField::choose(int step)
{
    const int count = m_model->rowCount();
    const int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + step : (step > 0 ? 0 : count - 1);
    if (row < 0 || row >= count)
        m_list->setCurrentIndex({}); // past an end: back to what was typed
    else
        m_list->setCurrentIndex(m_model->index(row, 0));
}

void SearchField::take(int row)
{
    if (row < 0 || size_t(row) >= m_completion.choices.size())
        return;
    const QString insert = m_completion.choices[size_t(row)].insert;
    int end = m_completion.position + m_completion.length;
    // A space is there already where one goes on in the middle.
    if (insert.endsWith(QLatin1Char(' ')) && end < text().size() && text().at(end) == QLatin1Char(' '))
        ++end;
    m_taking = true;
    setSelection(m_completion.position, end - m_completion.position);
    if (end > m_completion.position)
        this->insert(insert);
    else
        setText(text().left(end) + insert + text().mid(end));
    if (end == m_completion.position)
        setCursorPosition(end + int(insert.size()));
    m_taking = false;
    m_asked = false;
    showOffers(false); // the values, behind an operator's colon
    Q_EMIT textEdited(text());
}

QString SearchField::hintOf(const QString &name) const
{
    static const QHash<QString, const char *> hints{
        {QStringLiteral("from:"), QT_TR_NOOP("who wrote it")},
        {QStringLiteral("to:"), QT_TR_NOOP("who received it")},
        {QStringLiteral("subject:"), QT_TR_NOOP("words of the subject")},
        {QStringLiteral("is:"), QT_TR_NOOP("unread, open, done…")},
        {QStringLiteral("has:"), QT_TR_NOOP("an attachment, a note…")},
        {QStringLiteral("channel:"), QT_TR_NOOP("where it came in")},
        {QStringLiteral("category:"), QT_TR_NOOP("what it is about")},
        {QStringLiteral("label:"), QT_TR_NOOP("one of the labels")},
        {QStringLiteral("assignee:"), QT_TR_NOOP("whose it is")},
        {QStringLiteral("after:"), QT_TR_NOOP("2024-03-12, 7d…")},
        {QStringLiteral("before:"), QT_TR_NOOP("2024-03-12, 7d…")},
        {QStringLiteral("on:"), QT_TR_NOOP("a day, month or year")},
        {QStringLiteral("file:"), QT_TR_NOOP("the name of a file")},
    };
    const char *hint = hints.value(name);
    return hint ? tr(hint) : QString();
}

bool SearchField::event(QEvent *event)
{
    if (event->type() == QEvent::KeyPress && isOffering()) {
        const auto *key = static_cast<QKeyEvent *>(event);
        // Before Qt moves the focus with it.
        if (key->key() == Qt::Key_Tab && key->modifiers() == Qt::NoModifier) {
            take(qMax(0, m_list->currentIndex().row()));
            return true;
        }
    }
    return QLineEdit::event(event);
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    const int key = event->key();
    if (key == Qt::Key_Down || key == Qt::Key_Up) {
        if (isOffering())
            choose(key == Qt::Key_Down ? 1 : -1);
        else if (key == Qt::Key_Down && text().trimmed().isEmpty()) {
            m_asked = true;
            showOffers(true);
        } else if (key == Qt::Key_Down)
            Q_EMIT leftDownwards();
        return;
    }
    if (key == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        m_asked = true;
        showOffers(true);
        return;
    }
    if (key == Qt::Key_Escape && isOffering()) {
        closeOffers();
        return;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (isOffering() && m_list->currentIndex().isValid()) {
            take(m_list->currentIndex().row());
            return;
        }
        closeOffers();
        Q_EMIT submitted();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void SearchField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    closeOffers();
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        Q_EMIT finished();
}

void SearchField::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    if (isOffering())
        placeOffers();
}

void SearchField::inputMethodEvent(QInputMethodEvent *event)
{
    m_composing = !event->preeditString().isEmpty();
    QLineEdit::inputMethodEvent(event);
    if (!m_composing && m_problemLength > 0)
        markProblem(m_problemAt, m_problemLength, m_problem->text());
}

} // namespace patchbay

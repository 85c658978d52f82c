#include "ui/widgets/search_pane.h"

#include "ui/models/words.h"
#include "ui/widgets/conversation_delegate.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/search_empty_page.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

namespace patchbay {

namespace {

constexpr auto paneTypingPause = std::chrono::milliseconds(60); ///< letters typed faster are one search

} // namespace

SearchPane::SearchPane(Store &store, OperatorId me, ConversationListPane *views, QWidget *parent)
    : QWidget(parent)
    , m_desk(store)
    , m_model(new SearchListModel(store, me, this))
    , m_field(new SearchField(
          [this](const QString &text, int cursor) { return complete(text, cursor, m_desk.source()); }, this))
    , m_column(new QStackedWidget(this))
    , m_results(new QWidget(this))
    , m_line(plainLabel({}, "small", m_results, true))
    , m_details(plainLabel({}, "small", m_results, true))
    , m_bestButton(textButton(tr("Best matches"), "tab", m_results))
    , m_detailsButton(textButton(tr("Details"), "flat", m_results))
    , m_bar(textButton({}, "flat", m_results))
    , m_stack(new QStackedWidget(m_results))
    , m_list(new QListView(m_results))
    , m_empty(new SearchEmptyPage(m_results))
    , m_state(new StatePage(m_results))
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    m_field->setPlaceholderText(tr("Search"));
    m_field->addAction(glyphIcon(Glyph::Search), QLineEdit::LeadingPosition);
    buildResults();
    m_column->addWidget(views);
    m_column->addWidget(m_results);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(10, 10, 10, 2);
    top->addWidget(m_field);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_column, 1);

    m_typed.setSingleShot(true);
    m_typed.setInterval(paneTypingPause);
    connect(&m_typed, &QTimer::timeout, this, [this] { interpret(true); });
    connect(m_field, &QLineEdit::textChanged, this, &SearchPane::edited);
    connect(m_field, &SearchField::submitted, this, [this] {
        m_goToHits = true;
        interpret(false);
    });
    connect(m_field, &SearchField::leftDownwards, this, [this] {
        m_goToHits = true;
        interpret(false);
    });
    connect(m_field, &SearchField::finished, this, [this] {
        if (isActive())
            interpret(false);
    });
    connect(&m_desk, &SearchDesk::namesChanged, m_field, &SearchField::offerAgain);
    connect(&m_desk, &SearchDesk::peopleFound, m_field, &SearchField::offerAgain);
    connect(&m_desk, &SearchDesk::coverageChanged, this, &SearchPane::showState);
    connect(m_model, &SearchListModel::stateChanged, this, &SearchPane::showState);
    connect(m_model, &SearchListModel::arrivedChanged, this, &SearchPane::showLine);
    connect(m_empty, &SearchEmptyPage::chosen, this, &SearchPane::open);
}

void SearchPane::buildResults()
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ConversationDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(tr("What the search found"));
    m_bestButton->setCheckable(true);
    m_detailsButton->setCheckable(true);
    setPlainTip(m_bestButton, tr("The best of the newest hits first, instead of the newest"));
    setPlainTip(m_detailsButton, tr("What was searched, channel by channel"));
    m_details->hide();
    m_bar->hide();

    auto *line = new QHBoxLayout;
    line->setContentsMargins(14, 2, 8, 4);
    line->addWidget(m_line, 1);
    line->addWidget(m_detailsButton, 0, Qt::AlignTop);
    line->addWidget(m_bestButton, 0, Qt::AlignTop);
    auto *details = new QVBoxLayout;
    details->setContentsMargins(14, 0, 14, 6);
    details->addWidget(m_details);
    for (QWidget *page : std::initializer_list<QWidget *>{m_list, m_empty, m_state})
        m_stack->addWidget(page);
    auto *layout = new QVBoxLayout(m_results);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(line);
    layout->addLayout(details);
    layout->addWidget(surface("line", m_results));
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);

    connect(m_bestButton, &QPushButton::clicked, this, &SearchPane::setBest);
    connect(m_detailsButton, &QPushButton::clicked, this, &SearchPane::showDetails);
    connect(m_bar, &QPushButton::clicked, this, [this] {
        m_keep = current();
        m_model->again();
        m_list->scrollToTop();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &SearchPane::pick);
    connect(m_list, &QListView::activated, this, [this] { Q_EMIT activated(); });
}

QString SearchPane::line() const { return m_line->text(); }

bool SearchPane::isActive() const { return m_column->currentWidget() == m_results; }

void SearchPane::start()
{
    m_desk.follow();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void SearchPane::open(const QString &text)
{
    m_desk.follow();
    m_field->setText(text);
    m_field->setFocus(Qt::OtherFocusReason);
    m_goToHits = true;
    interpret(false);
}

void SearchPane::leave()
{
    m_typed.stop();
    m_field->closeOffers();
    m_field->clear();
    setActive(false);
    m_desk.rest();
}

void SearchPane::setBest(bool best)
{
    m_best = best;
    m_bestButton->setChecked(best);
    if (isActive() && !m_asked.isEmpty()) {
        m_asked.clear();
        interpret(false);
    }
}

void SearchPane::toggleDetails()
{
    m_detailsButton->toggle();
    showDetails();
}

QueryContext SearchPane::context(bool typing) const { return {words::now(), QTimeZone::systemTimeZone(), typing}; }

void SearchPane::edited()
{
    m_desk.follow();
    m_goToHits = false;
    m_field->markProblem(0, 0); // until it is read again: nothing that was wrong is where it was
    const Completion completion = complete(m_field->text(), m_field->cursorPosition(), m_desk.source());
    if (completion.person)
        m_desk.lookUp(*completion.person);
    if (m_field->text().trimmed().isEmpty())
        setActive(false);
    else if (!m_typed.isActive()) // while one goes on typing it searches all the same
        m_typed.start();
}

void SearchPane::interpret(bool typing)
{
    m_typed.stop();
    if (m_field->text().trimmed().isEmpty())
        return setActive(false);
    ParsedQuery parsed = parseQuery(m_field->text(), context(typing));
    m_problem = parsed.problem;
    if (m_desk.knowsNames()) {
        if (!m_problem)
            m_problem = unknownName(parsed.query, m_desk.source().names);
        if (typing)
            parsed.query = withoutHalfNames(parsed.query, m_desk.source().names);
    }
    if (m_problem)
        m_field->markProblem(m_problem->position, m_problem->length, m_problem->sentence);
    else
        m_field->markProblem(0, 0);
    setActive(true);
    const QString asked = toText(parsed.query);
    if (asked.isEmpty()) {
        m_asked.clear();
        m_model->clear();
    } else if (asked != m_asked || m_model->state() == SearchListModel::State::Failed) {
        m_asked = asked;
        m_keep = {};
        m_model->search(parsed.query, m_best);
    }
    showState();
    if (m_goToHits)
        toHits();
}

void SearchPane::setActive(bool active)
{
    if (!active) {
        m_asked.clear();
        m_problem.reset();
        m_goToHits = false;
        m_model->clear();
    }
    if (active == isActive())
        return;
    // The view's list comes back as it was; only the focus of what is hidden goes to the field.
    if (!active && m_results->isAncestorOf(window()->focusWidget()))
        m_field->setFocus();
    m_column->setCurrentIndex(active ? 1 : 0);
    Q_EMIT activeChanged(active);
}

void SearchPane::showState()
{
    using State = SearchListModel::State;
    if (!isActive())
        return;
    showLine();
    switch (m_model->state()) {
    case State::Failed:
        m_state->show(Glyph::Warning, tr("The search could not be run"), m_model->failure(), tr("Try again"),
                      [this] { m_model->again(); });
        m_stack->setCurrentWidget(m_state);
        return;
    case State::Idle:
        m_state->show(Glyph::Search, tr("What do you look for?"),
                      tr("Words, \"a phrase\", -without, this OR that, begin*\n\nfrom:ana subject:invoice is:open "
                         "has:attachment after:7d before:2024-03\n\nThe down key in the empty field shows all."));
        m_stack->setCurrentWidget(m_state);
        return;
    case State::Searching:
        if (m_model->isSlow() && m_model->rowCount() == 0) {
            m_state->show(Glyph::Search, tr("Searching…"), {});
            m_stack->setCurrentWidget(m_state);
        }
        return;
    case State::Ready: break;
    }
    if (m_model->rowCount() == 0) {
        m_empty->show(coverageText(), relaxations(m_field->text(), context(false)));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentWidget(m_list);
    if (m_keep && !current())
        select(m_keep);
    if (m_goToHits)
        toHits();
}

void SearchPane::toHits()
{
    if (m_model->state() != SearchListModel::State::Ready)
        return;
    m_goToHits = false;
    if (m_model->rowCount() == 0)
        return;
    // First the row: a list that gets the focus without one makes the first current, but does not select it.
    if (!m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_model->index(0));
    m_list->setFocus();
}

QString SearchPane::coverageText() const
{
    const auto &coverage = m_desk.coverage();
    if (!coverage)
        return m_desk.failure();
    const QLocale locale;
    if (coverage->waiting > 0)
        return tr("%1 of %2 messages: the index is catching up")
            .arg(locale.toString(coverage->indexed), locale.toString(coverage->indexed + coverage->waiting));
    return m_best ? tr("All %1 messages, best of the newest hits first").arg(locale.toString(coverage->indexed))
                  : tr("All %1 messages, newest first").arg(locale.toString(coverage->indexed));
}

void SearchPane::showLine()
{
    const int arrived = m_model->arrivedCount();
    const QString more = tr("↑ %n new", nullptr, arrived);
    m_bar->setText(more);
    m_bar->setAccessibleName(more);
    m_bar->setVisible(arrived > 0);
    if (m_problem) {
        setPlain(m_line, m_problem->sentence);
        setLook(m_line, "role", "danger");
        return;
    }
    setLook(m_line, "role", "small");
    if (m_model->state() == SearchListModel::State::Searching && m_model->isSlow())
        return setPlain(m_line, tr("Searching…"));
    QStringList parts;
    if (m_model->state() == SearchListModel::State::Ready && m_model->rowCount() > 0)
        parts << (m_model->hasMore() ? tr("%1+").arg(m_model->rowCount())
                                     : tr("%n conversation(s)", nullptr, m_model->rowCount()));
    if (const QString coverage = coverageText(); !coverage.isEmpty())
        parts << coverage;
    setPlain(m_line, parts.join(QStringLiteral("  ·  ")));
    if (m_details->isVisible())
        showDetails();
}

void SearchPane::showDetails()
{
    QStringList lines;
    if (const auto &coverage = m_desk.coverage()) {
        for (const search::Coverage::Channel &channel : coverage->channels) {
            const QString name = words::oneLine(channel.name, 60);
            const QDateTime from = channel.from.toDateTime().toLocalTime();
            lines << (channel.from ? tr("%1 from %2").arg(name, from.toString(QStringLiteral("yyyy-MM-dd")))
                                   : tr("%1: no message yet").arg(name));
        }
    }
    lines << tr("Attachments are found by their names, not by what is in them.");
    setPlain(m_details, lines.join(QLatin1Char('\n')));
    m_details->setVisible(m_detailsButton->isChecked());
}

void SearchPane::pick(const QModelIndex &at)
{
    if (const search::Hit *hit = m_model->hit(at.row()))
        Q_EMIT picked(hit->conversation, hit->message);
}

ConversationId SearchPane::current() const
{
    const QModelIndex at = m_list->currentIndex();
    return at.isValid() ? m_model->idAt(at.row()) : ConversationId();
}

void SearchPane::move(int steps)
{
    const int count = m_model->rowCount();
    if (count == 0)
        return;
    const int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + steps : 0;
    m_list->setCurrentIndex(m_model->index(qBound(0, row, count - 1)));
    if (row >= count - 1)
        m_model->fetchMore({});
}

void SearchPane::advance(ConversationId after)
{
    if (current() == after)
        move(m_model->rowOf(after) + 1 < m_model->rowCount() ? 1 : -1);
}

void SearchPane::toNextAwaiting()
{
    if (const ConversationId next = m_model->nextAwaiting(m_list->currentIndex().row()))
        select(next);
}

bool SearchPane::select(ConversationId id)
{
    const int row = m_model->rowOf(id);
    if (row >= 0)
        m_list->setCurrentIndex(m_model->index(row));
    return row >= 0;
}

} // namespace patchbay

#include "ui/widgets/trial_panel.h"

#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

TrialPanel::TrialPanel(const ConsoleContext &context, const QString &idle, QWidget *parent)
    : QWidget(parent)
    , m_idle(idle)
    , m_runner(new TrialRunner(context, this))
    , m_span(new QComboBox(this))
    , m_again(new QCheckBox(tr("Ask the model anew"), this))
    , m_try(textButton(tr("Try on history"), "primary", this))
    , m_progress(new QProgressBar(this))
    , m_sentence(plainLabel({}, "body", this, true))
    , m_assumed(plainLabel({}, "muted", this, true))
    , m_tabs(new QTabWidget(this))
    , m_moves(new QListWidget(this))
    , m_changes(new QTableView(this))
    , m_counts(new QListWidget(this))
    , m_lessonsSentence(plainLabel({}, "muted", this, true))
    , m_lessons(new QTableView(this))
{
    m_span->addItem(tr("the last 7 days"), 7);
    m_span->addItem(tr("the last 30 days"), 30);
    m_span->addItem(tr("the last 90 days"), 90);
    m_span->addItem(tr("all of the history"), 0);
    m_span->setCurrentIndex(1);
    nameChoices(m_span, tr("Which conversations"));
    setPlainTip(m_again, tr("Otherwise what was decided then is taken. A person's word is kept in both cases."));
    m_progress->setAccessibleName(tr("How far the trial is"));
    m_progress->setMaximumWidth(220);
    auto *row = new QHBoxLayout;
    row->addWidget(m_span);
    row->addWidget(m_again);
    row->addWidget(m_try);
    row->addWidget(m_progress);
    row->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 10, 18, 10);
    layout->addLayout(row);
    layout->addWidget(m_sentence);
    layout->addWidget(m_assumed);
    layout->addWidget(buildResult(), 1);
    connect(m_try, &QPushButton::clicked, this, &TrialPanel::wanted);
    connect(m_runner, &TrialRunner::stateChanged, this, &TrialPanel::showState);
    connect(m_runner, &TrialRunner::failed, this, &TrialPanel::failed);
    for (QTableView *table : {m_changes, m_lessons}) {
        connect(table, &QTableView::activated, this, [this, table](const QModelIndex &index) {
            const auto *rows = static_cast<const ChangedConversations *>(table->model());
            if (const ChangedConversation *row = rows->at(index); row && row->conversation)
                Q_EMIT conversationWanted(row->conversation);
        });
    }
    showState();
}

QWidget *TrialPanel::buildResult()
{
    setUpRowTable(m_changes, tr("Conversations that would change"), &m_runner->changes(), {140, 220, 130, 190, 190},
                  ChangedConversations::Subject);
    setUpRowTable(m_lessons, tr("Lessons that are answered better or worse"), &m_runner->lessons(),
                  {140, 220, 190, 150, 150}, ChangedConversations::Subject);
    m_moves->setAccessibleName(tr("From which category and route to which"));
    m_moves->setMaximumHeight(110);
    m_counts->setAccessibleName(tr("How many of each category and route"));
    const auto column = [this](QWidget *first, QWidget *second) {
        auto *page = new QWidget(m_tabs);
        auto *layout = new QVBoxLayout(page);
        layout->setContentsMargins(0, 6, 0, 0);
        layout->addWidget(first);
        layout->addWidget(second, 1);
        return page;
    };
    m_tabs->setAccessibleName(tr("What would change"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(column(m_moves, m_changes), tr("Conversations"));
    m_tabs->addTab(m_counts, tr("Counts"));
    m_tabs->addTab(column(m_lessonsSentence, m_lessons), tr("Lessons"));
    return m_tabs;
}

QString TrialPanel::assumed() const { return m_assumed->text(); }

void TrialPanel::toggle(const TrialDraft &draft)
{
    if (m_runner->isRunning())
        m_runner->cancel();
    else
        m_runner->run(draft, m_span->currentData().toInt(), m_again->isChecked());
}

void TrialPanel::showState()
{
    const bool running = m_runner->isRunning();
    constexpr qint64 most = std::numeric_limits<int>::max();
    m_progress->setVisible(running);
    m_progress->setRange(0, int(qMin(m_runner->total(), most)));
    m_progress->setValue(int(qMin(m_runner->done(), most)));
    m_try->setText(running ? tr("Stop the trial") : tr("Try on history"));
    const QString sentence = m_runner->sentence();
    setPlain(m_sentence, sentence.isEmpty() ? m_idle : sentence);
    const QString assumed = m_runner->assumptions().join(QLatin1Char(' '));
    setPlain(m_assumed, assumed);
    m_assumed->setVisible(!assumed.isEmpty());
    const auto &result = m_runner->result();
    m_tabs->setVisible(result.has_value());
    if (!result)
        return;
    m_moves->clear();
    m_moves->addItems(m_runner->moves());
    m_moves->setVisible(m_moves->count() > 0);
    m_changes->setVisible(m_runner->changes().rowCount() > 0);
    m_counts->clear();
    m_counts->addItems(m_runner->counts());
    const QString lessons = m_runner->lessonsSentence();
    setPlain(m_lessonsSentence, lessons);
    m_lessons->setVisible(m_runner->lessons().rowCount() > 0);
    m_tabs->setTabVisible(2, !lessons.isEmpty());
    m_tabs->setTabText(
        2, tr("Lessons: %1 better, %2 worse").arg(result->replay.better.size()).arg(result->replay.worse.size()));
}

} // namespace patchbay

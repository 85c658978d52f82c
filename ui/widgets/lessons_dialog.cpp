#include "ui/widgets/lessons_dialog.h"

#include "core/engine/trial.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

LessonsDialog::LessonsDialog(const ConsoleContext &context, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_model(new LessonsModel(context.store, this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_heading(plainLabel({}, "title", this, true))
    , m_text(plainLabel({}, "muted", this, true))
    , m_coverage(plainLabel({}, "muted", this, true))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_wanted(new QComboBox(this))
    , m_try(textButton(tr("Try another on history…"), "normal", this))
    , m_undo(textButton(tr("Undo this lesson"), "normal", this))
    , m_open(textButton(tr("Open the conversation"), "normal", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What was learned"));
    resize(980, 620);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Lessons, newest first"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    keepEnterInRows(m_table);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const auto &[column, width] : {std::pair(0, 90), {1, 150}, {2, 150}, {3, 120}, {5, 100}})
        m_table->setColumnWidth(column, width);
    m_table->horizontalHeader()->setSectionResizeMode(LessonsModel::Text, QHeaderView::Stretch);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    offerPrecisions(m_wanted);
    auto *sure = new QHBoxLayout;
    sure->addWidget(plainLabel(tr("Of what the model answers without asking, right are to be"), "body", this));
    sure->addWidget(m_wanted);
    sure->addWidget(m_try);
    sure->addStretch(1);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *row = new QHBoxLayout;
    row->addWidget(m_undo);
    row->addWidget(m_open);
    row->addWidget(m_answer, 1);
    row->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(m_heading);
    layout->addLayout(sure);
    layout->addWidget(m_coverage);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_text);
    layout->addLayout(row);
    for (QPushButton *button : {close, m_try, m_undo, m_open})
        button->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_undo, &QPushButton::clicked, this, &LessonsDialog::undoChosen);
    connect(m_try, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT trialWanted();
    });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (const lessons::Listed *lesson = chosen()) {
            Q_EMIT conversationWanted(lesson->conversation);
            accept();
        }
    });
    connect(m_wanted, &QComboBox::activated, this, [this] { setWanted(m_wanted->currentData().toDouble()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { chosenChanged(); });
    connect(m_model, &LessonsModel::loaded, this, &LessonsDialog::loaded);
    connect(m_model, &LessonsModel::dataChanged, this, [this] { chosenChanged(); });
    connect(m_model, &LessonsModel::failed, this, [this](const QString &why) {
        m_state->show(Glyph::Warning, tr("The lessons could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        m_stack->setCurrentIndex(1);
    });
    m_wanted->setEnabled(!context.store.isReadOnly());
    m_try->setEnabled(context.snapshots != nullptr);
    setPlain(m_heading, tr("Reading…"));
    chosenChanged();
    loadWanted();
    m_model->reload();
}

void offerPrecisions(QComboBox *box)
{
    for (const auto &[text, value] : {std::pair(LessonsDialog::tr("as a new workspace has it"), 0.0),
                                      {LessonsDialog::tr("90 of 100"), 0.9},
                                      {LessonsDialog::tr("95 of 100"), 0.95},
                                      {LessonsDialog::tr("98 of 100"), 0.98},
                                      {LessonsDialog::tr("99 of 100"), 0.99}})
        box->addItem(text, value);
    nameChoices(box, LessonsDialog::tr("Of what the model answers, so many are to be right"));
}

QString LessonsDialog::heading() const { return m_heading->text(); }
QString LessonsDialog::coverage() const { return m_coverage->text(); }
QString LessonsDialog::answer() const { return m_answer->text(); }

const lessons::Listed *LessonsDialog::chosen() const { return m_model->at(m_table->currentIndex()); }

void LessonsDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void LessonsDialog::loaded()
{
    m_state->show(Glyph::Panel, tr("Nothing was learned yet"),
                  tr("Choosing a category with C teaches the model at once; accepting a suggestion with Y teaches it a "
                     "little."));
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    setPlain(m_heading, tr("Learned today: %n lesson(s)", nullptr, m_model->learnedToday()));
    if (m_model->hasMore())
        setPlain(m_text, tr("The newest %1 are listed.").arg(m_model->rowCount()));
    if (m_model->rowCount() > 0 && !m_table->currentIndex().isValid())
        m_table->selectRow(0);
    chosenChanged();
    showCoverage();
}

void LessonsDialog::chosenChanged()
{
    const lessons::Listed *lesson = chosen();
    m_undo->setEnabled(lesson && !lesson->lesson.undoneAt && !m_context.store.isReadOnly());
    m_open->setEnabled(lesson && lesson->conversation);
    if (lesson)
        setPlain(m_text, words::oneLine(lesson->lesson.text, 600));
}

void LessonsDialog::undoChosen()
{
    const lessons::Listed *lesson = chosen();
    if (!lesson || !m_undo->isEnabled())
        return;
    m_undo->setEnabled(false);
    say(tr("Forgetting…"), "muted");
    whenDone(this, m_context.commands.undoLesson(lesson->lesson.id), [this](const Result<Done> &done) {
        if (done)
            say(tr("The model has forgotten this lesson."), "good");
        else
            say(done.error().message, "danger");
        chosenChanged();
        showCoverage();
    });
}

void LessonsDialog::loadWanted()
{
    auto work = [](Database &db) { return db.finish(wantedPrecision(db)); };
    whenDone(this, m_context.store.read(std::move(work)), [this](const Result<double> &wanted) {
        if (!wanted)
            return say(wanted.error().message, "danger");
        int index = m_wanted->findData(*wanted);
        if (index < 0) { // set on the command line
            m_wanted->addItem(tr("%1 of 100").arg(100 * *wanted), *wanted);
            index = m_wanted->count() - 1;
        }
        m_wanted->setCurrentIndex(index);
        showCoverage();
    });
}

void LessonsDialog::setWanted(double wanted)
{
    whenDone(this, m_context.commands.setWantedPrecision(wanted), [this](const Result<Done> &done) {
        if (!done) {
            say(done.error().message, "danger");
            return loadWanted();
        }
        say(tr("It holds from the next message on."), "good");
        showCoverage();
    });
}

/// In the words of held-out lessons: how many of them the model would answer at its threshold.
void LessonsDialog::showCoverage()
{
    const auto snapshot = m_context.snapshots ? m_context.snapshots->current() : nullptr;
    if (!snapshot || snapshot->classifier->thresholds().empty())
        return setPlain(m_coverage, tr("There are too few lessons to say how sure the model may be of itself."));
    const auto reached = TrialResult::reached(*snapshot->classifier);
    if (!reached)
        return setPlain(m_coverage,
                        tr("No threshold reaches that on held-out lessons: the model abstains from everything."));
    setPlain(m_coverage,
             tr("On held-out lessons the model answers %1 of the messages, and %2 of its answers are right; from the "
                "others it abstains.")
                 .arg(words::percent(reached->coverage), words::percent(reached->precision)));
}

} // namespace patchbay

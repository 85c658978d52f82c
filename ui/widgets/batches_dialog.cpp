#include "ui/widgets/batches_dialog.h"

#include "core/engine/model_batches.h"
#include "ui/models/model_batch_list.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/batch_plan.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

BatchesDialog::BatchesDialog(const ConsoleContext &context, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_model(new ModelBatchList(context.store, context.models, this))
    , m_answersModel(new BatchAnswers(context.store, this))
    , m_plan(new BatchPlan(context, this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_sentence(plainLabel({}, "muted", this, true))
    , m_answers(new QTableView(this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_read(textButton(tr("Read answers now (F5)"), "normal", this))
    , m_outbox(textButton(tr("Show the Outbox"), "normal", this))
    , m_open(textButton(tr("Open the conversation (Enter)"), "normal", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Ask a model in batches"));
    resize(980, 760);
    build();
    connect(m_plan, &BatchPlan::said, this, &BatchesDialog::say);
    connect(m_plan, &BatchPlan::setupWanted, this, [this] {
        accept();
        Q_EMIT setupWanted();
    });
    connect(m_read, &QPushButton::clicked, this, &BatchesDialog::readNow);
    connect(m_outbox, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT outboxWanted();
    });
    const auto open = [this](const QModelIndex &index) {
        if (const questions::Shown *one = m_answersModel->at(index)) {
            Q_EMIT conversationWanted(one->question.conversation);
            accept();
        }
    };
    connect(m_answers, &QTableView::activated, this, open);
    connect(m_open, &QPushButton::clicked, this, [this, open] { open(m_answers->currentIndex()); });
    connect(m_table, &QTableView::activated, this, [this] { m_answers->setFocus(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &BatchesDialog::chosenChanged);
    connect(m_answers->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &BatchesDialog::chosenChanged);
    connect(m_model, &ModelBatchList::loaded, this, &BatchesDialog::loaded);
    connect(m_model, &ModelBatchList::failed, this, [this](const QString &why) {
        m_state->show(Glyph::Warning, tr("The batches could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        m_stack->setCurrentWidget(m_state);
    });
    connect(m_answersModel, &BatchAnswers::failed, this, [this](const QString &why) { say(why, "danger"); });
    connect(m_answersModel, &BatchAnswers::rowsInserted, this, [this] {
        if (!m_answers->currentIndex().isValid())
            m_answers->selectRow(0);
    });
    if (context.models)
        connect(context.models, &Models::problemsChanged, this, &BatchesDialog::chosenChanged);
    m_state->show(Glyph::Snoozed, tr("Reading…"), {});
    m_stack->setCurrentWidget(m_state);
    chosenChanged();
    m_model->reload();
}

void BatchesDialog::build()
{
    setUpRowTable(m_table, tr("Batches, newest first"), m_model, {90, 150, 210, 90, 90, 90, 120},
                  ModelBatchList::State);
    setUpRowTable(m_answers, tr("What each question came to"), m_answersModel, {180, 210, 300}, BatchAnswers::Reason);
    for (QTableView *table : {m_table, m_answers})
        keepEnterInRows(table);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {m_read, m_outbox, m_open})
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(windowTitle(), "title", this));
    layout->addWidget(plainLabel(tr("About conversations that the model on this computer abstained from: what they are "
                                    "about. The answers come within a day, for a part of the price."),
                                 "muted", this, true));
    layout->addWidget(m_plan);
    layout->addWidget(m_answer);
    layout->addWidget(plainLabel(tr("What was asked"), "section", this));
    layout->addWidget(m_stack, 3);
    layout->addWidget(m_sentence);
    layout->addWidget(m_answers, 2);
    layout->addLayout(buttons);
    m_answer->hide();
    for (QPushButton *button : {close, m_read, m_outbox, m_open})
        button->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    const auto on = [this](const char *keys, auto *to, auto what) {
        connect(new QShortcut(QKeySequence(QLatin1String(keys)), this), &QShortcut::activated, to, what);
    };
    on("F5", this, &BatchesDialog::readNow);
    on("Ctrl+Return", m_plan, &BatchPlan::askWhenAgreed);
    on("Ctrl+Enter", m_plan, &BatchPlan::askWhenAgreed);
}

QString BatchesDialog::sentence() const { return QString(m_sentence->text()).remove(QChar(0x200b)); }

QString BatchesDialog::answer() const
{
    return m_answer->isHidden() ? QString() : QString(m_answer->text()).remove(QChar(0x200b));
}

void BatchesDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
    m_answer->show();
}

void BatchesDialog::loaded()
{
    m_state->show(Glyph::Outbox, tr("Nothing was asked in batches yet"),
                  tr("What is asked stands here, with how far it is, what it costs and what each question came to."));
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    if (m_model->rowCount() > 0 && !m_table->currentIndex().isValid())
        m_table->selectRow(0);
    chosenChanged();
}

void BatchesDialog::chosenChanged()
{
    const int row = m_table->currentIndex().row();
    const model_batches::Shown *chosen = m_model->at(row);
    m_answersModel->setBatch(chosen ? chosen->batch.id : ModelBatchId());
    setPlain(m_sentence, m_model->sentence(row));
    m_sentence->setVisible(chosen != nullptr);
    m_answers->setVisible(chosen != nullptr);
    m_open->setEnabled(m_answersModel->at(m_answers->currentIndex()) != nullptr);
    m_outbox->setEnabled(chosen && chosen->waiting.questions > 0);
    m_read->setEnabled(m_context.modelBatches && !m_reading && m_model->running() > 0);
}

void BatchesDialog::readNow()
{
    if (!m_read->isEnabled())
        return;
    m_reading = true;
    chosenChanged();
    say(tr("Asking what became of them…"), "muted");
    whenDone(this, m_context.modelBatches->runOnce(), [this](const Result<int> &ended) {
        m_reading = false;
        chosenChanged();
        if (ended)
            say(batchesReadSentence(*ended), "muted");
        else
            say(QStringLiteral("✕ ") + ended.error().message, "danger");
    });
}

QString batchesReadSentence(int ended)
{
    return ended > 0 ? BatchesDialog::tr("✓ Batches that have ended now: %1.").arg(ended)
                     : BatchesDialog::tr("None has ended. What was said of each stands beside it.");
}

} // namespace patchbay

#include "ui/widgets/batch_plan.h"

#include "core/store/model_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>

#include <algorithm>

namespace patchbay {

namespace {

QString planMoney(Money amount, const QString &currency)
{
    return QStringLiteral("%1 %2").arg(moneyText(amount), words::oneLine(currency, 8));
}

} // namespace

BatchPlan::BatchPlan(const ConsoleContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new QComboBox(this))
    , m_span(new QComboBox(this))
    , m_most(new QSpinBox(this))
    , m_sentence(plainLabel({}, "heading", this, true))
    , m_others(plainLabel({}, "muted", this, true))
    , m_leaves(plainLabel({}, "muted", this, true))
    , m_problem(plainLabel({}, "warning", this, true))
    , m_ask(textButton(tr("Ask… (Ctrl+Enter)"), "primary", this))
    , m_show(textButton(tr("Show what would leave"), "normal", this))
    , m_setup(textButton(tr("Remote models…"), "normal", this))
    , m_words(new QPlainTextEdit(this))
{
    nameChoices(m_model, tr("Model that is asked"));
    for (const auto &[text, days] : {std::pair(tr("the last 7 days"), 7),
                                     {tr("the last 30 days"), 30},
                                     {tr("the last 90 days"), 90},
                                     {tr("the last year"), 365},
                                     {tr("all of the history"), 0}})
        m_span->addItem(text, days);
    m_span->setCurrentIndex(1);
    nameChoices(m_span, tr("Conversations whose newest message is of"));
    m_most->setRange(1, mostAskedInBatches);
    m_most->setValue(BatchRequest().limit);
    m_most->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_most->setAccessibleName(tr("At most so many conversations, the newest first"));
    m_words->setReadOnly(true);
    m_words->setTabChangesFocus(true);
    m_words->setMaximumHeight(170);
    m_words->setAccessibleName(tr("The words that would leave"));
    auto *choice = new QHBoxLayout;
    choice->addWidget(plainLabel(tr("Ask"), "muted", this));
    choice->addWidget(m_model);
    choice->addWidget(plainLabel(tr("about conversations of"), "muted", this));
    choice->addWidget(m_span);
    choice->addWidget(plainLabel(tr("at most"), "muted", this));
    choice->addWidget(m_most);
    choice->addStretch(1);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {m_ask, m_show, m_setup}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(choice);
    for (QLabel *label : {m_sentence, m_others, m_leaves, m_problem})
        layout->addWidget(label);
    layout->addLayout(buttons);
    layout->addWidget(m_words);
    m_words->hide();
    m_pause.setSingleShot(true);
    m_pause.setInterval(150);
    connect(&m_pause, &QTimer::timeout, this, &BatchPlan::plan);
    const auto again = [this] {
        m_plan.reset(); // it is of another choice
        showPlan();
        m_pause.start();
    };
    connect(m_model, &QComboBox::activated, this, again);
    connect(m_span, &QComboBox::activated, this, again);
    connect(m_most, &QSpinBox::valueChanged, this, again);
    connect(m_ask, &QPushButton::clicked, this, &BatchPlan::askWhenAgreed);
    connect(m_setup, &QPushButton::clicked, this, &BatchPlan::setupWanted);
    connect(m_show, &QPushButton::clicked, this, [this] {
        m_words->setVisible(m_words->isHidden());
        m_show->setText(m_words->isHidden() ? tr("Show what would leave") : tr("Hide what would leave"));
        m_show->setAccessibleName(m_show->text());
    });
    connect(&context.store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.models || changes.everything)
            load();
        else if (!changes.deliveries.isEmpty() && !m_pause.isActive()) // a question that waited may be free now
            m_pause.start();
    });
    connect(context.models, &Models::problemsChanged, this, again);
    showPlan();
    load();
}

bool BatchPlan::takesBatches(const ModelAccount &model) const
{
    const ModelConnectorInfo *info = m_context.catalog.model(model.connector);
    return info && info->largestBatch > 0;
}

void BatchPlan::load()
{
    auto work = [](Database &db) -> Result<Setup> {
        return db.finish(Setup{model_accounts::all(db), modelPolicy(db).account});
    };
    whenDone(this, m_context.store.read(std::move(work)),
             [this](const Result<Setup> &setup) { setup ? show_(*setup) : showFailure(setup.error()); });
}

/// The model that was chosen stays; else the workspace's, where it takes batches, else the first that does.
void BatchPlan::show_(const Setup &setup)
{
    const QString before = m_model->currentData().toString();
    m_models = setup.models;
    m_model->clear();
    int best = -1;
    for (const ModelAccount &model : m_models) {
        m_model->addItem(words::oneLine(model.name, 60), model.uid);
        const bool first = best < 0 && takesBatches(model);
        if (first || (takesBatches(model) && model.uid == setup.chosen))
            best = m_model->count() - 1;
    }
    const int kept = before.isEmpty() ? -1 : m_model->findData(before);
    m_model->setCurrentIndex(kept >= 0 ? kept : std::max(best, 0));
    m_model->setEnabled(m_model->count() > 0);
    plan();
}

void BatchPlan::plan()
{
    const quint64 epoch = ++m_epoch;
    BatchRequest request;
    const int row = m_model->currentIndex();
    request.model = row >= 0 && size_t(row) < m_models.size() ? m_models[size_t(row)].id : ModelId();
    const int days = m_span->currentData().toInt();
    request.span.since = days > 0 ? words::now() - std::chrono::hours(24 * days) : Timestamp();
    request.limit = m_most->value();
    whenDone(this, m_context.modelCommands->planBatches(request),
             [this, epoch, request](const Result<BatchAsked> &planned) {
                 if (epoch != m_epoch)
                     return;
                 m_request = request;
                 m_plan = planned ? std::optional(*planned) : std::nullopt;
                 planned ? showPlan() : showFailure(planned.error());
             });
}

Result<QString> BatchPlan::recipient() const
{
    const auto found = std::find_if(m_models.begin(), m_models.end(),
                                    [this](const ModelAccount &one) { return m_plan && one.id == m_plan->model; });
    if (found == m_models.end())
        return QString();
    const Result<LanguageModel *> live = m_context.models->language(found->id);
    if (!live)
        return live.error();
    const ModelConnectorInfo *info = m_context.catalog.model(found->connector);
    return tr("%1 (%2) at %3")
        .arg(words::oneLine(found->name, 60), info ? info->title : found->connector,
             words::oneLine((*live)->host(), 80));
}

QString BatchPlan::howMany() const
{
    if (m_plan->asked == 0)
        return m_plan->known > 0
            ? tr("Nothing would leave.")
            : tr("There is nothing to ask about: the model on this computer abstained from none of "
                 "these that was not asked about before.");
    return tr("%1 would be asked about %n conversation(s), for at most %2. Of this month's budget %3 is left.", nullptr,
              m_plan->asked)
        .arg(words::oneLine(m_plan->modelName, 60), planMoney(m_plan->highest, m_plan->currency),
             planMoney({std::max<qint64>(m_plan->left.micros, 0)}, m_plan->currency));
}

QString BatchPlan::theOthers() const
{
    QStringList all;
    if (m_plan->known > 0)
        all << tr("The same words were answered before: %1. They get that answer, and nothing leaves.")
                   .arg(m_plan->known);
    if (m_plan->waiting > 0)
        all << tr("Waiting for an answer already: %1.").arg(m_plan->waiting);
    if (m_plan->speechless > 0)
        all << tr("Without words to ask about: %1.").arg(m_plan->speechless);
    return all.join(QLatin1Char(' '));
}

QString BatchPlan::whatLeaves(const QString &recipient) const
{
    const QString kept = tr("Names, places and what people tell in words stay in it.");
    return tr("What leaves: subject and text of the newest message of each, and the list of categories. Struck out: "
              "e-mail addresses, phone and card numbers, in %n place(s).",
              nullptr, m_plan->redactions)
        + QLatin1Char(' ') + kept + QLatin1Char('\n') + tr("To whom: %1.").arg(recipient);
}

void BatchPlan::showPlan()
{
    const bool any = m_plan && m_plan->asked + m_plan->known > 0;
    const Result<QString> to = recipient();
    QString problem;
    if (m_context.store.isReadOnly())
        problem = tr("This workspace is open for reading only: nothing can be asked here.");
    else if (m_plan && m_plan->asked > 0 && !to)
        problem = tr("It cannot be asked from this computer: %1").arg(words::oneLine(to.error().message, 300));
    else if (m_plan && !m_plan->isCovered())
        problem = m_plan->left.micros <= 0
            ? tr("The budget of this month is used up. A lead raises it in “Remote models…”.")
            : tr("That may cost more than is left of the budget. Ask about fewer, or have a lead raise it in “Remote "
                 "models…”.");
    setPlain(m_sentence, m_plan ? howMany() : tr("Looking at what there is to ask about…"));
    setPlain(m_others, m_plan ? theOthers() : QString());
    setPlain(m_leaves, m_plan && m_plan->asked > 0 && to ? whatLeaves(*to) : QString());
    setPlain(m_problem, problem.isEmpty() ? QString() : QStringLiteral("⚠ ") + problem);
    for (QLabel *label : {m_others, m_leaves, m_problem})
        label->setVisible(!label->text().isEmpty());
    m_ask->setEnabled(any && problem.isEmpty() && !m_asking);
    m_show->setVisible(m_plan && m_plan->asked > 0);
    if (m_show->isHidden())
        m_words->hide();
    QString words;
    for (const QString &one : m_plan ? m_plan->examples : QStringList())
        words += (words.isEmpty() ? QString() : QStringLiteral("\n————\n")) + one;
    if (m_plan && m_plan->asked > m_plan->examples.size())
        words += QStringLiteral("\n————\n")
            + tr("These are the newest %1 of %2.").arg(m_plan->examples.size()).arg(m_plan->asked);
    if (m_words->toPlainText() != words)
        m_words->setPlainText(words);
}

void BatchPlan::showFailure(const Error &error)
{
    m_plan.reset();
    showPlan();
    setPlain(m_sentence, tr("Nothing can be asked in batches"));
    setPlain(m_problem, words::oneLine(error.message, 600));
    m_problem->show();
}

QString BatchPlan::text() const
{
    QStringList all;
    for (const QLabel *label : {m_sentence, m_others, m_leaves, m_problem})
        all << QString(label->text()).remove(QChar(0x200b));
    all.removeAll(QString());
    return all.join(QLatin1Char('\n'));
}

QString BatchPlan::words() const { return m_words->isHidden() ? QString() : m_words->toPlainText(); }

void BatchPlan::askWhenAgreed()
{
    if (!m_plan || !m_ask->isEnabled())
        return;
    const Result<QString> to = recipient();
    const QString name = words::oneLine(m_plan->modelName, 60);
    const QString title = m_plan->asked > 0 ? tr("Ask %1 about %n conversation(s)?", nullptr, m_plan->asked).arg(name)
                                            : tr("Take over %n answer(s) of before?", nullptr, m_plan->known);
    QStringList text{howMany()};
    text << theOthers();
    if (m_plan->asked > 0)
        text << whatLeaves(to ? *to : name)
             << tr("The answers come within a day. Until a question has left it can be cancelled in the Outbox.");
    text.removeAll(QString());
    BatchRequest agreed = m_request;
    agreed.agreed = BatchAgreed{m_plan->model, m_plan->asked, m_plan->highest};
    ask(this, title, text.join(QStringLiteral("\n\n")), m_plan->asked > 0 ? tr("Ask") : tr("Take over"),
        [this, agreed] { ask_(agreed); });
}

void BatchPlan::ask_(const BatchRequest &agreed)
{
    m_asking = true;
    showPlan();
    whenDone(this, m_context.modelCommands->askInBatches(agreed), [this](const Result<BatchAsked> &asked) {
        m_asking = false;
        if (!asked)
            Q_EMIT said(QStringLiteral("✕ ") + asked.error().message, "danger");
        else if (asked->asked > 0)
            Q_EMIT said(tr("✓ Put into the Outbox: %n question(s).", nullptr, asked->asked), "good");
        else
            Q_EMIT said(tr("✓ Nothing left; taken over: %n answer(s) of before.", nullptr, asked->known), "good");
        m_plan.reset();
        showPlan();
        plan();
    });
}

} // namespace patchbay

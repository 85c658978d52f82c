#include "ui/widgets/task_dialog.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/existing_view.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/task_fields.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

namespace patchbay {

TaskDialog::TaskDialog(const ConsoleContext &context, ConversationId conversation, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_conversation(conversation)
    , m_model(context, conversation)
    , m_existing(new ExistingView(m_model, this))
    , m_fields(new TaskFields(this))
    , m_newsFrame(surface("card", this))
    , m_news(plainLabel({}, "warning", m_newsFrame, true))
    , m_takeNew(textButton(tr("Take the new one"), "normal", m_newsFrame))
    , m_keep(textButton(tr("Keep mine"), "normal", m_newsFrame))
    , m_goes(plainLabel(tr("Loading…"), "muted", this, true))
    , m_requests(new FoldSection(tr("The exact requests"), false, this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_cancel(textButton(tr("Cancel"), "normal", this))
    , m_create(textButton(tr("Create task (Ctrl+Enter)"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Task"));
    resize(760, 780);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeContent());
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_answer, 1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_create);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(makeNews());
    layout->addWidget(scroll, 1);
    layout->addLayout(buttons);
    for (QPushButton *button : {m_create, m_cancel, m_takeNew, m_keep})
        button->setAutoDefault(false); // Enter in a line creates nothing
    for (const char *keys : {"Ctrl+Return", "Ctrl+Enter"})
        connect(new QShortcut(QKeySequence(QLatin1String(keys)), this), &QShortcut::activated, this,
                &TaskDialog::create);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150);
    m_changed.setSingleShot(true);
    m_changed.setInterval(50);
    connect(&m_pause, &QTimer::timeout, this, &TaskDialog::plan);
    connect(&m_changed, &QTimer::timeout, this, &TaskDialog::load);
    connect(m_cancel, &QPushButton::clicked, this, &TaskDialog::reject);
    connect(m_create, &QPushButton::clicked, this, &TaskDialog::create);
    connect(m_fields, &TaskFields::edited, this, [this] {
        m_answer->clear();
        m_pause.start();
    });
    connect(m_existing, &ExistingView::linkWanted, this, &TaskDialog::link);
    connect(m_existing, &ExistingView::typedWanted, this,
            [this](TargetId target, const QString &typed) { linkTyped(target, typed, {}); });
    connect(&m_model, &ExistingModel::changed, this, &TaskDialog::refreshCreate);
    connect(&m_model, &ExistingModel::failed, this, [this](const QString &why) { say(why, "danger"); });
    connect(m_takeNew, &QPushButton::clicked, this, [this] {
        hideNews();
        show(m_newer);
        m_fields->focusFirst();
    });
    connect(m_keep, &QPushButton::clicked, this, [this] {
        hideNews();
        m_start = m_newer; // what the task answers; the fields stay
        m_fields->focusFirst();
    });
    connect(&context.store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.everything || changes.conversations.contains(m_conversation) || changes.targets || changes.rules
            || changes.taxonomy || !changes.tasks.isEmpty() || !changes.deliveries.isEmpty())
            m_changed.start();
    });
    refreshCreate();
    load();
}

QWidget *TaskDialog::makeContent()
{
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(12);
    layout->addWidget(m_existing);
    layout->addWidget(plainLabel(tr("NEW TASK"), "section", content));
    layout->addWidget(m_fields);
    layout->addWidget(plainLabel(tr("GOES TO"), "section", content));
    layout->addWidget(m_goes);
    layout->addWidget(m_requests);
    layout->addStretch(1);
    return content;
}

QFrame *TaskDialog::makeNews()
{
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_keep);
    buttons->addWidget(m_takeNew);
    auto *layout = new QVBoxLayout(m_newsFrame);
    layout->addWidget(m_news);
    layout->addLayout(buttons);
    m_newsFrame->hide();
    return m_newsFrame;
}

QString TaskDialog::answer() const { return m_answer->text(); }
QString TaskDialog::news() const { return m_newsFrame->isHidden() ? QString() : m_news->text(); }
QString TaskDialog::goesTo() const { return m_goes->text(); }

void TaskDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void TaskDialog::load()
{
    const quint64 epoch = ++m_epoch;
    m_model.reload();
    auto work = [](Database &db) -> Result<TaskSurroundings> { return db.finish(taskSurroundings(db)); };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch](const Result<TaskSurroundings> &around) {
        if (epoch != m_epoch)
            return;
        if (!around)
            return say(around.error().message, "danger");
        m_around = *around;
        whenDone(this, m_context.commands.startTask(m_conversation), [this, epoch](const Result<TaskStart> &start) {
            if (epoch == m_epoch)
                loaded(start);
        });
    });
}

void TaskDialog::loaded(const Result<TaskStart> &start)
{
    if (!start) {
        m_goes->clear();
        return say(start.error().message, "danger");
    }
    if (!m_ready) {
        m_ready = true;
        show(*start);
        m_fields->focusFirst();
    } else if (start->version != m_start.version) {
        suggestionChanged(*start);
    } else {
        m_pause.start(); // a route or a target may be another
    }
}

void TaskDialog::show(const TaskStart &start)
{
    m_start = start;
    m_fields->show(start.form, m_around.taxonomy, m_around.routes, m_around.targets);
    if (const Result<TaskForm> shown = m_fields->form())
        m_shown = *shown;
    plan();
}

bool TaskDialog::isEdited() const
{
    const Result<TaskForm> now = m_fields->form();
    return m_ready && (!now || *now != m_shown);
}

/// A person's words are not overwritten; what nobody touched follows.
void TaskDialog::suggestionChanged(const TaskStart &start)
{
    const QStringList changes = taskChanges(m_start.form, start.form, m_around);
    if (!isEdited()) {
        show(start);
        say(changes.isEmpty() ? tr("The suggestion was made anew; nothing in it changed.")
                              : tr("The suggestion changed, and the form with it."),
            "muted");
        return;
    }
    m_newer = start;
    QStringList lines{start.version > 0
                          ? tr("The suggestion changed while you were writing. Your words are still here.")
                          : tr("The suggestion was decided by somebody meanwhile. Your words are still here.")};
    lines += changes;
    setPlain(m_news, lines.join(QLatin1Char('\n')));
    m_newsFrame->show();
    refreshCreate();
}

void TaskDialog::hideNews()
{
    m_newsFrame->hide();
    m_answer->clear();
    refreshCreate();
}

void TaskDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_fields->setEnabled(!busy);
    m_existing->setBusy(busy || m_context.store.isReadOnly());
    refreshCreate();
}

void TaskDialog::refreshCreate()
{
    const bool another = m_model.hasOpenAt(m_planned);
    m_create->setText(another ? tr("Create another task (Ctrl+Enter)") : tr("Create task (Ctrl+Enter)"));
    m_create->setAccessibleName(m_create->text());
    m_create->setEnabled(m_ready && !m_busy && m_planGood && m_newsFrame->isHidden() && !m_context.store.isReadOnly());
}

void TaskDialog::create()
{
    if (!m_ready || m_busy || m_context.store.isReadOnly())
        return;
    if (!m_newsFrame->isHidden())
        return say(tr("Say first what becomes of the change above."), "warning");
    const Result<TaskForm> form = m_fields->form();
    if (!form)
        return say(form.error().message, "danger");
    setBusy(true);
    const bool another = m_model.hasOpenAt(m_planned);
    whenDone(this,
             m_context.commands.createTask(m_conversation, m_start.version, *form,
                                           another ? Commands::IfOpen::Another : Commands::IfOpen::Ask),
             [this](const Result<Commands::Accepted> &answer) { createAnswered(answer); });
}

void TaskDialog::createAnswered(const Result<Commands::Accepted> &answer)
{
    setBusy(false);
    if (!answer) {
        say(answer.error().message, "danger");
        load(); // a suggestion that changed is shown
        return;
    }
    if (answer->open) {
        say(tr("A task is open for this already: “%1” in %2. Link it above, or create another one.")
                .arg(words::oneLine(answer->open->title, 80), words::oneLine(answer->open->target, 40)),
            "warning");
        load();
        return;
    }
    Q_EMIT created(*answer);
    QDialog::accept();
}

void TaskDialog::reject()
{
    if (!isEdited())
        return QDialog::reject();
    ask(this, tr("Leave without a task?"), tr("What you wrote here is lost."), tr("Leave"),
        [this] { QDialog::reject(); });
}

} // namespace patchbay

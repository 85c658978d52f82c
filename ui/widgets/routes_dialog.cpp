#include "ui/widgets/routes_dialog.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/own_fields_form.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/route_editor.h"
#include "ui/widgets/row_table.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QTableView>

namespace patchbay {

RoutesDialog::RoutesDialog(const ConsoleContext &context, ConversationId conversation, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_model(context.store)
    , m_table(new QTableView(this))
    , m_editor(new RouteEditor(this))
    , m_conversation(new QComboBox(this))
    , m_preview(plainLabel(tr("Loading…"), "mono", this, true))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_new(textButton(tr("New route"), "normal", this))
    , m_remove(textButton(tr("Remove…"), "normal", this))
    , m_save(textButton(tr("Save"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Routes"));
    resize(1260, 720);
    auto *form = new QScrollArea(this);
    form->setWidgetResizable(true);
    form->setFocusPolicy(Qt::NoFocus);
    form->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    form->setWidget(m_editor);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(14);
    columns->addLayout(listColumn(), 4);
    columns->addWidget(form, 6);
    columns->addLayout(previewColumn(), 4);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_answer, 1);
    buttons->addWidget(close);
    buttons->addWidget(m_save);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(plainLabel(tr("Where tasks go"), "title", this));
    layout->addLayout(columns, 1);
    layout->addLayout(buttons);
    m_save->setDefault(true);
    for (QPushButton *button : {close, m_new, m_remove})
        button->setAutoDefault(false);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150);
    connect(&m_pause, &QTimer::timeout, this, &RoutesDialog::tryIt);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_new, &QPushButton::clicked, this, &RoutesDialog::begin);
    connect(m_remove, &QPushButton::clicked, this, &RoutesDialog::removeChosen);
    connect(m_save, &QPushButton::clicked, this, &RoutesDialog::save);
    connect(m_editor, &RouteEditor::edited, this, [this] {
        m_answer->clear();
        m_pause.start();
    });
    connect(m_editor, &RouteEditor::refused, this, [this](const QString &why) { say(why, "danger"); });
    connect(m_editor, &RouteEditor::choicesWanted, this, &RoutesDialog::loadChoices);
    connect(m_conversation, &QComboBox::currentIndexChanged, this, [this] { m_pause.start(); });
    connect(&m_model, &RoutesModel::loaded, this, &RoutesDialog::routesLoaded);
    connect(&m_model, &RoutesModel::failed, this, [this](const QString &why) { say(why, "danger"); });
    m_save->setEnabled(!context.store.isReadOnly());
    m_new->setEnabled(!context.store.isReadOnly());
    m_model.reload();
    loadConversations(conversation);
}

QLayout *RoutesDialog::listColumn()
{
    m_table->setModel(&m_model);
    m_table->setAccessibleName(tr("Routes"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    keepEnterInRows(m_table);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(RoutesModel::Leads, QHeaderView::Stretch);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { choose(); });
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_new);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout;
    column->addWidget(m_table, 1);
    column->addLayout(buttons);
    return column;
}

QLayout *RoutesDialog::previewColumn()
{
    m_conversation->setAccessibleName(tr("Try it on this conversation"));
    m_conversation->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_preview->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_preview->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("The exact requests"));
    scroll->setWidget(m_preview);
    auto *column = new QVBoxLayout;
    column->addWidget(plainLabel(tr("The exact requests for"), "section", this));
    column->addWidget(m_conversation);
    column->addWidget(scroll, 1);
    return column;
}

QString RoutesDialog::preview() const { return m_preview->text(); }

QString RoutesDialog::answer() const { return m_answer->text(); }

void RoutesDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void RoutesDialog::routesLoaded()
{
    int row = -1;
    for (int i = 0; i < m_model.rowCount(); ++i) {
        if (m_model.at(i)->name == m_wanted)
            row = i;
    }
    if (row < 0 && m_fresh && m_model.rowCount() > 0)
        row = 0;
    if (row >= 0) {
        m_table->selectRow(row);
        choose();
    } else if (m_fresh) {
        begin();
    }
    if (m_fresh)
        m_table->setFocus();
    m_fresh = false;
    m_wanted.clear();
}

void RoutesDialog::loadConversations(ConversationId first)
{
    using Rows = std::vector<conversations::Summary>;
    auto work = [first, me = m_context.me.id](Database &db) -> Result<Rows> {
        return db.finish(conversationsToTry(db, me, first));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this](const Result<Rows> &rows) {
        if (!rows)
            return say(rows.error().message, "danger");
        for (const conversations::Summary &row : *rows)
            m_conversation->addItem(QStringLiteral("%1: %2").arg(words::oneLine(row.contactName, 30),
                                                                 words::oneLine(row.conversation.subject, 60)),
                                    qlonglong(row.conversation.id.value));
        tryIt();
    });
}

/// The vendor is asked off this thread; meanwhile, and when it does not answer, one types.
void RoutesDialog::loadChoices(TargetId target, bool fresh)
{
    const QString name = m_editor->nameOf(target);
    m_editor->ownFields()->showLoading(name);
    if (m_asking == target)
        return; // its answer is shown when it comes
    m_asking = target;
    whenDone(this, m_context.targets.choices(target, fresh), [this, target, name](const Result<FieldChoices> &read) {
        if (m_asking == target)
            m_asking = {};
        if (target != m_editor->shownTarget())
            return;
        if (read)
            m_editor->ownFields()->showChoices(name, *read);
        else
            m_editor->ownFields()->showFailed(name, read.error());
    });
}

void RoutesDialog::choose()
{
    const Route *route = m_model.at(m_table->currentIndex());
    m_remove->setEnabled(route && !m_context.store.isReadOnly());
    if (!route)
        return;
    m_editor->edit(*route, m_model.targets(), m_model.taxonomy());
    if (m_wanted.isEmpty())
        m_answer->clear(); // otherwise it is about this one
    m_pause.start();
}

void RoutesDialog::begin()
{
    m_table->clearSelection();
    m_table->setCurrentIndex({});
    m_remove->setEnabled(false);
    Route route;
    if (!m_model.targets().empty())
        route.targets = {m_model.targets().front().id};
    m_editor->edit(route, m_model.targets(), m_model.taxonomy());
    m_editor->focusFirst();
    say(tr("A new route: give it a name, then save."), "muted");
    m_pause.start();
}

void RoutesDialog::tryIt()
{
    m_pause.stop();
    if (m_fresh)
        return; // no route stands in the form yet
    const quint64 epoch = ++m_epoch;
    const ConversationId id{m_conversation->currentData().toLongLong()};
    if (!m_editor->problem().isEmpty())
        return showPlan(makeError(Error::Kind::Refused, m_editor->problem()));
    if (!id) {
        setPlain(m_preview, tr("There is no conversation yet to try it on."));
        return;
    }
    Route route = m_editor->route();
    if (route.name.isEmpty())
        route.name = tr("New route"); // to see what it does before it has one
    auto work = [route, id, me = m_context.me.name](Database &db) { return tryRoute(db, route, id, me); };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch](const Result<TaskPlan> &plan) {
        if (epoch == m_epoch)
            showPlan(plan);
    });
}

void RoutesDialog::showPlan(const Result<TaskPlan> &plan)
{
    if (!plan) {
        setLook(m_preview, "role", "warning");
        setPlain(m_preview, QStringLiteral("⚠ ") + plan.error().message);
        return;
    }
    QStringList parts;
    for (const std::vector<PlannedTask> *list : {&plan->first, &plan->backups}) {
        for (const PlannedTask &one : *list) {
            const QString name = words::oneLine(one.target.name);
            parts << (list == &plan->first ? name : tr("%1, as the backup").arg(name));
            const Result<QString> request =
                m_context.targets.preview(one.target.id, one.payload, tr("(key made when accepted)"));
            parts << (request ? *request : tr("It cannot be shown: %1").arg(request.error().message)) << QString();
        }
    }
    setLook(m_preview, "role", "mono");
    setPlain(m_preview, parts.join(QLatin1Char('\n')));
}

void RoutesDialog::save()
{
    if (!m_editor->problem().isEmpty())
        return say(m_editor->problem(), "danger");
    const Route route = m_editor->route();
    m_wanted = route.name;
    const QString done = tr("Saved. Suggestions that wait are shown anew.");
    if (route.id) {
        whenDone(this, m_context.commands.changeRoute(route), [this, done](const Result<Done> &answer) {
            if (!answer) {
                m_wanted.clear(); // what was typed stays
                return say(answer.error().message, "danger");
            }
            say(done, "good");
            m_model.reload();
        });
        return;
    }
    whenDone(this, m_context.commands.addRoute(route), [this, done](const Result<Route> &answer) {
        if (!answer) {
            m_wanted.clear();
            return say(answer.error().message, "danger");
        }
        say(done, "good");
        m_model.reload();
    });
}

void RoutesDialog::removeChosen()
{
    const Route *route = m_model.at(m_table->currentIndex());
    if (!route)
        return;
    const RouteId id = route->id;
    ask(this, tr("Remove the route?"),
        tr("“%1” leads nowhere any more. What it decided stays in the history.").arg(words::oneLine(route->name)),
        tr("Remove"), [this, id] {
            whenDone(this, m_context.commands.removeRoute(id), [this](const Result<Done> &answer) {
                if (!answer)
                    return say(answer.error().message, "danger");
                m_fresh = true; // the first one is chosen again
                say(tr("Removed."), "good");
                m_model.reload();
            });
        });
}

} // namespace patchbay

#include "ui/widgets/guidance_dialog.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/state_page.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

GuidanceDialog::GuidanceDialog(const ConsoleContext &context, GuidanceKind kind, const ReplyExample &example,
                               QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_kind(kind)
    , m_example(example)
    , m_model(new GuidanceModel(context.store, kind, this))
    , m_filter(new QLineEdit(this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_text(new QPlainTextEdit(this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_add(textButton(tr("New… (Ins)"), "primary", this))
    , m_edit(textButton(tr("Edit… (Enter)"), "normal", this))
    , m_remove(textButton(tr("Delete… (Del)"), "normal", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(kind == GuidanceKind::Replies ? tr("Canned replies") : tr("Business rules"));
    resize(980, 620);
    build();
    connectAll();
    m_state->show(Glyph::Panel, tr("Loading…"), {});
    m_stack->setCurrentWidget(m_state);
    chosenChanged();
    m_model->reload();
    m_filter->setFocus();
}

void GuidanceDialog::build()
{
    const bool isReply = m_kind == GuidanceKind::Replies;
    m_table->setModel(m_model);
    m_table->setAccessibleName(windowTitle());
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const auto &[column, width] : {std::pair(0, 210), {1, 140}, {2, 100}, {4, 190}, {5, 80}})
        m_table->setColumnWidth(column, width);
    m_table->horizontalHeader()->setSectionResizeMode(GuidanceModel::Text, QHeaderView::Stretch);
    m_table->setColumnHidden(GuidanceModel::Language, !isReply);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    m_filter->setAccessibleName(tr("Narrow the list"));
    m_filter->setPlaceholderText(tr("Type to narrow"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaxLength(200);
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setMaximumHeight(150);
    m_text->setAccessibleName(isReply ? tr("The text in the open conversation") : tr("The text"));
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {m_add, m_edit, m_remove})
        buttons->addWidget(button);
    buttons->addWidget(m_answer, 1);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(windowTitle(), "title", this));
    layout->addWidget(plainLabel(isReply ? tr("Texts that operators put into their replies with Ctrl+Shift+I.")
                                         : tr("What the team goes by. Each is shown beside the conversations of its "
                                              "category, on the days on which it holds."),
                                 "muted", this, true));
    if (!isWritable())
        layout->addWidget(plainLabel(tr("This workspace is open for reading only: nothing can be changed here."),
                                     "warning", this, true));
    layout->addWidget(m_filter);
    layout->addWidget(m_stack, 1);
    if (isReply)
        layout->addWidget(
            plainLabel(m_example.conversation.isEmpty()
                           ? tr("What it becomes in the open conversation")
                           : tr("What it becomes in “%1”").arg(words::oneLine(m_example.conversation, 80)),
                       "section", this));
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    for (QPushButton *button : {close, m_add, m_edit, m_remove})
        button->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
}

void GuidanceDialog::connectAll()
{
    for (QWidget *place : std::initializer_list<QWidget *>{m_table, m_filter})
        place->installEventFilter(this);
    connect(m_add, &QPushButton::clicked, this, &GuidanceDialog::add);
    connect(m_edit, &QPushButton::clicked, this, &GuidanceDialog::editChosen);
    connect(m_remove, &QPushButton::clicked, this, &GuidanceDialog::removeChosen);
    connect(m_table, &QTableView::doubleClicked, this, &GuidanceDialog::editChosen);
    connect(m_filter, &QLineEdit::textChanged, m_model, &GuidanceModel::setFilter);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { chosenChanged(); });
    connect(m_model, &GuidanceModel::loaded, this, &GuidanceDialog::loaded);
    connect(m_model, &GuidanceModel::failed, this, [this](const QString &why) {
        m_state->show(Glyph::Warning, tr("They could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        m_stack->setCurrentWidget(m_state);
    });
}

/// In the list: Ins, Enter, Del; from the filter Down and Enter lead to it.
bool GuidanceDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool inTable = watched == m_table;
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (key == Qt::Key_Insert)
        add();
    else if (enter)
        editChosen();
    else if (inTable && key == Qt::Key_Delete)
        removeChosen();
    else if (!inTable && (key == Qt::Key_Down || key == Qt::Key_PageDown) && m_model->rowCount() > 0)
        m_table->setFocus();
    else
        return QDialog::eventFilter(watched, event);
    return true;
}

QString GuidanceDialog::answer() const { return m_answer->text(); }

QString GuidanceDialog::text() const { return m_text->toPlainText(); }

const GuidanceRow *GuidanceDialog::chosen() const { return m_model->at(m_table->currentIndex()); }

void GuidanceDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void GuidanceDialog::loaded()
{
    if (m_model->total() > 0)
        m_state->show(Glyph::Panel, tr("None of %n fits", nullptr, m_model->total()), tr("Type fewer or other words."));
    else if (m_kind == GuidanceKind::Replies)
        m_state->show(Glyph::Panel, tr("No canned reply yet"),
                      tr("Ins writes one; a domain pack (Categories, New pack…) brings several."));
    else
        m_state->show(Glyph::Panel, tr("No business rule yet"),
                      tr("Ins writes one, like “returns accepted within 60 days”; a domain pack brings several."));
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    const int row = m_wanted.isEmpty() ? -1 : m_model->rowOfTitle(m_wanted);
    if (row >= 0) {
        m_wanted.clear();
        m_table->selectRow(row);
    } else if (!m_table->currentIndex().isValid() && m_model->rowCount() > 0) {
        m_table->selectRow(0);
    }
    chosenChanged();
}

void GuidanceDialog::chosenChanged()
{
    const GuidanceRow *row = chosen();
    m_add->setEnabled(isWritable());
    m_edit->setEnabled(isWritable() && row);
    m_remove->setEnabled(isWritable() && row);
    if (!row)
        return m_text->clear();
    m_text->setPlainText(m_kind == GuidanceKind::Replies ? replyExampleText(row->entry.text, m_example)
                                                         : row->entry.text);
}

void GuidanceDialog::openEditor(const CannedReply &entry)
{
    if (!isWritable())
        return;
    say({}, "muted");
    auto *editor = new GuidanceEditor(*m_context.taxonomy, m_kind, entry, m_model->categories(), m_example, this);
    connect(editor, &TaxonomyDialog::done_, this, [this, editor](const QString &sentence) {
        m_wanted = editor->titleField()->text().simplified();
        m_filter->clear();
        say(sentence, "good");
        m_model->reload();
    });
    editor->open();
}

void GuidanceDialog::add() { openEditor({}); }

void GuidanceDialog::editChosen()
{
    if (const GuidanceRow *row = chosen())
        openEditor(row->entry);
}

void GuidanceDialog::removeChosen()
{
    const GuidanceRow *row = chosen();
    if (!row || !isWritable())
        return;
    const QString title = words::oneLine(row->entry.title, 60);
    const bool isReply = m_kind == GuidanceKind::Replies;
    ask(this, tr("Delete “%1”?").arg(title),
        isReply ? tr("It is no longer offered. Replies that were written with it stay as they are.")
                : tr("It is no longer shown beside conversations."),
        tr("Delete"), [this, entry = row->entry, title, isReply] {
            whenDone(this,
                     isReply ? m_context.taxonomy->removeReply(entry) : m_context.taxonomy->removeGuide(asRule(entry)),
                     [this, title](const Result<Done> &done) {
                         done ? say(tr("“%1” is deleted").arg(title), "good") : say(done.error().message, "danger");
                     });
        });
}

} // namespace patchbay

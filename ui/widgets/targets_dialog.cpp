#include "ui/widgets/targets_dialog.h"

#include "ui/models/target_words.h"
#include "ui/models/targets_model.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/target_gallery.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// Beside the words: a glyph before the name, and the colour of how it fares.
class TargetsDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto *model = qobject_cast<const TargetsModel *>(index.model());
        const TargetRow *row = model ? model->at(index) : nullptr;
        if (!row)
            return;
        if (index.column() == TargetsModel::Name) {
            option->features |= QStyleOptionViewItem::HasDecoration;
            option->decorationSize = QSize(17, 17);
            option->icon = glyphIcon(row->target.connector == QLatin1String("local") ? Glyph::Tasks : Glyph::Target);
        }
        const std::optional<QColor> ink = inkOf(*row, index.column(), themeOf(option->widget));
        if (ink) {
            option->palette.setColor(QPalette::Text, *ink);
            option->palette.setColor(QPalette::HighlightedText, *ink);
        }
    }

private:
    static std::optional<QColor> inkOf(const TargetRow &row, int column, const ThemeColors &colors)
    {
        const Health health = row.health();
        if (column == TargetsModel::State) {
            return health == Health::Ok     ? colors.good
                : health == Health::Failed  ? colors.danger
                : health == Health::Offline ? colors.warning
                                            : colors.muted;
        }
        if (column == TargetsModel::Breaker && row.target.breakerOpenUntil)
            return colors.warning;
        const targets::Figures &owed = row.figures;
        if (column == TargetsModel::Open && owed.retrying + owed.unknown + owed.notSent > 0)
            return colors.danger;
        return std::nullopt;
    }
};

} // namespace

TargetsDialog::TargetsDialog(const ConsoleContext &context, TargetId first, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_model(new TargetsModel(context, this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_details(plainLabel({}, "muted", this, true))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_add(textButton(tr("Add target…"), "normal", this))
    , m_edit(textButton(tr("Settings…"), "normal", this))
    , m_test(textButton(tr("Test connection"), "normal", this))
    , m_first(first)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Targets"));
    resize(1280, 560);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(tr("Targets"), "title", this));
    layout->addWidget(
        plainLabel(tr("Where accepted tasks go, and what is owed there. The class says what a repeat does "
                      "when an answer got lost: folded (A), written again (B), looked up first (C), or "
                      "left to you (D)."),
                   "muted", this, true));
    layout->addWidget(tableArea(), 1);
    layout->addWidget(m_details);
    layout->addWidget(m_answer);
    layout->addLayout(buttonRow());
    m_details->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setMinimumHeight(4 * m_details->fontMetrics().lineSpacing()); // what is above does not jump
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    connect(m_model, &TargetsModel::loaded, this, &TargetsDialog::loaded);
    connect(m_model, &TargetsModel::failed, this, &TargetsDialog::failed);
    connect(m_model, &TargetsModel::dataChanged, this, &TargetsDialog::chosenChanged);
    m_state->show(Glyph::Target, tr("Reading the targets…"), {});
    m_stack->setCurrentWidget(m_state);
    chosenChanged();
    m_model->reload();
}

QWidget *TargetsDialog::tableArea()
{
    setUpRowTable(m_table, tr("Targets"), m_model, {150, 130, 120, 120, 190, 80, 200, 180, 200},
                  TargetsModel::LastError);
    m_table->setItemDelegate(new TargetsDelegate(m_table));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    // Queued: the Enter that opens the settings goes on to this dialog, which would press their Save at once.
    connect(
        m_table, &QTableView::activated, this, [this] { edit(); }, Qt::QueuedConnection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TargetsDialog::chosenChanged);
    return m_stack;
}

QLayout *TargetsDialog::buttonRow()
{
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {m_add, m_edit, m_test})
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(close);
    for (QPushButton *button : {m_add, m_edit, m_test, close})
        button->setAutoDefault(false); // Enter in the table is Settings
    connect(m_add, &QPushButton::clicked, this, [this] { add(); });
    connect(m_edit, &QPushButton::clicked, this, [this] { edit(); });
    connect(m_test, &QPushButton::clicked, this, &TargetsDialog::test);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    m_add->setEnabled(!m_context.store.isReadOnly());
    return buttons;
}

QString TargetsDialog::details() const { return m_details->text().remove(QChar(0x200b)); }

QString TargetsDialog::answer() const { return m_answer->text().remove(QChar(0x200b)); }

const TargetRow *TargetsDialog::chosen() const { return m_model->at(m_table->currentIndex()); }

void TargetsDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void TargetsDialog::choose(int row)
{
    if (row >= 0)
        m_table->selectRow(row);
}

void TargetsDialog::loaded()
{
    const bool any = m_model->rowCount() > 0;
    const bool wasShown = m_stack->currentWidget() == m_table;
    if (!any) {
        const bool canAdd = m_add->isEnabled();
        m_state->show(Glyph::Target, canAdd ? tr("No target yet: add one") : tr("No target yet"),
                      tr("Accepted tasks go to a target: a tracker, a CRM, or the tasks of this workspace."),
                      canAdd ? tr("Add target…") : QString(), [this] { add(); });
    }
    m_stack->setCurrentWidget(any ? static_cast<QWidget *>(m_table) : m_state);
    if (any && !m_table->currentIndex().isValid())
        choose(std::max(0, m_model->rowOf(m_first.value)));
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!m_wanted.isEmpty() && m_model->at(row)->target.name == m_wanted) {
            m_wanted.clear();
            choose(row);
        }
    }
    if (any && !wasShown)
        m_table->setFocus();
    chosenChanged();
}

void TargetsDialog::failed(const QString &why)
{
    m_state->show(Glyph::Warning, tr("The targets could not be read"), words::oneLine(why, 400), tr("Try again"),
                  [this] { m_model->reload(); });
    m_stack->setCurrentWidget(m_state);
}

void TargetsDialog::chosenChanged()
{
    const TargetRow *row = chosen();
    m_edit->setEnabled(row && row->hasSettings() && !m_context.store.isReadOnly());
    m_test->setEnabled(row && row->info && !m_testing);
    if (!row)
        return setPlain(m_details, {});
    QStringList lines;
    const QString spared = words::breaker(row->target, words::now());
    const QString name = words::oneLine(row->target.name, 80);
    lines << (spared.isEmpty() ? tr("%1 is %2.").arg(name, words::health(row->health()))
                               : tr("%1 is %2. %3.").arg(name, words::health(row->health()), spared));
    if (const QString error = words::oneLine(row->lastError(), 600); !error.isEmpty())
        lines << tr("In their words: %1").arg(error);
    if (row->info)
        lines << tr("Its requests are held against: %1.").arg(words::heldAgainst(*row->info));
    lines << (row->figures.lastSentAt
                  ? tr("The last task arrived there on %1.").arg(words::fullTime(row->figures.lastSentAt))
                  : tr("No task has arrived there yet."));
    setPlain(m_details, lines.join(QLatin1Char('\n')));
}

TargetGallery *TargetsDialog::add()
{
    if (!m_add->isEnabled())
        return nullptr;
    auto *gallery = new TargetGallery(m_context.catalog, this);
    connect(gallery, &TargetGallery::chosen, this, [this](const QString &connector) {
        auto *dialog = new AccountDialog(m_context, AccountDialog::Kind::Target, connector, this);
        connect(dialog, &AccountDialog::saved, this, [this](const QString &name) { m_wanted = name; });
        openAccount(dialog, tr("✓ Target %1 is added."));
    });
    gallery->open();
    return gallery;
}

AccountDialog *TargetsDialog::edit()
{
    const TargetRow *row = chosen();
    if (!row || !m_edit->isEnabled())
        return nullptr;
    return openAccount(new AccountDialog(m_context, row->target, this), tr("✓ Target %1 is changed."));
}

AccountDialog *TargetsDialog::openAccount(AccountDialog *dialog, const QString &done)
{
    connect(dialog, &AccountDialog::saved, this, [this, done](const QString &name) {
        say(done.arg(words::oneLine(name, 80)), "good");
        m_model->reload();
    });
    connect(dialog, &AccountDialog::failed, this,
            [this](const QString &why) { say(QStringLiteral("⚠ ") + why, "danger"); });
    dialog->open();
    return dialog;
}

/// With the live connection, as a task would go: one of its own would renew a refresh token behind its back.
void TargetsDialog::test()
{
    const TargetRow *row = chosen();
    if (!row || m_testing)
        return;
    const QString name = words::oneLine(row->target.name, 80);
    const Result<CrmConnector *> live = m_context.targets.live(row->target.id);
    if (!live)
        return say(tr("✕ %1: %2").arg(name, words::oneLine(live.error().message, 600)), "danger");
    m_testing = true;
    m_test->setEnabled(false);
    say(tr("Asking %1…").arg(name), "muted");
    auto asking = (*live)->test();
    whenDone(this, m_scope.run(std::move(asking)), [this, name](const Result<QString> &answer) {
        m_testing = false;
        if (answer)
            say(tr("✓ %1: %2").arg(name, words::oneLine(*answer, 600)), "good");
        else
            say(tr("✕ %1: %2").arg(name, words::oneLine(answer.error().message, 600)), "danger");
        chosenChanged();
        if (!focusWidget())
            m_test->setFocus(); // what was disabled lost it
    });
}

} // namespace patchbay

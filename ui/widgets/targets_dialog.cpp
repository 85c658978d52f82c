#include "ui/widgets/targets_dialog.h"

#include "ui/models/target_words.h"
#include "ui/models/targets_model.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/connector_icon.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/target_gallery.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// Beside the words: the connector's picture before the name, and the colour of how it fares.
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
            option->icon = connectorIcon(row->target.connector, targetGlyph(row->target.connector));
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
    : AccountsDialog(
        context,
        {tr("Targets"),
         tr("Where accepted tasks go, and what is owed there. The class says what a repeat does when an answer got "
            "lost: folded (A), written again (B), looked up first (C), or left to you (D)."),
         tr("Reading the targets…"), tr("The targets could not be read"), tr("No target yet"),
         tr("Accepted tasks go to a target: a tracker, a CRM, or the tasks of this workspace."), tr("Add target…")},
        Glyph::Target, parent)
    , m_model(new TargetsModel(context, this))
    , m_edit(textButton(tr("Settings…"), "normal", this))
    , m_test(textButton(tr("Test connection"), "normal", this))
    , m_first(first)
{
    build(m_model, {135, 115, 110, 125, 160, 90, 195, 120, 190}, TargetsModel::LastError, {m_edit, m_test});
    m_table->setItemDelegate(new TargetsDelegate(m_table));
    connect(m_edit, &QPushButton::clicked, this, [this] { edit(); });
    connect(m_test, &QPushButton::clicked, this, &TargetsDialog::test);
    connect(m_model, &TargetsModel::loaded, this, &TargetsDialog::loaded);
    connect(m_model, &TargetsModel::failed, this, &TargetsDialog::failed);
    chosenChanged();
    reload();
}

const TargetRow *TargetsDialog::chosen() const { return m_model->at(m_table->currentIndex()); }

void TargetsDialog::reload() { m_model->reload(); }

int TargetsDialog::firstRow() const { return m_model->rowOf(m_first.value); }

int TargetsDialog::rowNamed(const QString &name) const
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->at(row)->target.name == name)
            return row;
    }
    return -1;
}

void TargetsDialog::chosenChanged()
{
    const TargetRow *row = chosen();
    m_edit->setEnabled(row && row->hasSettings() && canChange());
    m_test->setEnabled(row && row->info && !m_testing);
    if (!row)
        return tell({});
    QStringList lines;
    const QString spared = words::breaker(row->target, words::now());
    const QString name = words::oneLine(row->target.name, 80);
    lines << (spared.isEmpty() ? tr("%1 is %2.").arg(name, words::health(row->health()))
                               : tr("%1 is %2. %3.").arg(name, words::health(row->health()), spared));
    if (const QString error = words::oneLine(row->lastError(), 600); !error.isEmpty())
        lines << tr("In their words: %1").arg(error);
    if (row->info && row->info->id != QLatin1String("local")) // that one asks nobody
        lines << tr("Its requests are held against: %1.").arg(words::heldAgainst(*row->info));
    lines << (row->figures.lastSentAt
                  ? tr("The last task arrived there on %1.").arg(words::fullTime(row->figures.lastSentAt))
                  : tr("No task has arrived there yet."));
    tell(lines);
}

TargetGallery *TargetsDialog::add()
{
    if (!m_add->isEnabled())
        return nullptr;
    auto *gallery = new TargetGallery(m_context.catalog, this);
    connect(gallery, &TargetGallery::chosen, this, [this](const QString &connector) {
        auto *dialog = new AccountDialog(m_context, AccountDialog::Kind::Target, connector, this);
        connect(dialog, &AccountDialog::saved, this, [this](const QString &name) { want(name); });
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

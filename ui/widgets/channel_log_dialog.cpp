#include "ui/widgets/channel_log_dialog.h"

#include "core/store/channel_event_table.h"
#include "ui/models/channel_log_model.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

#include <algorithm>

namespace patchbay {

namespace {

constexpr std::chrono::milliseconds lookAgain{2000};

/// Trouble in the colour of trouble, beside its sign.
class ChannelLogDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto *model = qobject_cast<const ChannelLogModel *>(index.model());
        const ChannelEvent *event = model ? model->at(index) : nullptr;
        if (!event || index.column() != ChannelLogModel::What || !event->isTrouble())
            return;
        const QColor ink = themeOf(option->widget).danger;
        option->palette.setColor(QPalette::Text, ink);
        option->palette.setColor(QPalette::HighlightedText, ink);
    }
};

} // namespace

ChannelLogDialog::ChannelLogDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_channel(channel.id)
    , m_model(new ChannelLogModel(this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_trouble(new QCheckBox(tr("Trouble only"), this))
    , m_copy(textButton(tr("Copy"), "normal", this))
    , m_said(plainLabel({}, "muted", this))
{
    const QString name = words::oneLine(channel.name, 80);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Log of %1").arg(name));
    resize(920, 480);
    setUpRowTable(m_table, windowTitle(), m_model, {170, 190, 400}, ChannelLogModel::Details);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setItemDelegate(new ChannelLogDelegate(m_table));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_trouble);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_said, 1);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(windowTitle(), "title", this));
    layout->addWidget(plainLabel(tr("The newest %1 happenings, here and at other workstations. No messages stand in "
                                    "it, and no keys.")
                                     .arg(channel_events::mostKept),
                                 "muted", this, true));
    layout->addWidget(m_stack, 1);
    layout->addLayout(buttons);
    m_copy->setAutoDefault(false);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_copy, &QPushButton::clicked, this, &ChannelLogDialog::copy);
    connect(m_trouble, &QCheckBox::toggled, this, &ChannelLogDialog::reload);
    connect(&m_timer, &QTimer::timeout, this, &ChannelLogDialog::reload);
    m_timer.start(lookAgain);
    m_state->show(Glyph::Snoozed, tr("Reading the log…"), {});
    m_stack->setCurrentWidget(m_state);
    close->setFocus(); // else Qt gives it to "Trouble only", from which the table does not take it
    reload();
}

void ChannelLogDialog::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [id = m_channel, trouble = m_trouble->isChecked()](Database &db) {
        return db.finish(channel_events::of(db, id, trouble));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch](const Result<std::vector<ChannelEvent>> &all) {
        if (epoch == m_epoch)
            show_(all);
    });
}

void ChannelLogDialog::show_(const Result<std::vector<ChannelEvent>> &events)
{
    if (events)
        m_model->show(*events);
    const bool any = events && !events->empty();
    const bool wasShown = m_stack->currentWidget() == m_table;
    if (!events)
        m_state->show(Glyph::Warning, tr("The log could not be read"), words::oneLine(events.error().message, 400));
    else if (!any)
        m_state->show(Glyph::Snoozed, m_trouble->isChecked() ? tr("No trouble") : tr("Nothing has happened yet"), {});
    m_stack->setCurrentWidget(any ? static_cast<QWidget *>(m_table) : m_state);
    m_copy->setEnabled(any);
    if (any && !wasShown && !m_trouble->hasFocus())
        m_table->setFocus();
}

void ChannelLogDialog::copy()
{
    QList<int> rows;
    for (const QModelIndex &one : m_table->selectionModel()->selectedRows())
        rows << one.row();
    std::sort(rows.begin(), rows.end());
    if (rows.size() < 2) {
        rows.clear();
        for (int row = 0; row < m_model->rowCount(); ++row)
            rows << row;
    }
    QStringList lines;
    for (const int row : std::as_const(rows))
        lines << m_model->line(row);
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
    setPlain(m_said, tr("✓ Copied %n line(s)", nullptr, int(lines.size())));
}

} // namespace patchbay

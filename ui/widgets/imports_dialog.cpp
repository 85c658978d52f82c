#include "ui/widgets/imports_dialog.h"

#include "core/store/account_table.h"
#include "ui/models/import_runner.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/import_strip.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QTableWidget>

namespace patchbay {

namespace {

constexpr int importsListed = 50;
constexpr int importReasonsListed = 20;

QString importState(imports::State state)
{
    switch (state) {
    case imports::State::Running: return ImportsDialog::tr("… running");
    case imports::State::Interrupted: return ImportsDialog::tr("⚠ cut off");
    case imports::State::Cancelled: return ImportsDialog::tr("cancelled");
    case imports::State::Done: return ImportsDialog::tr("✓ done");
    case imports::State::Failed: break;
    }
    return ImportsDialog::tr("⚠ failed");
}

} // namespace

ImportsDialog::ImportsDialog(const ConsoleContext &context, ImportRunner &runner, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_runner(runner)
    , m_table(new QTableWidget(0, 7, this))
    , m_report(plainLabel(tr("Loading…"), "", this, true))
    , m_resume(textButton(tr("Go on with it"), "primary", this))
{
    setWindowTitle(tr("Imports"));
    resize(820, 520);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(plainLabel(tr("What was imported"), "title", this));
    m_table->setHorizontalHeaderLabels(
        {tr("When"), tr("What"), tr("State"), tr("Read"), tr("New"), tr("Here already"), tr("Not readable")});
    m_table->setAccessibleName(tr("Imports"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    keepEnterInRows(m_table);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    layout->addWidget(m_table, 3);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Report"));
    m_report->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_report->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    scroll->setWidget(m_report);
    layout->addWidget(scroll, 2);
    auto *buttons = new QHBoxLayout;
    auto *close = textButton(tr("Close"), "normal", this);
    buttons->addWidget(m_resume);
    buttons->addStretch(1);
    buttons->addWidget(close);
    layout->addLayout(buttons);
    m_resume->setEnabled(false);
    m_resume->setAutoDefault(false);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &ImportsDialog::choose);
    connect(m_resume, &QPushButton::clicked, this, [this] {
        const int row = m_table->currentRow();
        if (row < 0 || size_t(row) >= m_all.size())
            return;
        m_runner.resume(m_all[size_t(row)].import.id);
        accept();
    });
    connect(&m_runner, &ImportRunner::ended, this, &ImportsDialog::load);
    load();
}

QString ImportsDialog::report() const { return m_report->text(); }

void ImportsDialog::load()
{
    auto look = [](Database &db) -> Result<std::vector<Row>> {
        std::vector<Row> rows;
        for (imports::Import &import : imports::newest(db, importsListed)) {
            const auto channel = channels::byId(db, import.channel);
            auto reasons = imports::reasons(db, import.id, importReasonsListed);
            rows.push_back({std::move(import), channel ? channel->name : QString(), std::move(reasons)});
        }
        return db.finish(std::move(rows));
    };
    whenDone(this, m_context.store.read(std::move(look)), [this](const Result<std::vector<Row>> &rows) {
        if (rows)
            return show_(*rows);
        setPlain(m_report, rows.error().message);
        setLook(m_report, "role", "danger");
    });
}

void ImportsDialog::show_(const std::vector<Row> &rows)
{
    m_all = rows;
    m_table->setRowCount(int(rows.size()));
    const QLocale locale;
    for (int i = 0; i < m_table->rowCount(); ++i) {
        const imports::Import &import = rows[size_t(i)].import;
        QStringList names;
        for (const QString &path : import.paths.mid(0, 3))
            names << words::oneLine(QFileInfo(path).fileName(), 80);
        const QStringList cells{words::shortTime(import.startedAt, words::now()),
                                names.join(QStringLiteral(", ")),
                                importState(import.state),
                                locale.toString(import.counts.read),
                                locale.toString(import.counts.added),
                                locale.toString(import.counts.duplicate),
                                locale.toString(import.counts.quarantined)};
        for (int column = 0; column < cells.size(); ++column) {
            auto *item = new QTableWidgetItem(cells.at(column));
            if (column > 2)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(i, column, item);
        }
    }
    if (rows.empty())
        setPlain(m_report, tr("Nothing was imported yet. “Import files…” reads mail files, chats and tables."));
    else
        m_table->selectRow(0);
    m_table->setFocus();
}

QString ImportsDialog::reportOf(const Row &row) const
{
    QStringList lines{tr("Into the channel “%1”, begun %2.")
                          .arg(words::oneLine(row.channel, 80), words::fullTime(row.import.startedAt)),
                      importSentence(row.import.counts)};
    for (const QString &path : row.import.paths.mid(0, 10))
        lines << words::oneLine(path, 300);
    if (!row.import.error.isEmpty())
        lines << QStringLiteral("⚠ ") + words::oneLine(row.import.error, 1000);
    if (!row.reasons.empty())
        lines << QString() << tr("Not readable, and why (they are kept in “What could not be read”):");
    for (const imports::Reason &reason : row.reasons)
        lines << QStringLiteral("%1 × %2").arg(reason.count).arg(words::oneLine(reason.text, 500));
    return lines.join(QLatin1Char('\n'));
}

void ImportsDialog::choose()
{
    const int row = m_table->currentRow();
    const bool any = row >= 0 && size_t(row) < m_all.size();
    m_resume->setEnabled(false);
    if (!any)
        return;
    const imports::State state = m_all[size_t(row)].import.state;
    const bool ended = state == imports::State::Running || state == imports::State::Done;
    m_resume->setEnabled(!ended && !m_runner.isRunning() && !m_context.store.isReadOnly());
    setPlain(m_report, reportOf(m_all[size_t(row)]));
}

} // namespace patchbay

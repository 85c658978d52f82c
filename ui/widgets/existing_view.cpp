#include "ui/widgets/existing_view.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

constexpr int existingRowsShown = 5;
constexpr int existingNarrow = 540; ///< pixels

} // namespace

ExistingView::ExistingView(ExistingModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_table(new QTableView(this))
    , m_none(plainLabel(tr("Looking…"), "muted", this, true))
    , m_states(plainLabel({}, "small", this, true))
    , m_again(textButton(tr("Ask again"), "flat", this))
    , m_target(new QComboBox(this))
    , m_typed(new QLineEdit(this))
    , m_link(textButton(tr("Link"), "normal", this))
{
    setUpRowTable(m_table, tr("What is there already of this person; Enter links it"), &model, {0, 110, 125, 100, 70},
                  ExistingModel::What);
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    nameChoices(m_target, tr("Target of the record"));
    m_target->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_target->setMinimumContentsLength(8);
    m_typed->setAccessibleName(tr("Id or web address of a record"));
    m_typed->setPlaceholderText(tr("Id or web address of a record"));
    m_typed->setMaxLength(2000);
    m_link->setAutoDefault(false);
    m_again->setAutoDefault(false);
    auto *asked = new QHBoxLayout;
    asked->addWidget(m_states, 1);
    asked->addWidget(m_again, 0, Qt::AlignTop);
    auto *line = new QHBoxLayout;
    line->addWidget(m_target, 2);
    line->addWidget(m_typed, 4);
    line->addWidget(m_link);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(plainLabel(tr("ALREADY THERE OF THIS PERSON"), "section", this));
    layout->addWidget(m_none);
    layout->addWidget(m_table);
    layout->addLayout(asked);
    layout->addLayout(line);
    connect(&model, &ExistingModel::changed, this, &ExistingView::refresh);
    connect(m_again, &QPushButton::clicked, &model, &ExistingModel::askAgain);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const ExistingRow *row = m_model.at(index))
            Q_EMIT linkWanted(*row);
    });
    connect(m_link, &QPushButton::clicked, this, &ExistingView::link);
    connect(m_typed, &QLineEdit::returnPressed, this, &ExistingView::link);
    connect(m_target, &QComboBox::activated, this, [this] { m_chosen = true; });
    refresh();
}

void ExistingView::setTargets(const std::vector<Target> &targets, TargetId preferred)
{
    const qlonglong chosen = m_chosen ? m_target->currentData().toLongLong() : qlonglong(preferred.value);
    m_target->clear();
    for (const Target &target : targets)
        m_target->addItem(words::oneLine(target.name, 60), qlonglong(target.id.value));
    m_target->setCurrentIndex(std::max(0, m_target->findData(chosen)));
}

void ExistingView::setBusy(bool busy)
{
    m_link->setEnabled(!busy);
    m_table->setEnabled(!busy);
}

/// In a narrow window the title is what counts; the rest is told by each row's accessible text.
void ExistingView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < existingNarrow;
    m_table->setColumnHidden(ExistingModel::There, isNarrow);
    m_table->setColumnHidden(ExistingModel::Age, isNarrow);
}

QString ExistingView::states() const { return m_states->text(); }

void ExistingView::link()
{
    if (m_link->isEnabled() && !m_typed->text().trimmed().isEmpty())
        Q_EMIT typedWanted(TargetId{m_target->currentData().toLongLong()}, m_typed->text());
}

void ExistingView::refresh()
{
    const int rows = m_model.rowCount();
    m_table->setVisible(rows > 0);
    const int height = m_table->horizontalHeader()->sizeHint().height()
        + std::min(rows, existingRowsShown) * m_table->verticalHeader()->defaultSectionSize() + 4;
    m_table->setFixedHeight(height);
    bool asking = false;
    bool again = false;
    QStringList lines;
    for (const ExistingModel::Asked &one : m_model.asked()) {
        using State = ExistingModel::Asked::State;
        lines << ExistingModel::sentence(one);
        asking = asking || one.state == State::Asking;
        again = again || one.state == State::Failed || one.state == State::Offline;
    }
    setPlain(m_states, lines.join(QLatin1Char('\n')));
    m_states->setVisible(!lines.isEmpty());
    m_again->setVisible(again && !asking);
    m_none->setVisible(rows == 0);
    setPlain(m_none, m_model.isLoaded() ? tr("No task of ours yet, in any conversation.") : tr("Looking…"));
}

} // namespace patchbay

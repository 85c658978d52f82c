#include "ui/widgets/table_page.h"

#include "ui/widgets/plain.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

TablePage::TablePage(const QString &title, const QString &explanation, QWidget *parent)
    : QWidget(parent)
    , m_tools(new QHBoxLayout)
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_state(new StatePage(this))
    , m_more(plainLabel({}, "muted", this, true))
    , m_detailsHolder(new QWidget(this))
    , m_details(nullptr)
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    auto *words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(plainLabel(title, "title", this));
    words->addWidget(plainLabel(explanation, "muted", this, true));
    words->addWidget(m_more);
    m_more->hide();
    auto *head = new QHBoxLayout;
    head->setContentsMargins(18, 13, 18, 11);
    head->addLayout(words, 1);
    head->addLayout(m_tools);

    m_table->setAccessibleName(title);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(36);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_detailsHolder->setProperty("surface", QStringLiteral("window"));
    m_detailsHolder->setAttribute(Qt::WA_StyledBackground);
    m_details = new QVBoxLayout(m_detailsHolder);
    m_details->setContentsMargins(18, 12, 18, 12);
    m_details->setSpacing(6);
    scroll->setWidget(m_detailsHolder);

    auto *withDetails = new QWidget(this);
    auto *column = new QVBoxLayout(withDetails);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_table, 3);
    column->addWidget(surface("line", this));
    column->addWidget(scroll, 2);
    m_stack->addWidget(withDetails);
    m_stack->addWidget(m_state);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_stack, 1);
}

void TablePage::setTable(QAbstractItemModel *model, const QList<int> &widths, int stretch)
{
    m_table->setModel(model);
    for (int column = 0; column < widths.size(); ++column)
        m_table->setColumnWidth(column, qMax(widths[column], m_table->horizontalHeader()->sectionSizeHint(column)));
    m_table->horizontalHeader()->setSectionResizeMode(stretch, QHeaderView::Stretch);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { currentRowChanged(); });
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                const bool onlyWords = !roles.isEmpty(); // a clock went on; the row is the same
                if (!onlyWords && currentRow() >= first.row() && currentRow() <= last.row())
                    currentRowChanged();
            });
}

int TablePage::currentRow() const { return m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1; }

void TablePage::showTable(int rows, int total)
{
    m_stack->setCurrentIndex(rows > 0 ? 0 : 1);
    if (rows > 0 && currentRow() < 0)
        m_table->selectRow(0);
    setPlain(m_more, tr("The newest %1 of %2 are listed.").arg(QLocale().toString(rows), QLocale().toString(total)));
    m_more->setVisible(rows > 0 && rows < total);
}

void TablePage::clearDetails()
{
    if (m_detailsHolder->isAncestorOf(window()->focusWidget()))
        m_table->setFocus(); // what is rebuilt must not take the keyboard with it
    while (QLayoutItem *item = m_details->takeAt(0)) {
        if (QLayout *inner = item->layout()) {
            while (QLayoutItem *each = inner->takeAt(0)) {
                if (each->widget()) {
                    each->widget()->hide();
                    each->widget()->deleteLater();
                }
                delete each;
            }
        }
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

} // namespace patchbay

#include "ui/widgets/task_board.h"

#include "ui/models/task_words.h"
#include "ui/models/words.h"
#include "ui/widgets/fixed_row_list.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtCore/QLocale>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QStyledItemDelegate>

namespace patchbay {

namespace {

constexpr int boardColumnWidth = 236;

/// A card: title, for whom and where, how it stands there.
class TaskCardDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {boardColumnWidth, QFontMetrics(option.font).height() * 3 + 30};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *cards = qobject_cast<const TaskColumnModel *>(index.model());
        const task_list::Entry *entry = cards ? cards->at(index) : nullptr;
        if (!entry)
            return;
        const ThemeColors &colors = themeOf(option.widget);
        // Each column has a current card; the one that keys act on is in the column with the focus.
        const bool focused = (option.state & QStyle::State_Selected) && option.widget && option.widget->hasFocus();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(focused ? colors.accent : colors.border, focused ? 2 : 1));
        painter->setBrush(focused ? colors.selected : colors.raised);
        const QRect card = option.rect.adjusted(4, 3, -4, -3);
        painter->drawRoundedRect(QRectF(card), 8, 8);
        QFont bold = option.font;
        bold.setBold(true);
        const int line = QFontMetrics(option.font).height() + 4;
        QRect text = card.adjusted(10, 6, -10, 0);
        text.setHeight(line);
        const auto write = [&](const QFont &font, const QColor &color, const QString &words) {
            painter->setFont(font);
            painter->setPen(color);
            painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                              QFontMetrics(font).elidedText(words, Qt::ElideRight, text.width()));
            text.translate(0, line);
        };
        write(bold, colors.text, words::oneLine(entry->task.payload.title));
        write(option.font, colors.muted,
              QStringLiteral("%1 · %2").arg(words::oneLine(entry->contactName, 40), words::taskTargets(*entry)));
        write(option.font, colors.muted, standing(*entry));
        painter->restore();
    }

private:
    static QString standing(const task_list::Entry &entry)
    {
        const QString there = words::taskStatuses(entry);
        if (there.isEmpty())
            return words::taskDelivery(entry);
        return QStringLiteral("%1 · %2").arg(there, words::taskReadAt(entry, words::now()));
    }
};

} // namespace

TaskBoard::TaskBoard(Store &store, QWidget *parent)
    : QScrollArea(parent)
    , m_model(store)
    , m_row(nullptr)
{
    setWidgetResizable(true);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Board of tasks"));
    auto *content = new QWidget(this);
    content->setProperty("surface", QStringLiteral("window"));
    content->setAttribute(Qt::WA_StyledBackground);
    m_row = new QHBoxLayout(content);
    m_row->setContentsMargins(10, 8, 10, 8);
    m_row->setSpacing(6);
    setWidget(content);
    connect(&m_model, &TaskBoardModel::columnsChanged, this, &TaskBoard::rebuild);
    connect(&m_model, &TaskBoardModel::loaded, this, &TaskBoard::showHeads);
}

void TaskBoard::rebuild()
{
    const bool focused = isAncestorOf(window()->focusWidget());
    for (QListView *list : m_lists)
        list->setModel(nullptr); // its cards go with the next turn of the loop
    m_lists.clear();
    m_heads.clear();
    while (QLayoutItem *item = m_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (const TaskBoardModel::Column &column : m_model.columns()) {
        auto *holder = new QWidget(widget());
        holder->setMinimumWidth(boardColumnWidth);
        auto *layout = new QVBoxLayout(holder);
        layout->setContentsMargins(0, 0, 0, 0);
        m_heads.push_back(plainLabel({}, "section", holder));
        auto *list = new FixedRowList(holder);
        list->setModel(column.cards);
        list->setItemDelegate(new TaskCardDelegate(list));
        list->setAccessibleName(column.title());
        list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        list->setDragEnabled(false);
        list->installEventFilter(this);
        connect(list, &QListView::activated, this, &TaskBoard::activated);
        layout->addWidget(m_heads.back());
        layout->addWidget(list, 1);
        m_row->addWidget(holder, 1);
        m_lists.push_back(list);
    }
    m_at = std::min(m_at, m_lists.empty() ? 0 : m_lists.size() - 1);
    if (focused && list())
        list()->setFocus();
}

void TaskBoard::showHeads()
{
    const QLocale locale;
    for (size_t i = 0; i < m_heads.size() && i < m_model.columns().size(); ++i) {
        const TaskBoardModel::Column &column = m_model.columns()[i];
        const int shown = column.cards->rowCount();
        const QString count = shown < column.count
            ? tr("the newest %1 of %2").arg(locale.toString(shown), locale.toString(column.count))
            : locale.toString(column.count);
        setPlain(m_heads[i],
                 tr("%1 (%2)", "a column of the board and how many tasks it has").arg(column.title(), count));
        if (!m_lists[i]->currentIndex().isValid() && shown > 0)
            m_lists[i]->setCurrentIndex(column.cards->index(0, 0));
    }
}

QWidget *TaskBoard::list() const { return m_at < m_lists.size() ? m_lists[m_at] : nullptr; }

const task_list::Entry *TaskBoard::current() const
{
    if (m_at >= m_lists.size() || m_at >= m_model.columns().size())
        return nullptr;
    return m_model.columns()[m_at].cards->at(m_lists[m_at]->currentIndex());
}

void TaskBoard::step(int columns)
{
    const int next = int(m_at) + columns;
    if (next < 0 || next >= int(m_lists.size()))
        return;
    m_at = size_t(next);
    m_lists[m_at]->setFocus();
    ensureWidgetVisible(m_lists[m_at]);
}

bool TaskBoard::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        const auto found = std::find(m_lists.begin(), m_lists.end(), watched);
        if (found != m_lists.end())
            m_at = size_t(found - m_lists.begin());
    }
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            step(key == Qt::Key_Left ? -1 : 1);
            return true;
        }
    }
    return QScrollArea::eventFilter(watched, event);
}

} // namespace patchbay

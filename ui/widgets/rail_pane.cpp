#include "ui/widgets/rail_pane.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/rail_delegate.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>

namespace patchbay {

RailPane::RailPane(const ConsoleContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new RailModel(context.store, context.me.id, this))
    , m_list(new QListView(this))
    , m_watermark(plainLabel({}, "small", this, true))
    , m_limits(plainLabel({}, "warning", this, true))
    , m_trouble(plainLabel({}, "danger", this, true))
{
    setProperty("surface", QStringLiteral("rail"));
    setAttribute(Qt::WA_StyledBackground);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 13, 12, 6);
    auto *name = plainLabel(words::oneLine(context.store.workspaceName(), 60), "title", this, true);
    setPlainTip(name, words::oneLine(context.store.location(), 300));
    head->addWidget(name, 1);
    if (context.store.isSample()) {
        auto *sample = plainLabel(tr("SAMPLE"), "sample", this);
        setPlainTip(sample, tr("A sample workspace: its messages are invented. Nothing in it comes from a customer."));
        head->addWidget(sample, 0, Qt::AlignTop);
    }
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RailDelegate(m_list));
    m_list->setAccessibleName(tr("Views, work and channels"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setMouseTracking(true);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setStyleSheet(QStringLiteral("QListView { background: transparent; }"));

    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(16, 8, 12, 12);
    foot->setSpacing(3);
    foot->addWidget(m_trouble);
    foot->addWidget(m_watermark);
    m_trouble->hide();
    // A full disk cannot keep a channel's health: it is told here as it happens.
    connect(&context.store, &Store::troubled, this, [this](const QString &sentence) {
        setPlain(m_trouble, sentence.isEmpty() ? QString() : QStringLiteral("⚠ ") + sentence);
        m_trouble->setVisible(!sentence.isEmpty());
    });
    foot->addWidget(m_limits);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
    layout->addLayout(foot);

    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        const QModelIndex index = m_list->indexAt(at);
        const RailRow *row = m_model->at(index);
        if (row && row->kind == RailRow::Kind::SavedSearch)
            Q_EMIT menuWanted(RailRow(*row), m_list->viewport()->mapToGlobal(m_list->visualRect(index).center()));
    });
    connect(m_list, &QListView::clicked, this, &RailPane::pick);
    connect(m_list, &QListView::activated, this, &RailPane::pick);
    connect(m_model, &RailModel::loaded, this, &RailPane::showFoot);
    connect(m_model, &RailModel::failed, this,
            [this](const QString &why) { setPlain(m_watermark, tr("⚠ The counts could not be read: %1").arg(why)); });
    m_model->showProblemsOf(context.channels, context.targets);
    showFoot();
}

void RailPane::pick(const QModelIndex &index)
{
    if (const RailRow *row = m_model->at(index))
        Q_EMIT chosen(RailRow(*row));
}

void RailPane::select(int row)
{
    if (row < 0)
        return;
    m_list->setCurrentIndex(m_model->index(row, 0));
    pick(m_model->index(row, 0));
}

void RailPane::showFoot()
{
    setPlain(m_watermark, (m_model->isTroubled() ? QStringLiteral("△ ") : QStringLiteral("● ")) + m_model->watermark());
    setLook(m_watermark, "role", m_model->isTroubled() ? "warning" : "small");
    QStringList limits;
    if (m_context.store.isReadOnly())
        limits << tr("Opened for reading only: another program holds this workspace.");
    if (const QString sentence = m_context.secrets.limitation(); !sentence.isEmpty())
        limits << sentence;
    setPlain(m_limits, limits.join(QLatin1Char('\n')));
    m_limits->setVisible(!limits.isEmpty());
}

} // namespace patchbay

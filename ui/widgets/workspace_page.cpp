#include "ui/widgets/workspace_page.h"

#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace patchbay {

namespace {

const char *figureRole(FigureLine::Look look)
{
    switch (look) {
    case FigureLine::Look::Plain: break;
    case FigureLine::Look::Good: return "good";
    case FigureLine::Look::Warning: return "warning";
    case FigureLine::Look::Danger: return "danger";
    }
    return "body";
}

/// So that the state never rests on colour alone.
QString figureSign(FigureLine::Look look)
{
    switch (look) {
    case FigureLine::Look::Plain: break;
    case FigureLine::Look::Good: return QStringLiteral("✓ ");
    case FigureLine::Look::Warning: return QStringLiteral("△ ");
    case FigureLine::Look::Danger: return QStringLiteral("⚠ ");
    }
    return {};
}

} // namespace

WorkspacePage::WorkspacePage(Store &store, WorkspaceCare &care, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_care(care)
    , m_actions(actions)
    , m_figures(new WorkspaceFigures(store, this))
    , m_scroll(new QScrollArea(this))
    , m_trouble(plainLabel({}, "danger", this, true))
    , m_doing(plainLabel({}, "muted", this, true))
    , m_progress(new QProgressBar(this))
    , m_cancel(textButton(tr("Cancel"), "normal", this))
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 13, 18, 12);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Workspace"), "title", this));
    layout->addWidget(
        plainLabel(tr("Whether it is whole, where the bytes are, and what looks after it."), "muted", this, true));
    addButtons(layout);
    auto *work = new QHBoxLayout;
    work->addWidget(m_doing, 1);
    work->addWidget(m_progress);
    work->addWidget(m_cancel);
    layout->addLayout(work);
    layout->addWidget(m_trouble);
    layout->addWidget(m_scroll, 1);
    m_progress->setAccessibleName(tr("How far it is"));
    m_progress->setMaximumWidth(260);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::StrongFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Figures of the workspace"));
    m_trouble->hide();
    connect(m_cancel, &QPushButton::clicked, &m_care, &WorkspaceCare::cancel);
    connect(&m_care, &WorkspaceCare::changed, this, &WorkspacePage::showWork);
    connect(m_figures, &WorkspaceFigures::changed, this, &WorkspacePage::showFigures);
    connect(m_figures, &WorkspaceFigures::failed, this, [this](const QString &why) {
        setPlain(m_trouble, why);
        m_trouble->show();
    });
    showFigures();
    showWork();
}

void WorkspacePage::addButtons(QVBoxLayout *to)
{
    auto *row = new QHBoxLayout;
    for (const char *id : {"workspace.backup", "workspace.compact", "workspace.check", "workspace.export_person",
                           "workspace.delete_person"}) {
        const QString action = QLatin1String(id);
        const ConsoleAction *known = m_actions.byId(action);
        if (!known)
            continue;
        auto *button =
            textButton(known->title, action.endsWith(QLatin1String("delete_person")) ? "danger" : "normal", this);
        button->setObjectName(action);
        connect(button, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
        row->addWidget(button);
        m_buttons << button;
    }
    row->addStretch(1);
    to->addLayout(row);
}

void WorkspacePage::setLine(const FigureLine &line)
{
    const auto known =
        std::find_if(m_more.begin(), m_more.end(), [&](const FigureLine &one) { return one.id == line.id; });
    if (known == m_more.end())
        m_more.push_back(line);
    else
        *known = line;
    showFigures();
}

std::vector<FigureGroup> WorkspacePage::groups() const
{
    std::vector<FigureGroup> all = m_figures->groups();
    all.front().lines.insert(all.front().lines.end(), m_more.begin(), m_more.end());
    return all;
}

QString WorkspacePage::valueOf(const QString &id) const
{
    for (const FigureGroup &group : groups()) {
        for (const FigureLine &line : group.lines) {
            if (line.id == id)
                return line.value;
        }
    }
    return {};
}

void WorkspacePage::showFigures()
{
    const int scrolled = m_scroll->verticalScrollBar()->value();
    auto *content = new QWidget(this);
    content->setProperty("surface", QStringLiteral("base"));
    content->setAttribute(Qt::WA_StyledBackground);
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(0, 4, 8, 8);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(5);
    grid->setColumnMinimumWidth(0, 190);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const FigureGroup &group : groups()) {
        grid->addWidget(plainLabel(group.title, "heading", content), row++, 0, 1, 2);
        if (group.lines.empty())
            grid->addWidget(plainLabel(m_figures->isReading() ? tr("Loading…") : tr("Not read"), "muted", content),
                            row++, 0, 1, 2);
        for (const FigureLine &line : group.lines) {
            auto *label = plainLabel(line.label, "muted", content);
            auto *value = plainLabel(figureSign(line.look) + line.value, figureRole(line.look), content, true);
            value->setTextInteractionFlags(Qt::TextSelectableByMouse);
            value->setAccessibleName(line.label + QStringLiteral(": ") + line.value);
            grid->addWidget(label, row, 0, Qt::AlignTop);
            grid->addWidget(value, row++, 1);
        }
        grid->setRowMinimumHeight(row++, 10);
    }
    grid->setRowStretch(row, 1);
    m_scroll->setWidget(content); // the old one goes
    m_scroll->verticalScrollBar()->setValue(scrolled);
}

void WorkspacePage::showWork()
{
    const bool busy = m_care.isBusy();
    setPlain(m_doing, m_care.doing());
    m_doing->setVisible(busy);
    m_progress->setVisible(busy);
    m_progress->setRange(0, int(m_care.total()));
    m_progress->setValue(int(m_care.done()));
    m_cancel->setVisible(busy && m_care.canCancel());
    for (QPushButton *button : m_buttons) {
        const ConsoleAction *action = m_actions.byId(button->objectName());
        button->setEnabled(action && patchbay::isEnabled(*action));
    }
    if (m_wasBusy && !busy)
        m_figures->reload();
    m_wasBusy = busy;
}

void WorkspacePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_trouble->hide();
    m_figures->reload();
}

} // namespace patchbay

#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/workspace_care.h"
#include "ui/models/workspace_figures.h"

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace patchbay {

/// The workspace itself: its health, what came in, where the bytes are, and what looks after it. Reads anew each time
/// it is shown. GUI thread.
class WorkspacePage final : public QWidget {
    Q_OBJECT

public:
    WorkspacePage(Store &store, WorkspaceCare &care, const ActionRegistry &actions, QWidget *parent = nullptr);

    WorkspaceFigures &figures() { return *m_figures; }
    /// A line of somebody else's under Health, such as the GUI thread's longest block; the same id replaces it.
    void setLine(const FigureLine &line);
    /// What stands beside a label now; empty for an unknown id.
    QString valueOf(const QString &id) const;
    QScrollArea *list() const { return m_scroll; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    void addButtons(QVBoxLayout *to);
    void showFigures();
    void showWork();
    std::vector<FigureGroup> groups() const;

    WorkspaceCare &m_care;
    const ActionRegistry &m_actions;
    WorkspaceFigures *m_figures;
    std::vector<FigureLine> m_more;
    QScrollArea *m_scroll;
    QLabel *m_trouble;
    QLabel *m_doing;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QList<QPushButton *> m_buttons;
    bool m_wasBusy = false;
};

} // namespace patchbay

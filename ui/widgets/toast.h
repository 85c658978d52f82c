#pragma once

#include "ui/models/triage.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace patchbay {

/// What was done, over the lower edge of the window, with Undo while it is possible. GUI thread.
class Toast final : public QFrame {
    Q_OBJECT

public:
    explicit Toast(QWidget *parent);
    void say(const Said &what);
    void complain(const QString &sentence);
    QString text() const;
    void place();

Q_SIGNALS:
    void undoWanted();

private:
    void tick();
    void present(const QString &text, bool undo, int milliseconds);

    QLabel *m_text;
    QPushButton *m_undo;
    QPushButton *m_close;
    QTimer m_end;
    QTimer m_second;
    Said m_said;
};

} // namespace patchbay

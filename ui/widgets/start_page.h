#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace patchbay {

/// The window while there is no workspace to show: it is being opened, or why it could not be and what to do. Return
/// tries again, Esc quits. A window of its own, owned by the composition root; GUI thread.
class StartPage final : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);

    Theme &theme() { return m_theme; }
    /// Nothing can be pressed but Quit, until a failure is shown.
    void setBusy();
    void showOpening(const QString &workspace);
    /// `offerSample`: looking around in the sample workspace is another way on.
    void showFailure(const QString &workspace, const QString &sentence, bool offerSample);
    QString sentence() const;

Q_SIGNALS:
    void againWanted();
    void sampleWanted();
    void quitWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void setTexts(const QString &title, const QString &workspace, const QString &sentence);

    Theme m_theme;
    bool m_failed = false;
    QWidget *m_sign;
    QLabel *m_title;
    QLabel *m_workspace;
    QLabel *m_sentence;
    QProgressBar *m_progress;
    QPushButton *m_again;
    QPushButton *m_sample;
    QPushButton *m_quit;
};

} // namespace patchbay

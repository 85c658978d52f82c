#pragma once

#include "core/engine/importer.h"

#include <QtWidgets/QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace patchbay {

class ImportRunner;

/// How far the running import is, at the lower edge of the window, with Cancel; afterwards what it did, with the way to
/// its report. Hidden while there is nothing to say. GUI thread.
class ImportStrip final : public QFrame {
    Q_OBJECT

public:
    ImportStrip(ImportRunner &runner, QWidget *parent);
    QString text() const;

Q_SIGNALS:
    void reportWanted();

private:
    void begin();
    void progress(const ImportProgress &progress);
    void end(const QString &sentence, bool failed);

    ImportRunner &m_runner;
    QLabel *m_text;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    QPushButton *m_report;
    QPushButton *m_close;
};

/// "452 messages read: 450 new, 1 here already, 1 could not be read."
QString importSentence(const imports::Counts &counts);

} // namespace patchbay

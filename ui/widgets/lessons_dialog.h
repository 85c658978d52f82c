#pragma once

#include "ui/models/console_context.h"
#include "ui/models/lessons_model.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class StatePage;

/// What the model has learned and from whom, each lesson with its way back; and how sure it has to be before it
/// answers, with the part of the messages that this leaves. GUI thread.
class LessonsDialog final : public QDialog {
    Q_OBJECT

public:
    LessonsDialog(const ConsoleContext &context, QWidget *parent = nullptr);
    QTableView *table() const { return m_table; }
    QComboBox *wanted() const { return m_wanted; }
    QString heading() const;
    QString coverage() const;
    QString answer() const;
    QPushButton *tryButton() const { return m_try; }
    void undoChosen();

Q_SIGNALS:
    void conversationWanted(ConversationId conversation);
    /// Another threshold is to be tried on history.
    void trialWanted();

private:
    void loaded();
    void chosenChanged();
    void loadWanted();
    void setWanted(double wanted);
    void showCoverage();
    void say(const QString &sentence, const char *look);
    const lessons::Listed *chosen() const;

    ConsoleContext m_context;
    LessonsModel *m_model;
    QTableView *m_table;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLabel *m_heading;
    QLabel *m_text;
    QLabel *m_coverage;
    QLabel *m_answer;
    QComboBox *m_wanted;
    QPushButton *m_try;
    QPushButton *m_undo;
    QPushButton *m_open;
};

/// Fills a box with the shares of right answers that a lead may want, and names it.
void offerPrecisions(QComboBox *box);

} // namespace patchbay

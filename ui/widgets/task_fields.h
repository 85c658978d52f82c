#pragma once

#include "core/engine/task_form.h"
#include "core/model/account.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace patchbay {

/// The fields of a task: title, text, priority, due, category, route. What they show is what form() gives; nothing is
/// stored here. GUI thread.
class TaskFields final : public QWidget {
    Q_OBJECT

public:
    explicit TaskFields(QWidget *parent = nullptr);

    void show(const TaskForm &form, const Taxonomy &taxonomy, const std::vector<Route> &routes,
              const std::vector<Target> &targets);
    /// The sentence says which field cannot be read.
    Result<TaskForm> form() const;
    void focusFirst();
    QLineEdit *title() const { return m_title; }
    QPlainTextEdit *text() const { return m_text; }
    QComboBox *priority() const { return m_priority; }
    QLineEdit *due() const { return m_due; }
    QComboBox *category() const { return m_category; }
    QComboBox *route() const { return m_route; }

Q_SIGNALS:
    void edited();

private:
    void count();

    Timestamp m_shownDue; ///< as long as its text stands, it is meant to the second
    QString m_shownDueText;
    QLineEdit *m_title;
    QPlainTextEdit *m_text;
    QLabel *m_count;
    QComboBox *m_priority;
    QLineEdit *m_due;
    QComboBox *m_category;
    QComboBox *m_route;
};

} // namespace patchbay

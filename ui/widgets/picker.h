#pragma once

#include "ui/models/choice_filter.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QListView;

namespace patchbay {

class ChoiceModel;

/// A small list over the window that narrows while one types; Enter takes, Esc leaves. GUI thread.
class Picker final : public QDialog {
    Q_OBJECT

public:
    Picker(const QString &title, std::vector<Choice> choices, QWidget *parent);

    /// Lets Enter take what was typed when nothing fits: "New label “…”".
    void allowNew(const QString &promise);
    void setPlaceholder(const QString &text);
    QLineEdit *field() const { return m_field; }
    QListView *list() const { return m_list; }
    void openOver(QWidget *window);

Q_SIGNALS:
    void chosen(const QVariant &value);
    void chosenNew(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void narrow();
    void take();

    std::vector<Choice> m_choices;
    ChoiceModel *m_model;
    QLineEdit *m_field;
    QListView *m_list;
    QLabel *m_empty;
    QString m_newPromise;
};

} // namespace patchbay

#pragma once

#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QPushButton;
class QRadioButton;
class QTimer;

namespace patchbay {

class ChoiceModel;

/// With whom the person at hand is one: found by name or address, which of the two stays, and what would come of it.
/// Destroys itself when closed; GUI thread.
class PersonMergeDialog final : public QDialog {
    Q_OBJECT

public:
    PersonMergeDialog(const ConsoleContext &context, ContactId person, QWidget *parent);

    QLineEdit *field() const { return m_field; }
    QListView *list() const { return m_list; }
    QRadioButton *keepThis() const { return m_keepThis; }
    QRadioButton *keepOther() const { return m_keepOther; }
    QPlainTextEdit *preview() const { return m_preview; }
    QPushButton *goButton() const { return m_go; }
    QString answer() const;

Q_SIGNALS:
    void merged(const patchbay::ContactDesk::Merged &merged);

private:
    void find();
    void found(std::vector<PersonShown> persons);
    const PersonShown *chosen() const;
    void refresh();
    void go();
    void say(const QString &sentence);

    ConsoleContext m_context;
    ContactId m_id;
    PersonShown m_person;
    std::vector<PersonShown> m_found;
    quint64 m_asked = 0;
    bool m_busy = false;
    QLineEdit *m_field;
    ChoiceModel *m_model;
    QListView *m_list;
    QRadioButton *m_keepThis;
    QRadioButton *m_keepOther;
    QPlainTextEdit *m_preview;
    QLabel *m_answer;
    QPushButton *m_go;
    QTimer *m_pause;
};

} // namespace patchbay

#pragma once

#include "core/engine/field_choices.h"
#include "ui/models/own_field.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace patchbay {

/// One of a target's own fields in the form of a mapping: name, kind, value. Names and values are offered where the
/// target has said what it takes; another text can be typed always. GUI thread.
class OwnFieldRow final : public QWidget {
    Q_OBJECT

public:
    static constexpr const char *valueName = "own_value"; ///< object name of what takes a template

    OwnFieldRow(const OwnField &field, const FieldChoices &choices, QWidget *parent);

    OwnField field() const;
    void setChoices(const FieldChoices &choices);
    QComboBox *nameField() const { return m_name; }
    QComboBox *kindField() const { return m_kind; }
    QComboBox *valueField() const { return m_value; }
    QPlainTextEdit *linesField() const { return m_lines; }
    QString note() const;

Q_SIGNALS:
    void edited();
    void removed();

private:
    QString typed() const;
    void showKind(const QString &text);
    void offerValues();
    void showNote();

    FieldChoices m_choices;
    QComboBox *m_name;
    QComboBox *m_kind;
    QStackedWidget *m_stack;
    QComboBox *m_value; ///< a text or a number
    QComboBox *m_switch;
    QPlainTextEdit *m_lines; ///< a list or JSON
    QLabel *m_note;
    QPushButton *m_remove;
    bool m_filling = false;
};

} // namespace patchbay

#pragma once

#include "core/model/account.h"
#include "core/model/routing.h"

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace patchbay {

class OwnFieldsForm;

/// The form of one route: its name, strategy and targets, and for each target how the fields are filled. What it shows
/// is what route() gives; nothing is stored here. GUI thread.
class RouteEditor final : public QWidget {
    Q_OBJECT

public:
    explicit RouteEditor(QWidget *parent = nullptr);

    void edit(const Route &route, const std::vector<Target> &targets, const Taxonomy &taxonomy);
    Route route() const;
    void focusFirst();
    QLineEdit *nameField() const { return m_name; }
    QComboBox *strategyField() const { return m_strategy; }
    /// The target's choosers, in the order of the form.
    const std::vector<QComboBox *> &targetFields() const { return m_targetFields; }
    QComboBox *filesField() const { return m_files; }
    QComboBox *mappedTarget() const { return m_mapped; }
    QLineEdit *titleTemplate() const { return m_title; }
    OwnFieldsForm *ownFields() const { return m_own; }
    /// Whose mapping stands in the form.
    TargetId shownTarget() const { return m_shown; }
    QString nameOf(TargetId target) const;
    /// What is wrong with a field of the target's own, which route() cannot hold; empty: nothing.
    QString problem() const { return m_problem; }

Q_SIGNALS:
    void edited();
    /// Something was not done because of problem().
    void refused(const QString &sentence);
    /// What the target offers for its fields is to be shown; `fresh`: as it is now.
    void choicesWanted(patchbay::TargetId target, bool fresh);

private:
    QWidget *makeMapping();
    QComboBox *chooser(const QString &label, const QString &none, TargetId chosen);
    void showTargets();
    void showMappedTargets();
    void showMapping();
    void keepMapping();
    void readTargets();
    void rememberField(QWidget *field);
    void insertPlaceholder();

    Route m_route;
    std::vector<Target> m_targets;
    Taxonomy m_taxonomy;
    TargetId m_shown; ///< whose mapping stands in the fields
    bool m_filling = false;
    QLineEdit *m_name;
    QComboBox *m_strategy;
    QLabel *m_explained;
    QFormLayout *m_leads;
    QComboBox *m_files;
    std::vector<QComboBox *> m_targetFields;
    QComboBox *m_mapped;
    QLineEdit *m_title;
    QPlainTextEdit *m_description;
    QLineEdit *m_priority;
    QLineEdit *m_due;
    OwnFieldsForm *m_own;
    QString m_problem;
    QPointer<QWidget> m_lastField; ///< where a placeholder goes
};

} // namespace patchbay

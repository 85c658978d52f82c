#pragma once

#include "core/model/account.h"
#include "core/model/routing.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace patchbay {

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
    QComboBox *mappedTarget() const { return m_mapped; }
    QLineEdit *titleTemplate() const { return m_title; }
    QPlainTextEdit *ownFields() const { return m_own; }

Q_SIGNALS:
    void edited();

private:
    QWidget *makeMapping();
    QComboBox *chooser(const QString &label, const QString &none, TargetId chosen);
    void showTargets();
    void showMappedTargets();
    void showMapping();
    void keepMapping();
    void readTargets();
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
    std::vector<QComboBox *> m_targetFields;
    QComboBox *m_mapped;
    QLineEdit *m_title;
    QPlainTextEdit *m_description;
    QLineEdit *m_priority;
    QLineEdit *m_due;
    QPlainTextEdit *m_own;
    QLabel *m_others;
};

} // namespace patchbay

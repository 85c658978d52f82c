#pragma once

#include "ui/widgets/own_field_row.h"

class QVBoxLayout;

namespace patchbay {

/// A target's own fields in the form of a mapping, one row each, and what is known of the choices that the target
/// offers for them. Nothing is stored here. GUI thread.
class OwnFieldsForm final : public QWidget {
    Q_OBJECT

public:
    explicit OwnFieldsForm(QWidget *parent = nullptr);

    void edit(const QJsonObject &fields);
    /// All rows as the mapping holds them; refused with a sentence when a row cannot be.
    Result<QJsonObject> fields() const;
    const std::vector<OwnFieldRow *> &rows() const { return m_rows; }
    OwnFieldRow *addRow(const OwnField &field = {});
    QPushButton *addButton() const { return m_add; }
    QPushButton *refreshButton() const { return m_refresh; }
    QString state() const;

    void showNoTarget();
    void showLoading(const QString &target);
    void showChoices(const QString &target, const FieldChoices &choices);
    /// The rows stay; free text goes on.
    void showFailed(const QString &target, const Error &why);

Q_SIGNALS:
    void edited();
    /// Ask the target again.
    void refreshWanted();

private:
    void clear();
    void showState(const QString &text, const char *look, bool canRefresh);
    void offer(const FieldChoices &choices);

    FieldChoices m_choices;
    std::vector<OwnFieldRow *> m_rows;
    QVBoxLayout *m_list;
    QLabel *m_state;
    QPushButton *m_add;
    QPushButton *m_refresh;
};

} // namespace patchbay

#pragma once

#include "core/ports/catalog.h"

#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

class QFormLayout;
class QLineEdit;

namespace patchbay {

/// The set-up form of a connector, generated from its fields. Secrets come out separately and are never shown again.
/// GUI thread.
class AccountForm final : public QWidget {
    Q_OBJECT

public:
    AccountForm(const std::vector<FormField> &fields, const QString &suggestedName, QWidget *parent = nullptr);

    /// Shows an account that is there. Its secrets are not shown; a field left empty keeps the stored one.
    void fill(const QString &name, const QJsonObject &settings);
    QString name() const;
    QJsonObject settings() const;
    QHash<QString, QString> secrets() const;
    /// Puts a secret into its field, as if somebody had typed it.
    void setSecret(const QString &key, const QString &value);
    /// For a form of what is no account: without the row for its name.
    void hideName();
    void focusFirst();
    /// The label of the first required field that is empty; none when all are there.
    QString missing() const;

Q_SIGNALS:
    void edited();

private:
    void add(QFormLayout *layout, const FormField &field);
    QString value(const FormField &field, QWidget *widget) const;

    std::vector<FormField> m_fields;
    QList<QWidget *> m_widgets;
    bool m_keepsSecrets = false;
    QLineEdit *m_name;
};

} // namespace patchbay

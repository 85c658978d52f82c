#pragma once

#include "core/engine/importer.h"
#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QTableWidget;
class QVBoxLayout;

namespace patchbay {

class AccountForm;

/// What to do with chosen files: their format as it was recognised, the channel they go into, what only a person knows
/// (their name in a chat, which column of a table is what), and whether they are history. GUI thread.
class ImportDialog final : public QDialog {
    Q_OBJECT

public:
    ImportDialog(const ConsoleContext &context, const QStringList &paths, QWidget *parent = nullptr);

    QComboBox *formats() const { return m_formats; }
    QComboBox *channels() const { return m_channels; }
    AccountForm *form() const { return m_form; }
    /// The box that maps a field of a table; null without a table.
    QComboBox *column(const QString &field) const { return m_columns.value(field); }
    QTableWidget *rows() const { return m_rows; }
    QPushButton *importButton() const { return m_import; }
    /// What keeps it from being imported, or how far it is with looking.
    QString notice() const;

Q_SIGNALS:
    void wanted(const QString &channelName, const patchbay::ImportRequest &request);

private:
    const ChatConnectorInfo *connector() const;
    const ImportFormat *format() const;
    QJsonObject settings() const;
    QWidget *top();
    void offerChannels();
    void recognise();
    void showFormat();
    void lookAtTable();
    void showTable(const ImportPreview &preview);
    void say(const QString &sentence, const char *role);
    void send();

    ConsoleContext m_context;
    QStringList m_paths;
    QComboBox *m_formats;
    QComboBox *m_channels;
    QVBoxLayout *m_place; ///< of the form
    AccountForm *m_form = nullptr;
    QWidget *m_table = nullptr; ///< mapping and first rows
    QFormLayout *m_mapping = nullptr;
    QHash<QString, QComboBox *> m_columns;
    QTableWidget *m_rows = nullptr;
    QCheckBox *m_asNew;
    QLabel *m_notice;
    QPushButton *m_import;
    int m_look = 0; ///< counts looks at the table, so that a late answer is known as one
};

/// What a table's field is called.
QString importFieldName(const QString &field);

} // namespace patchbay

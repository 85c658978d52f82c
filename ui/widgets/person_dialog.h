#pragma once

#include "ui/models/workspace_care.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace patchbay {

/// Whose data is exported or deleted, what that is, and the agreement: a deletion shows first what goes and asks for
/// the address to be typed. Destroys itself when closed; GUI thread.
class PersonDialog final : public QDialog {
    Q_OBJECT

public:
    enum class Purpose { Export, Delete };

    /// `whom` is an address or a contact's uid; empty: asked for.
    PersonDialog(Purpose purpose, const ConsoleContext &context, WorkspaceCare &care, const QString &whom,
                 QWidget *parent);

    static QString previewText(const PersonPreview &preview, int backups);

private:
    void look();
    void show(const Result<PersonPreview> &preview, int backups);
    void mayGo();
    void go();
    void chooseFolder();
    /// What has to be typed before a deletion: the first address, or the name where there is none.
    QString agreement() const;

    Purpose m_purpose;
    ConsoleContext m_context;
    WorkspaceCare &m_care;
    std::optional<PersonPreview> m_preview;
    quint64 m_asked = 0;
    QLineEdit *m_whom;
    QPlainTextEdit *m_what;
    QLabel *m_typeLabel;
    QLineEdit *m_typed;
    QLabel *m_refusal;
    QPushButton *m_go;
    QTimer *m_pause;
};

} // namespace patchbay

#pragma once

#include "ui/models/triage.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace patchbay {

/// One approved template of the open conversation's platform: its places are filled in, and what the customer will read
/// stands below while one types. What is filled in is the conversation's draft until it is sent. GUI thread.
class TemplateDialog final : public QDialog {
    Q_OBJECT

public:
    TemplateDialog(Triage &triage, TemplateUse use, QWidget *parent);

    const TemplateUse &use() const { return m_use; }
    QPlainTextEdit *preview() const { return m_preview; }
    QPushButton *sendButton() const { return m_send; }
    void send();

Q_SIGNALS:
    /// Another template is to be chosen instead.
    void anotherWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    QLineEdit *fieldFor(const TemplateBlank &blank);
    void changed();

    Triage &m_triage;
    const ConversationId m_conversation;
    TemplateUse m_use;
    std::vector<QLineEdit *> m_fields;
    QPlainTextEdit *m_preview;
    QLabel *m_obstacle;
    QPushButton *m_send;
};

} // namespace patchbay

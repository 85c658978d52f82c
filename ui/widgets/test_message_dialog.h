#pragma once

#include "core/model/account.h"
#include "core/model/delivery.h"
#include "ui/models/console_context.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;

namespace patchbay {

class ChoiceModel;

/// One message through a channel, to see that it arrives: to a conversation that the operator chooses, because no
/// platform lets anybody write to nobody. It goes out like every answer, through the Outbox, and how it ends is told
/// here. GUI thread.
class TestMessageDialog final : public QDialog {
    Q_OBJECT

public:
    TestMessageDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent = nullptr);

    QListView *list() const { return m_list; }
    QLineEdit *text() const { return m_text; }
    QPushButton *sendButton() const { return m_send; }
    /// How it stands, as it is shown.
    QString answer() const;
    void send();

private:
    struct Chat {
        Conversation conversation = {};
        QString name = {};
        bool hasDraft = false; ///< of the operator's, which a reply would end
    };

    void read();
    void show_(std::vector<Chat> chats);
    const Chat *chosen() const;
    void refresh();
    void follow();
    void say(const QString &sentence, const char *look);

    ConsoleContext m_context;
    ChannelId m_channel;
    std::vector<Chat> m_chats;
    ChoiceModel *m_model;
    QListView *m_list;
    QLineEdit *m_text;
    QLabel *m_answer;
    QPushButton *m_send;
    DeliveryId m_delivery = {}; ///< of the message that was sent from here
    bool m_busy = false;
    QTimer m_second; ///< while it is on its way
};

} // namespace patchbay

#pragma once

#include "ui/widgets/message_card.h"

#include <QtCore/QPointer>
#include <QtWidgets/QScrollArea>

class QPushButton;
class QVBoxLayout;

namespace patchbay {

/// The messages of a conversation as cards, newest at the bottom. What is being read stays where it is when pictures
/// arrive, older pages load or new messages come; at the end it follows the end. GUI thread.
class ThreadView final : public QScrollArea {
    Q_OBJECT

public:
    ThreadView(TimelineModel &model, CardWishes wishes, BlobStore &files, QWidget *parent = nullptr);

    int cardCount() const { return int(m_cards.size()); }
    MessageCard *card(int row) const { return m_cards[size_t(row)]; }
    bool isAtEnd() const { return m_followEnd; }
    void toEnd();
    void page(int direction);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void inserted(int first, int last);
    void removed(int first, int last);
    void moved();
    void reset();
    void changed(int first, int last);
    QWidget *makeRow(int row);
    void keepPlace();
    void rememberPlace();

    TimelineModel &m_model;
    CardWishes m_wishes;
    BlobStore &m_files;
    QWidget *m_content;
    QVBoxLayout *m_layout;
    QPushButton *m_jump;
    std::vector<MessageCard *> m_cards;
    std::vector<QWidget *> m_rows;
    QPointer<QWidget> m_anchor; ///< what stands at the top, and where
    int m_anchorOffset = 0;
    bool m_followEnd = true;
    bool m_placing = false;
    int m_below = 0;
};

} // namespace patchbay

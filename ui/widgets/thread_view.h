#pragma once

#include "ui/widgets/thread_row.h"

#include <QtCore/QHash>
#include <QtCore/QTimer>
#include <QtWidgets/QScrollArea>

class QPushButton;

namespace patchbay {

/// The messages of a conversation, newest at the bottom. Only rows near what is on screen are widgets, and those that
/// are not yet seen are made one at a turn; the others are a height, estimated until they were shown once. What is
/// being read stays where it is when pictures arrive, pages load above or the window changes; at the end it follows the
/// end. GUI thread.
class ThreadView final : public QScrollArea {
    Q_OBJECT

public:
    ThreadView(TimelineModel &model, CardWishes wishes, BlobStore &files, QWidget *parent = nullptr);

    int cardCount() const { return int(m_places.size()); }
    /// Null while the row is far from what is on screen.
    MessageCard *card(int row) const;
    /// Where a row stands, from the top of what is on screen.
    int topOf(int row) const;
    bool isAtEnd() const { return m_followEnd; }
    void toEnd();
    void page(int direction);
    /// Scrolls to this message, loading the part of the conversation around it, and marks it.
    void showMessage(MessageId message);
    MessageId marked() const { return m_marked; }
    /// Marks the message before (-1) or behind (1) the marked one, the newest where none is, and puts the focus there.
    void chooseMessage(int direction);
    /// The marked one; null: none is, or it is not here any more.
    const TimelineItem *chosen() const;
    /// Colours these words wherever they stand; see BodyView.
    void setHighlights(const std::vector<QString> &foldedTerms);
    /// Marks the words that counted in the message that was read; without places: nothing is marked.
    void setEvidence(const EvidencePlaces &evidence);
    /// Colours each place of this folded text; empty: none.
    void setFind(const QString &folded);
    /// Scrolls to this place, which is coloured more than the others, and unfolds it.
    void showPlace(const FindHit &hit);
    /// When what stands at the top of the screen came.
    Timestamp readingFrom() const;
    /// Tells anew how long ago messages came.
    void showTimes();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    /// A row of the model: what is known of its height, and its widget while it has one.
    struct Place {
        int height = 0;
        bool measured = false;
        ThreadRow *row = nullptr;
    };
    void inserted(int first, int last);
    void removed(int first, int last);
    void reset();
    void opened();
    void changed(int first, int last);
    void showDays(int first, int last);

    int estimate(int row) const;
    void build(int row);
    void drop(int row);
    void paintFind(MessageCard &card);
    void paintEvidence(MessageCard &card);
    void scrollToPlace();
    void keepState(const MessageCard &card);
    void mark(int row);
    void measure(int row);
    int rowOf(MessageId message) const;
    int rowAt(int y, int *top) const;
    int top(int row) const;
    /// Makes what is on screen, puts everything where it stands, keeps the place, and asks for the next turn.
    void arrange();
    void placeRows();
    void keepPlace();
    void rememberPlace();
    void readAhead();
    void askForPages();

    TimelineModel &m_model;
    CardWishes m_wishes;
    BlobStore &m_files;
    QWidget *m_content;
    QPushButton *m_jump;
    std::vector<Place> m_places;
    std::vector<QString> m_terms;
    EvidencePlaces m_evidence;
    ConversationId m_conversation; ///< whose states these are
    QString m_find;
    std::optional<FindHit> m_hit; ///< the current place
    bool m_hitWanted = false; ///< and one still scrolls to it
    QHash<MessageId, CardState> m_states; ///< what a person opened in cards that are no widgets now
    QTimer m_later; ///< rows changed their height: one arrangement for all
    QTimer m_ahead; ///< makes what will be on screen soon
    MessageId m_anchor; ///< what stands at the top, and where
    int m_anchorOffset = 0;
    MessageId m_marked;
    bool m_followEnd = true;
    bool m_arranging = false;
    int m_below = 0;
};

} // namespace patchbay

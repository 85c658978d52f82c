#pragma once

#include "core/engine/evidence_places.h"
#include "ui/models/conversation_find.h"
#include "ui/models/timeline_model.h"

#include <QtWidgets/QFrame>

class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QVBoxLayout;

namespace patchbay {

class BodyView;

/// What a card asks of the thread around it.
struct CardWishes {
    std::function<void(DeliveryId)> takeBack = {};
    std::function<void(DeliveryId)> retry = {};
    std::function<void(DeliveryId)> settle = {};
    std::function<void(const QString &address)> include = {};
    std::function<void(const Message &)> showSource = {};
    std::function<void(const Attachment &)> saveAttachment = {};
    /// Loads one that is not here yet; `ended` is called when it is there or could not be loaded.
    std::function<void(const Attachment &, std::function<void()> ended)> loadAttachment = {};
    std::function<void(MessageId)> showMessage = {}; ///< the one that is quoted
    std::function<void(const TimelineItem &)> answer = {}; ///< the answer is to quote it
    std::function<void(const TimelineItem &)> change = {}; ///< what was written is to read otherwise
    std::function<bool()> canAnswer = {};
    std::function<bool(const TimelineItem &)> canChange = {};
    std::function<void(DeliveryId)> leave = {}; ///< a change that was refused is given up
};

/// What a person opened in a card, to be found so again.
struct CardState {
    bool unfolded = false; ///< quoted text and signature, or the list of events
    bool all = false; ///< the rest of a long message
    int bodyHeight = 0; ///< with `all`: room for what comes part by part

    bool isPlain() const { return !unfolded && !all; }
};

/// One message, note or fold of events in a thread. Owned by the thread's view. GUI thread.
class MessageCard final : public QFrame {
    Q_OBJECT

public:
    MessageCard(const TimelineItem &item, const CardWishes &wishes, BlobStore &files, QWidget *parent);

    /// The same message, with how it fares now.
    void update(const TimelineItem &item);
    const TimelineItem &item() const { return m_item; }
    BodyView *body() const { return m_body; }
    CardState state() const;
    void restore(const CardState &state);
    /// Shows what is folded, too.
    void setFolded(bool folded);
    /// Tells anew how long ago it was.
    void showTime();
    /// See BodyView.
    void setHighlights(const std::vector<QString> &foldedTerms);
    /// Marks the words that counted, and says so to who cannot see it; see BodyView.
    void setEvidence(const std::vector<EvidencePlace> &places);
    /// Colours each place of a folded text; `current` is the one that is shown, and unfolded when it is folded.
    void setFind(const QString &folded, const FindHit *current);
    QSize sizeHint() const override;

private:
    void buildMessage(BlobStore &files);
    void buildEvents();
    void addHeader(QVBoxLayout *to);
    void addWarnings(QVBoxLayout *to);
    void addAttachments(QVBoxLayout *to);
    /// What was told of the message since: message_card_story.cpp.
    void addStoryChips(QHBoxLayout *to);
    void addQuote(QVBoxLayout *to);
    void addDeleted(QVBoxLayout *to);
    void addFormerTexts(QVBoxLayout *to);
    void addReactions(QVBoxLayout *to);
    /// Other words that are not over there yet: message_card_change.cpp.
    void addChange(QVBoxLayout *to);
    void showChange();
    void addWriting(QMenu *to);
    void showDeleted(bool show);
    QString fate() const;
    void addFold(QVBoxLayout *to);
    void showFold();
    void addMore(QVBoxLayout *to);
    void showAll(int keptHeight);
    void addDelivery(QVBoxLayout *to);
    void addStrip(QVBoxLayout *to, const QString &text, const QString &actionText, std::function<void()> action);
    void showDelivery();
    QString authorName() const;

    TimelineItem m_item;
    CardWishes m_wishes;
    BodyView *m_body = nullptr;
    QPushButton *m_fold = nullptr;
    QPushButton *m_more = nullptr;
    QLabel *m_time = nullptr;
    QLabel *m_delivery = nullptr;
    QPushButton *m_takeBack = nullptr;
    QPushButton *m_retry = nullptr;
    QPushButton *m_settle = nullptr;
    QWidget *m_changeLine = nullptr;
    QLabel *m_change = nullptr;
    QPushButton *m_changeBack = nullptr;
    QPushButton *m_changeAgain = nullptr;
    QPushButton *m_changeSettle = nullptr;
    QTimer *m_clock = nullptr;
    QPushButton *m_deleted = nullptr; ///< shows what was deleted
    QPushButton *m_edited = nullptr; ///< shows what stood there before
    QWidget *m_former = nullptr;
    QWidget *m_events = nullptr; ///< what a fold of events hides
    bool m_folded = true;
};

} // namespace patchbay

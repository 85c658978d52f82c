#pragma once

#include "ui/widgets/message_card.h"

class QLabel;

namespace patchbay {

/// One row of a thread: its card, with the day above when it begins one. Says when it wants another height. Owned by
/// the thread's view; GUI thread.
class ThreadRow final : public QWidget {
    Q_OBJECT

public:
    ThreadRow(const TimelineItem &item, const CardWishes &wishes, BlobStore &files, QWidget *parent);

    MessageCard *card() const { return m_card; }
    void showDay(bool show);
    /// A calm frame around the message that was looked for.
    void setMarked(bool marked);
    /// How tall it is at this width. It must be visible: fonts come with the first showing.
    int heightAt(int width);

Q_SIGNALS:
    void heightChanged();

protected:
    bool event(QEvent *event) override;

private:
    MessageCard *m_card;
    QLabel *m_day;
    bool m_measuring = false;
};

/// The local day that a row belongs to.
QDate threadDay(const TimelineItem &item);

} // namespace patchbay

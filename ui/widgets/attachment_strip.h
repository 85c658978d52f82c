#pragma once

#include "ui/models/triage.h"

#include <QtWidgets/QFrame>

class QHBoxLayout;
class QLabel;
class QMimeData;
class QScrollArea;

namespace patchbay {

/// The files that go along with the reply: a chip for each, which Enter, Space, Delete or a click takes off. Also what
/// is dropped on the composer, or pasted as a picture or as files. Hidden while there are none. GUI thread.
class AttachmentStrip final : public QFrame {
    Q_OBJECT

public:
    explicit AttachmentStrip(Triage &triage, QWidget *parent = nullptr);

    /// Files that are dropped on this widget are attached.
    void watch(QWidget *widget);
    /// The same, and files and pictures that are pasted there; the chips come behind it with Tab.
    void serve(QWidget *editor);
    /// Asks for files on the disk.
    void choose();
    /// In the reply alone; a note has none.
    void setShown(bool shown);
    bool isEmpty() const;
    /// Why what is attached cannot go out now, or nothing.
    QString obstacle() const;
    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void changed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showFiles();
    void addChip(const OutboundFile &file, size_t at);
    /// Whether it was files or a picture, which are attached then.
    bool take(const QMimeData *data);
    bool takes(const QMimeData *data) const;

    Triage &m_triage;
    QLabel *m_sum;
    QScrollArea *m_scroll;
    QHBoxLayout *m_chips;
    QWidget *m_editor = nullptr;
    bool m_isShown = true;
};

} // namespace patchbay

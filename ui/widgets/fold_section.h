#pragma once

#include <QtWidgets/QWidget>

class QPushButton;
class QVBoxLayout;

namespace patchbay {

/// A heading that folds what is below it. GUI thread.
class FoldSection final : public QWidget {
    Q_OBJECT

public:
    FoldSection(const QString &title, bool open, QWidget *parent = nullptr);
    QVBoxLayout *content() const { return m_content; }
    void setTitle(const QString &title);
    void setOpen(bool open);
    bool isOpen() const { return m_open; }
    /// Deletes everything in it.
    void clear();

Q_SIGNALS:
    void toggled(bool open);

private:
    QPushButton *m_head;
    QWidget *m_body;
    QVBoxLayout *m_content;
    QString m_title;
    bool m_open;
};

} // namespace patchbay

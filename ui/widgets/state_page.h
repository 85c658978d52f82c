#pragma once

#include "ui/widgets/glyphs.h"

#include <QtWidgets/QWidget>

#include <functional>

class QLabel;
class QPushButton;

namespace patchbay {

/// An honest state instead of content: a sign, one sentence, one action. GUI thread.
class StatePage final : public QWidget {
    Q_OBJECT

public:
    explicit StatePage(QWidget *parent = nullptr);
    /// Without an action the button is hidden.
    void show(Glyph glyph, const QString &sentence, const QString &detail, const QString &actionText = {},
              std::function<void()> action = {});
    QString sentence() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Glyph m_glyph = Glyph::Queue;
    QLabel *m_sentence;
    QLabel *m_detail;
    QPushButton *m_button;
    QWidget *m_sign;
    std::function<void()> m_action;
};

} // namespace patchbay

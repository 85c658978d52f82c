#pragma once

#include <QtCore/QBitArray>
#include <QtWidgets/QWidget>

namespace patchbay {

/// A text as the squares of a QR code (ISO/IEC 18004), row by row. A value.
struct QrSquares {
    int side = 0; ///< 0: the text is empty or too long for any code
    QBitArray dark = {};

    bool at(int x, int y) const { return dark.testBit(y * side + x); }
};
QrSquares qrSquares(const QString &text);

/// Shows a QR code to be scanned from the screen: dark on white in every scheme, with the quiet zone around it, squares
/// of whole pixels. The text is never said aloud: who has it is let in. GUI thread.
class QrCode final : public QWidget {
    Q_OBJECT

public:
    explicit QrCode(QWidget *parent = nullptr);
    /// Empty: nothing to scan. False when the text fits no code.
    bool setText(const QString &text);
    /// It is over: shown faint, so that nobody scans it.
    void setOver(bool over);
    bool isShown() const { return m_squares.side > 0 && !m_isOver; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int squareSize() const;

    QrSquares m_squares;
    bool m_isOver = false;
};

} // namespace patchbay

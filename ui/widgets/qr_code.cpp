#include "ui/widgets/qr_code.h"

#include <QtGui/QPainter>

#include <qrencode.h>

#include <algorithm>
#include <memory>

namespace patchbay {

namespace {

constexpr int quietZone = 4; // squares around it that stay white, as the standard asks
constexpr int wantedSide = 380; // pixels at 100 %: a telephone reads it from an arm's length
constexpr int smallestSquare = 4;
constexpr qsizetype longestCode = 2000; // bytes; what must be scanned from a screen is far shorter
constexpr qreal faintness = 0.12;

} // namespace

QrSquares qrSquares(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    if (bytes.isEmpty() || bytes.size() > longestCode)
        return {};
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(int(bytes.size()), reinterpret_cast<const unsigned char *>(bytes.constData()), 0,
                          QR_ECLEVEL_L),
        &QRcode_free);
    if (!code || code->width <= 0)
        return {};
    QrSquares squares;
    squares.side = code->width;
    squares.dark.resize(qsizetype(code->width) * code->width);
    for (int i = 0; i < code->width * code->width; ++i)
        squares.dark.setBit(i, code->data[i] & 1); // the lowest bit is the colour, the others are the encoder's
    return squares;
}

QrCode::QrCode(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("QR code"));
}

bool QrCode::setText(const QString &text)
{
    m_squares = qrSquares(text);
    m_isOver = false;
    setAccessibleDescription(m_squares.side > 0 ? tr("A code to be scanned with a telephone is shown.") : QString());
    updateGeometry();
    update();
    return m_squares.side > 0 || text.isEmpty();
}

void QrCode::setOver(bool over)
{
    m_isOver = over;
    update();
}

int QrCode::squareSize() const
{
    return m_squares.side > 0 ? std::max(smallestSquare, wantedSide / (m_squares.side + 2 * quietZone)) : 0;
}

QSize QrCode::sizeHint() const
{
    const int side = m_squares.side > 0 ? (m_squares.side + 2 * quietZone) * squareSize() : wantedSide;
    return {side, side};
}

void QrCode::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Qt::white);
    if (m_squares.side == 0)
        return;
    if (m_isOver)
        painter.setOpacity(faintness);
    const int size = squareSize();
    const int side = (m_squares.side + 2 * quietZone) * size;
    painter.translate((width() - side) / 2 + quietZone * size, (height() - side) / 2 + quietZone * size);
    for (int y = 0; y < m_squares.side; ++y) {
        for (int x = 0; x < m_squares.side; ++x) {
            if (m_squares.at(x, y))
                painter.fillRect(x * size, y * size, size, size, Qt::black);
        }
    }
}

} // namespace patchbay

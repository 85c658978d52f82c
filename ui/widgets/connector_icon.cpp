#include "ui/widgets/connector_icon.h"

#include <QtCore/QFile>
#include <QtCore/QtMath>
#include <QtGui/QGuiApplication>
#include <QtGui/QIconEngine>
#include <QtGui/QPalette>
#include <QtGui/QPixmapCache>
#include <QtSvg/QSvgRenderer>

namespace patchbay {

namespace {

QString pictureOf(const QString &connector) { return QStringLiteral(":/connectors/%1/%1.svg").arg(connector); }

/// Parsing one takes longer than painting a list's rows should: each size is drawn once.
QPixmap drawnPicture(const QString &file, int pixels)
{
    const QString key = QStringLiteral("%1 %2").arg(file).arg(pixels);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(file).render(&painter);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ConnectorEngine final : public QIconEngine {
public:
    ConnectorEngine(const QString &connector, Glyph otherwise)
        : m_connector(connector)
        , m_otherwise(otherwise)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        paintConnector(
            *painter, m_connector, m_otherwise, rect,
            palette.color(mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active, QPalette::WindowText));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine *clone() const override { return new ConnectorEngine(m_connector, m_otherwise); }

private:
    QString m_connector;
    Glyph m_otherwise;
};

} // namespace

void paintConnector(QPainter &painter, const QString &connector, Glyph otherwise, const QRectF &where,
                    const QColor &color)
{
    const QString file = pictureOf(connector);
    if (!QFile::exists(file))
        return paintGlyph(painter, otherwise, where, color);
    const double side = std::min(where.width(), where.height());
    QRectF square(where.center() - QPointF(side / 2, side / 2), QSizeF(side, side));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (QGuiApplication::palette().color(QPalette::Window).lightness() < 128) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0xf4, 0xf5, 0xf7));
        painter.drawRoundedRect(square, side / 5, side / 5);
        square.adjust(side / 12, side / 12, -side / 12, -side / 12);
    }
    const double scale = painter.device() ? painter.device()->devicePixelRatioF() : 1;
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(square, drawnPicture(file, qCeil(square.width() * scale)), QRectF());
    painter.restore();
}

QIcon connectorIcon(const QString &connector, Glyph otherwise)
{
    return QIcon(new ConnectorEngine(connector, otherwise));
}

Glyph targetGlyph(const QString &connector)
{
    return connector == QLatin1String("local") ? Glyph::Tasks : Glyph::Target;
}

} // namespace patchbay

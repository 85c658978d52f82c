#include "ui/widgets/glyphs.h"

#include <QtGui/QGuiApplication>
#include <QtGui/QIconEngine>
#include <QtGui/QPainterPath>
#include <QtGui/QPalette>
#include <QtGui/QPixmap>

#include <string_view>

namespace patchbay {

namespace {

/// M move, L line, C cubic, Z close, O circle (centre, radius), B rounded box (x y w h r); numbers apart by spaces.
const char *glyphDrawing(Glyph glyph)
{
    switch (glyph) {
    case Glyph::Queue:
        return "M 3 13 L 8 13 L 10 16 L 14 16 L 16 13 L 21 13 M 3 13 L 6 5 L 18 5 L 21 13 L 21 19 L 3 19 Z";
    case Glyph::Awaiting: return "M 4 5 L 20 5 L 20 16 L 12 16 L 8 20 L 8 16 L 4 16 Z M 12 8 L 12 11 M 12 13 L 12 13.2";
    case Glyph::Unassigned:
        return "O 10 8 3.5 M 3.5 20 C 3.5 15 6 13.5 10 13.5 C 12 13.5 13.5 14 14.5 15 M 18 14 L 18 20 M 15 17 L 21 17";
    case Glyph::Snoozed: return "O 12 12 8.5 M 12 7 L 12 12 L 15.5 14";
    case Glyph::All:
        return "M 12 3.5 L 21 8.5 L 12 13.5 L 3 8.5 Z M 3.5 12.5 L 12 17 L 20.5 12.5 M 3.5 16.5 L 12 21 L 20.5 16.5";
    case Glyph::Done: return "O 12 12 8.5 M 8 12.3 L 11 15.2 L 16.2 9.3";
    case Glyph::Outbox: return "M 4 14 L 4 19 L 20 19 L 20 14 M 12 15 L 12 4 M 7.5 8.5 L 12 4 L 16.5 8.5";
    case Glyph::Tasks: return "B 5 4 14 17 2 M 9 4 L 9 2.8 L 15 2.8 L 15 4 M 8.5 12.5 L 11 15 L 15.5 10";
    case Glyph::Warning: return "M 12 4 L 21 19.5 L 3 19.5 Z M 12 10 L 12 14 M 12 16.6 L 12 16.8";
    case Glyph::Mail: return "B 3 5.5 18 13 2 M 3.8 7 L 12 13 L 20.2 7";
    case Glyph::Chat: return "M 4 5 L 20 5 L 20 16 L 12 16 L 8 20 L 8 16 L 4 16 Z";
    case Glyph::File: return "M 6 3.5 L 14 3.5 L 18.5 8 L 18.5 20.5 L 6 20.5 Z M 14 3.5 L 14 8 L 18.5 8";
    case Glyph::Target: return "O 12 12 8.5 O 12 12 4.5 O 12 12 0.8";
    case Glyph::Reply: return "M 9 6 L 4 11 L 9 16 M 4 11 L 14 11 C 18 11 20 13 20 18";
    case Glyph::Note: return "M 5 19 L 5.8 15.2 L 16 5 L 19 8 L 8.8 18.2 Z";
    case Glyph::Panel: return "B 3.5 5 17 14 2 M 14.5 5 L 14.5 19";
    case Glyph::Plus: return "M 12 5 L 12 19 M 5 12 L 19 12";
    case Glyph::More: return "O 6 12 0.8 O 12 12 0.8 O 18 12 0.8";
    case Glyph::Attach:
        return "M 19 11 L 12 18 C 10 20 7 20 5.5 18.3 C 4 16.6 4.2 14 6 12.2 L 13 5.2 C 14.2 4 16.2 4 17.3 5.2 C 18.4 "
               "6.4 18.4 8.2 17.2 9.4 L 10.5 16 C 9.9 16.6 9 16.6 8.5 16 C 8 15.4 8 14.6 8.6 14 L 14 8.6";
    case Glyph::Send: return "M 4 12 L 20 4.5 L 15.5 20 L 11.5 13.5 Z M 11.5 13.5 L 20 4.5";
    case Glyph::Up: return "M 6 15 L 12 9 L 18 15";
    case Glyph::Down: return "M 6 9 L 12 15 L 18 9";
    case Glyph::Close: return "M 6.5 6.5 L 17.5 17.5 M 17.5 6.5 L 6.5 17.5";
    case Glyph::Undo: return "M 8 5 L 4 9 L 8 13 M 4 9 L 14 9 C 17.5 9 20 11.2 20 14.2 C 20 17.2 17.5 19 14 19 L 9 19";
    case Glyph::Link:
        return "M 10 14 C 8.5 12.5 8.5 10.5 10 9 L 13.5 5.5 C 15 4 17.2 4 18.6 5.4 C 20 6.8 20 9 18.5 10.5 L 16.8 12.2 "
               "M 14 10 C 15.5 11.5 15.5 13.5 14 15 L 10.5 18.5 C 9 20 6.8 20 5.4 18.6 C 4 17.2 4 15 5.5 13.5 L 7.2 "
               "11.8";
    case Glyph::Route:
        return "O 6 6 2.5 O 18 18 2.5 M 8.5 6 L 14 6 C 18 6 18 11 14 12 L 10 12 C 5.5 13 5.5 18 10 18 L 15.5 18";
    case Glyph::Person: return "O 12 8 4 M 4.5 20.5 C 4.5 15.5 7.5 14 12 14 C 16.5 14 19.5 15.5 19.5 20.5";
    case Glyph::Palette: return "M 5 7 L 9 12 L 5 17 M 12 17 L 19 17";
    case Glyph::Search: return "O 10.5 10.5 6 M 15 15 L 20 20";
    case Glyph::Plug:
        return "M 9 3.5 L 9 8 M 15 3.5 L 15 8 M 6 8 L 18 8 L 18 11 C 18 14.5 15.5 16.5 12 16.5 C 8.5 16.5 6 14.5 6 11 "
               "Z M 12 16.5 L 12 21";
    case Glyph::Sample:
        return "M 9 3.5 L 15 3.5 M 10 3.5 L 10 9 L 4.8 18.2 C 4 19.6 4.8 20.5 6 20.5 L 18 20.5 C 19.2 20.5 20 19.6 "
               "19.2 18.2 L 14 9 L 14 3.5 M 7.5 14 L 16.5 14";
    }
    return "";
}

class GlyphParser {
public:
    explicit GlyphParser(const char *drawing)
        : m_rest(drawing)
    {
    }

    QPainterPath path()
    {
        QPainterPath path;
        while (!m_rest.empty()) {
            const char command = m_rest.front();
            m_rest.remove_prefix(1);
            step(path, command);
        }
        return path;
    }

private:
    void step(QPainterPath &path, char command)
    {
        switch (command) {
        case 'M': path.moveTo(point()); break;
        case 'L': path.lineTo(point()); break;
        case 'C': {
            const QPointF a = point();
            const QPointF b = point();
            path.cubicTo(a, b, point());
            break;
        }
        case 'Z': path.closeSubpath(); break;
        case 'O': {
            const QPointF centre = point();
            const double radius = number();
            path.addEllipse(centre, radius, radius);
            break;
        }
        case 'B': {
            const QPointF corner = point();
            const QPointF size = point();
            const double radius = number();
            path.addRoundedRect(QRectF(corner, QSizeF(size.x(), size.y())), radius, radius);
            break;
        }
        default: break;
        }
    }
    QPointF point()
    {
        const double x = number();
        return {x, number()};
    }
    double number()
    {
        while (!m_rest.empty() && m_rest.front() == ' ')
            m_rest.remove_prefix(1);
        const size_t end = std::min(m_rest.find(' '), m_rest.size());
        const double value = QByteArray(m_rest.data(), qsizetype(end)).toDouble();
        m_rest.remove_prefix(end);
        return value;
    }

    std::string_view m_rest;
};

class GlyphEngine final : public QIconEngine {
public:
    explicit GlyphEngine(Glyph glyph)
        : m_glyph(glyph)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        paintGlyph(
            *painter, m_glyph, rect,
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
    QIconEngine *clone() const override { return new GlyphEngine(m_glyph); }

private:
    Glyph m_glyph;
};

} // namespace

void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &where, const QColor &color)
{
    const double side = std::min(where.width(), where.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(where.center() - QPointF(side / 2, side / 2));
    painter.scale(side / 24.0, side / 24.0);
    painter.setPen(QPen(color, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(GlyphParser(glyphDrawing(glyph)).path());
    painter.restore();
}

QIcon glyphIcon(Glyph glyph) { return QIcon(new GlyphEngine(glyph)); }

Glyph channelGlyph(const QString &connector)
{
    if (connector == QLatin1String("mail"))
        return Glyph::Mail;
    return connector == QLatin1String("file") ? Glyph::File : Glyph::Chat;
}

} // namespace patchbay

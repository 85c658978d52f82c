#pragma once

#include <QtGui/QColor>
#include <QtGui/QIcon>
#include <QtGui/QPainter>

namespace patchbay {

/// Our line drawings, on a grid of 24.
enum class Glyph {
    Queue,
    Awaiting,
    Unassigned,
    Snoozed,
    All,
    Done,
    Outbox,
    Tasks,
    Warning,
    Mail,
    Chat,
    File,
    Target,
    Reply,
    Note,
    Panel,
    Plus,
    More,
    Attach,
    Send,
    Close,
    Undo,
    Link,
    Route,
    Person,
    Palette,
    Search,
    Plug,
    Sample,
    Up,
    Down,
};

/// Paints it in a square rectangle.
void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &where, const QColor &color);
/// An icon that follows the palette: its text colour, faint when disabled.
QIcon glyphIcon(Glyph glyph);
/// For a channel's connector id.
Glyph channelGlyph(const QString &connector);

} // namespace patchbay

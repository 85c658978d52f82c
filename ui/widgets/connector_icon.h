#pragma once

#include "ui/widgets/glyphs.h"

namespace patchbay {

/// The picture of a connector's own folder (:/connectors/<id>/<id>.svg), which is part of this program; never one that
/// came from outside. `otherwise` is drawn in `color` for a connector that has none. On a dark ground it stands on a
/// light tile, because vendors' colours may be dark.
void paintConnector(QPainter &painter, const QString &connector, Glyph otherwise, const QRectF &where,
                    const QColor &color);
/// The same as an icon that follows the palette.
QIcon connectorIcon(const QString &connector, Glyph otherwise);
/// For a target's connector id, what stands for it where it has no picture.
Glyph targetGlyph(const QString &connector);

} // namespace patchbay

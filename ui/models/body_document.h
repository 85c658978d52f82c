#pragma once

#include "core/model/body.h"

#include <QtGui/QColor>
#include <QtGui/QImage>
#include <QtGui/QTextDocument>

namespace patchbay {

struct BodyColors {
    QColor text = {};
    QColor muted = {};
    QColor link = {};
    QColor quoteBar = {};
    QColor code = {};
};

/// A document that is filled from our own body model through a cursor, never from markup, and that loads nothing but
/// pictures handed to it under "cid:" names. GUI thread.
class BodyDocument final : public QTextDocument {
    Q_OBJECT

public:
    explicit BodyDocument(QObject *parent = nullptr);

    /// `folded` leaves quoted history and signatures out.
    void show(const Body &body, bool folded, const BodyColors &colors);
    /// True when the body has parts that folding leaves out.
    static bool canFold(const Body &body);
    void addPicture(const QString &cid, const QImage &picture, int maxWidth);

protected:
    QVariant loadResource(int type, const QUrl &name) override;

private:
    QHash<QString, QImage> m_pictures;
};

/// A decoded picture, or a null one when the bytes are not an allowed raster format or larger than 16 megapixels. Slow:
/// call it off the GUI thread.
QImage decodePicture(const QByteArray &bytes);

/// What a link really leads to, for the question before it is opened: "shop.example" or "ana@example.org"; empty when
/// the scheme is not http, https or mailto.
QString linkTarget(const QString &href);

} // namespace patchbay

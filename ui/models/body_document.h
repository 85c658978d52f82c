#pragma once

#include "core/engine/evidence_places.h"
#include "core/mail/bounded_body.h"
#include "ui/models/folded_text.h"

#include <QtGui/QColor>
#include <QtGui/QImage>
#include <QtGui/QTextCursor>
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
/// pictures handed to it under "cid:" names. The body is one that boundedBody made. GUI thread.
class BodyDocument final : public QTextDocument {
    Q_OBJECT

public:
    explicit BodyDocument(QObject *parent = nullptr);

    /// `folded` leaves quoted history and signatures out. Only a beginning is laid out, about as much as a person reads
    /// at once; showMore() goes on, so that a message of any size costs a frame and no more.
    void show(const Body &body, bool folded, const BodyColors &colors);
    /// Lays out the next part.
    void showMore();
    const Body &body() const { return m_body; }
    /// How many parts are laid out.
    int parts() const { return m_parts; }
    bool hasMore() const { return m_nextBlock < m_body.blocks.size(); }
    /// How long the text is that is shown in the end, in bytes.
    static qint64 sizeOf(const Body &body, bool folded);
    /// True when the body has parts that folding leaves out.
    static bool canFold(const Body &body);
    /// Where a folded text stands in what is laid out, line by line, signs of lists and quotes apart.
    std::vector<TextMatch> occurrences(const QString &folded) const;
    /// Where a part of a block stands; of length 0 while it is not laid out, folded, or not the text that it should be.
    TextMatch matchOf(const EvidencePlace &place) const;
    /// `picture` fits already; see decodePicture.
    void addPicture(const QString &cid, const QImage &picture);

protected:
    QVariant loadResource(int type, const QUrl &name) override;

private:
    void append(int cost);
    void beginBlock(QTextCursor &cursor, const BodyBlock &block);
    int appendRuns(QTextCursor &cursor, const BodyBlock &block, int cost);
    int appendStretch(QTextCursor &cursor, const QString &text, const QTextCharFormat &format, int most);

    Body m_body;
    BodyColors m_colors;
    bool m_folded = true;
    bool m_empty = true;
    size_t m_nextBlock = 0; ///< where showMore() goes on
    size_t m_nextRun = 0;
    qsizetype m_nextChar = 0;
    LayoutCost m_cost;
    QHash<size_t, int> m_starts; ///< where the text of a block begins
    int m_stretch = 0; ///< what the paragraph at the end costs so far
    int m_parts = 0;
    QHash<QString, QImage> m_pictures;
};

/// The lines of a block as occurrences() sees them; none of a picture or a rule.
QStringList searchLines(const BodyBlock &block);

/// A decoded picture, scaled down to `maxWidth` and a height that can be scrolled, or a null one when the bytes are not
/// an allowed raster format or larger than 16 megapixels. Slow: call it off the GUI thread.
QImage decodePicture(const QByteArray &bytes, int maxWidth);

/// What a link really leads to, for the question before it is opened: "shop.example" or "ana@example.org"; empty when
/// the scheme is not http, https or mailto.
QString linkTarget(const QString &href);

} // namespace patchbay

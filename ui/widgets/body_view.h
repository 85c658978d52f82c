#pragma once

#include "core/model/message.h"
#include "core/store/blob_store.h"
#include "ui/models/body_document.h"

#include <QtCore/QTimer>
#include <QtWidgets/QTextBrowser>

namespace patchbay {

/// Shows one body as tall as it is. Selecting and copying work; a link asks first and names the real host; nothing is
/// loaded but the message's own pictures, decoded off this thread. GUI thread.
class BodyView final : public QTextBrowser {
    Q_OBJECT

public:
    explicit BodyView(QWidget *parent = nullptr);

    void show(const Body &body, bool folded);
    /// Shows the rest of a long message, one part a turn; until then it is at least as high as `keptHeight`.
    void showAll(int keptHeight = 0);
    bool isAllWanted() const { return m_all; }
    bool hasMore() const { return m_document->hasMore() && !m_all; }
    /// Colours these words where they stand; they are folded (lower case, no marks). None: no colours.
    void setHighlights(const std::vector<QString> &foldedTerms);
    /// Colours each place of this folded text instead, the current one more; -1: none is. An empty text ends it.
    void setFind(const QString &folded, int current);
    /// Colours and underlines the words that spoke for a category (a line), or against it (dots).
    void setEvidence(std::vector<EvidencePlace> places);
    /// Where the current place stands in this widget; null while it is not laid out.
    QRect currentPlace() const;
    /// Fetches the pictures that the body names among the message's attachments.
    void loadPictures(const Body &body, const std::vector<Attachment> &attachments, BlobStore &files);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    /// The last part is there.
    void allShown();
    /// More is laid out.
    void partShown();

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit(int width);
    void showAgain(int room);
    void showNextPart();
    void paintHighlights();
    QList<QTextEdit::ExtraSelection> evidenceSelections() const;
    QTextEdit::ExtraSelection selectionOf(const TextMatch &match, const QColor &back, const QColor &ink) const;
    void openLink(const QUrl &url);
    BodyDocument *m_document;
    bool m_folded = true;
    bool m_all = false; ///< asked for: it comes or is there
    int m_keptHeight = 0; ///< what it had, while its parts are laid out for another width
    std::vector<QString> m_terms;
    std::vector<EvidencePlace> m_evidence;
    QString m_find;
    int m_findCurrent = -1;
    TextMatch m_place; ///< of the current one
    QTimer m_parts;
};

} // namespace patchbay

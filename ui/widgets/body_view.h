#pragma once

#include "core/model/message.h"
#include "core/store/blob_store.h"
#include "ui/models/body_document.h"

#include <QtWidgets/QTextBrowser>

namespace patchbay {

/// Shows one body as tall as it is. Selecting and copying work; a link asks first and names the real host; nothing is
/// loaded but the message's own pictures, decoded off this thread. GUI thread.
class BodyView final : public QTextBrowser {
    Q_OBJECT

public:
    explicit BodyView(QWidget *parent = nullptr);

    void show(const Body &body, bool folded);
    /// Fetches the pictures that the body names among the message's attachments.
    void loadPictures(const Body &body, const std::vector<Attachment> &attachments, BlobStore &files);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void heightChanged();

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit();
    void openLink(const QUrl &url);
    BodyDocument *m_document;
    Body m_body;
    bool m_folded = true;
    bool m_fitting = false;
};

} // namespace patchbay

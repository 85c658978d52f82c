#pragma once

#include "core/base/result.h"
#include "core/model/message.h"
#include "core/store/blob_store.h"

#include <functional>

class QWidget;

namespace patchbay {

/// Raw bytes as text, nothing of it interpreted: control characters are shown as signs, at most 1 MB.
void showSourceDialog(QWidget *parent, const QString &title, const QByteArray &raw);
/// The bytes as that dialog shows them.
QString sourceText(const QByteArray &raw);

/// Asks where to, then writes the file off this thread. `answered` gets the path, or why not; nothing on Cancel.
void chooseAndSave(QWidget *parent, const Attachment &attachment, BlobStore &files,
                   std::function<void(const Result<QString> &)> answered);

} // namespace patchbay

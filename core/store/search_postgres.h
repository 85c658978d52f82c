#pragma once

#include "core/store/database.h"

namespace patchbay::search {

/// The server's side of the index: words are put together here, because the server knows no tokenizer of ours.
void indexOnServer(Database &db, const std::vector<MessageId> &messages);
void indexOnServer(Database &db, const std::vector<TaskId> &tasks);

/// The texts of one document as a tsvector literal: the author's words have the weight A, the recipients' B, the
/// subject's C, all others D; the names of files stand there a second time with "=" in front.
QString serverWords(const QString &author, const QString &recipients, const QString &subject, const QString &body,
                    const QString &files);

} // namespace patchbay::search

#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// One line of a file of examples.
struct LabelledText {
    QString category = {};
    QString text = {};
    int line = 0; ///< from 1
};

/// Lines `category<TAB>text` in UTF-8; empty lines are passed by, control characters become spaces. The first bad line
/// is an error that names it. At most 64 MB and 200,000 examples, a category of 200 characters and a text of 20,000.
/// `name` is for the error. Pure.
Result<std::vector<LabelledText>> parseExamples(const QByteArray &content, const QString &name);

/// The same of a file. Blocks while it reads.
Result<std::vector<LabelledText>> readExamples(const QString &path);

} // namespace patchbay

#pragma once

#include "core/search/query.h"

namespace patchbay {

/// What a half-typed search could go on with.
struct CompletionSource {
    SearchNames names = {};
    /// Names and addresses for from: and to:, as far as they are known by now; see Completion::person.
    QStringList people = {};
};

/// What stands at [position, position + length) and could be replaced by one of `choices`. A plain value.
struct Completion {
    struct Choice {
        QString text = {}; ///< as it is shown: "channel:", "Car rental"
        QString insert = {}; ///< as it is typed: with quotes where they are needed, and a space after a value
    };
    int position = 0;
    int length = 0;
    QString name = {}; ///< the operator whose values these are; empty: the choices are operators
    std::vector<Choice> choices = {};
    /// What was typed of a person's name behind from: or to: (possibly nothing yet). Whoever asks may look people up
    /// and complete again. None elsewhere.
    std::optional<QString> person = {};
};

/// What can stand at the cursor: operators for a word that begins one (all of them where nothing is typed), the values
/// of an operator behind its colon; those that begin so first, then those that contain it, at most 12. Case and accents
/// do not count. Pure.
Completion complete(const QString &text, int cursor, const CompletionSource &source);

} // namespace patchbay

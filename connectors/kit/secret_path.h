#pragma once

#include "core/base/result.h"
#include "core/model/account.h"
#include "core/ports/form_field.h"

#include <QtCore/QUrl>

#include <vector>

namespace patchbay {

/// Secrets whose form is known, and those that stand in the path: "https://api.example.org/bot<token>". Pure.

/// How a secret looks.
struct SecretForm {
    QString field = {};
    QString form = {}; ///< a regular expression for the whole of it
    QString looks = {}; ///< for a person: "looks like 123456789:AAE…"
};

/// At set-up: each secret that is there has its form; one that is not there yet may come later. Refused, with the
/// field's label.
Result<Done> checkSecretForms(const std::vector<SecretForm> &forms, const std::vector<FormField> &form,
                              const AccountConfig &account);
/// The base with `before` and the secret behind it, which is registered so that no log and no sentence shows it. Empty
/// where the secret has not its form, because anything else in a path may lead elsewhere.
QUrl baseWithSecret(const QUrl &base, const AccountConfig &account, const std::vector<SecretForm> &forms,
                    const QString &field, const QString &before);
/// A file of an API that has the files beside itself, under "/file": "https://api.example.org/file/bot<token>/<path>".
/// The parts of the path are escaped.
QUrl fileBeside(const QUrl &base, const QString &path);

} // namespace patchbay

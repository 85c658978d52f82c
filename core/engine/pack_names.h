#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A name in a rule-set document, and the JSON pointer to it.
struct RuleDocumentName {
    QString pointer = {};
    QString name = {};
};
/// Categories that the conditions of a rule set name. Pure.
std::vector<RuleDocumentName> categoriesInRules(const QByteArray &document);
/// Routes that its actions and its default name. Pure.
std::vector<RuleDocumentName> routesInRules(const QByteArray &document);

} // namespace patchbay

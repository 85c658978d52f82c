#pragma once

#include "core/model/taxonomy.h"
#include "core/store/database.h"

#include <optional>

namespace patchbay {

/// What names a category, for a preview and a report.
struct NamedBy {
    QStringList rules = {}; ///< of the live rule set
    QStringList searches = {}; ///< saved ones
    QStringList routes = {}; ///< that choose their target by it
    QStringList drafts = {}; ///< of rules, by their comments
    QStringList tooLong = {}; ///< saved searches that would grow too long: they stay as they are
};

/// A rule-set document in which conditions on the category `from` ask for `to` instead: for any of several; all else
/// stands as its author wrote it. None when nothing names it, or the document is not one of ours. Pure.
std::optional<QByteArray> rulesFollow(const QByteArray &document, const QString &from, const QStringList &to);
/// The names of the rules whose conditions name the category. Pure.
QStringList rulesNaming(const QByteArray &document, const QString &category);
/// A search in which category:"from" is category:"to", or any of several; the same text when nothing names it. Pure.
QString searchFollows(const QString &search, const QString &from, const QStringList &to);

NamedBy namedBy(Database &db, const Category &category);
/// Names in the live rule set (a new version), in drafts of rules, in saved searches and in routes by category, in the
/// running transaction and with audit rows; what was changed. Empty `to` in routes by category: `from` keeps its id
/// there (a new name).
NamedBy followNames(Database &db, OperatorId by, const Category &from, const Taxonomy &to);

} // namespace patchbay

#pragma once

#include "core/engine/pack.h"
#include "core/store/database.h"

namespace patchbay {

/// How a pack is brought into a workspace that has something already.
struct PackImport {
    bool retireOthers = false; ///< categories that the pack does not have are retired
};

/// One thing that a pack adds, changes or removes.
struct PackChange {
    enum class Kind { Added, Changed, Removed };
    enum class What { Category, Rule, Reply, BusinessRule };

    Kind kind = Kind::Added;
    What what = What::Category;
    QString name = {};
    QString before = {}; ///< as it is, in a few lines
    QString after = {}; ///< as it would be
};

/// What a pack would change in a workspace. Where the same edition was brought in before, what the lead has changed
/// since stays; what an edition no longer has is removed (a category: retired).
struct PackDiff {
    std::vector<PackChange> changes = {};
    QStringList notes = {}; ///< what to look at afterwards, as sentences

    bool isEmpty() const { return changes.empty(); }
    int count(PackChange::Kind kind) const;
    /// Names this very diff: to be told what was agreed to.
    QString mark() const;
};

QString nameOf(PackChange::Kind kind); ///< "added", ...
QString nameOf(PackChange::What what); ///< "category", ...

Result<PackDiff> packDiff(Database &db, const Pack &pack, PackImport how);
/// Does it in the running transaction. Conflict when `shown` is not empty and not the mark of what it would do.
Result<PackDiff> applyPack(Database &db, OperatorId by, const Pack &pack, PackImport how, const QString &shown);
/// The workspace's categories, live rules, canned replies and business rules. Refused with a sentence when they do not
/// make a pack, because a rule asks for a category that is retired.
Result<Pack> packOf(Database &db, const QString &name, const QString &title);

} // namespace patchbay

#include "core/store/taxonomy_change_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay::taxonomy_changes {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_TAXONOMY_CHANGE_COLUMNS                                                                               \
    "id, uid, kind, state, category_id, document, operator_id, started_at, ended_at"

QString taxonomyChangeText(const QJsonObject &document)
{
    return QString::fromUtf8(QJsonDocument(document).toJson(QJsonDocument::Compact));
}

QString taxonomyChangeKind(TaxonomyChange::Kind kind)
{
    return kind == TaxonomyChange::Kind::Rename ? u"rename"_s
        : kind == TaxonomyChange::Kind::Merge   ? u"merge"_s
                                                : u"split"_s;
}

TaxonomyChange taxonomyChangeFrom(const Row &row)
{
    TaxonomyChange c;
    c.id = row.integer(0);
    c.uid = row.text(1);
    const QString kind = row.text(2);
    c.kind = kind == "rename"_L1 ? TaxonomyChange::Kind::Rename
        : kind == "merge"_L1     ? TaxonomyChange::Kind::Merge
                                 : TaxonomyChange::Kind::Split;
    c.done = row.text(3) == "done"_L1;
    c.category = row.id<CategoryId>(4);
    c.document = QJsonDocument::fromJson(row.text(5).toUtf8()).object();
    c.by = row.id<OperatorId>(6);
    c.startedAt = row.time(7);
    c.endedAt = row.time(8);
    return c;
}

} // namespace

qint64 insert(Database &db, const TaxonomyChange &c)
{
    return db.insert("INSERT INTO taxonomy_change (uid, kind, state, category_id, document, operator_id, started_at) "
                     "VALUES (?, ?, 'running', ?, ?, ?, ?) RETURNING id",
                     {newUid(db.clock()), taxonomyChangeKind(c.kind), c.category.value, taxonomyChangeText(c.document),
                      c.by.value, db.now().us});
}

std::optional<TaxonomyChange> byId(Database &db, qint64 id)
{
    const auto row = db.row("SELECT " PATCHBAY_TAXONOMY_CHANGE_COLUMNS " FROM taxonomy_change WHERE id = ?", {id});
    return row ? std::optional(taxonomyChangeFrom(*row)) : std::nullopt;
}

std::vector<TaxonomyChange> unfinished(Database &db)
{
    std::vector<TaxonomyChange> all;
    for (const Row &row : db.rows("SELECT " PATCHBAY_TAXONOMY_CHANGE_COLUMNS
                                  " FROM taxonomy_change WHERE state = 'running' ORDER BY id"))
        all.push_back(taxonomyChangeFrom(row));
    return all;
}

bool isBusy(Database &db, CategoryId category)
{
    for (const TaxonomyChange &change : unfinished(db)) {
        if (change.category == category || change.document.value("to"_L1).toInteger() == category.value)
            return true;
        for (const QJsonValue &part : change.document.value("parts"_L1).toArray()) {
            if (part.toInteger() == category.value)
                return true;
        }
    }
    return false;
}

void setDocument(Database &db, qint64 id, const QJsonObject &document)
{
    db.exec("UPDATE taxonomy_change SET document = ? WHERE id = ?", {taxonomyChangeText(document), id});
}

void finish(Database &db, qint64 id)
{
    db.exec("UPDATE taxonomy_change SET state = 'done', ended_at = ? WHERE id = ?", {db.now().us, id});
    db.changes().taxonomy = true;
}

} // namespace patchbay::taxonomy_changes

#pragma once

#include "core/engine/taxonomy_desk.h"
#include "core/store/category_edits.h"
#include "core/store/saved_search_table.h"
#include "support/command_desk.h"

namespace patchbay::tests {

/// A CommandDesk with a lead at it.
struct TaxonomyBench : CommandDesk {
    explicit TaxonomyBench(const QString &location = {})
        : CommandDesk(location)
        , lead(std::make_unique<TaxonomyDesk>(*store, snapshots, me))
    {
    }

    Category byName(const QString &name)
    {
        return get([&](Database &db) { return categories::byName(db, name).value_or(Category{}); });
    }
    static Category draft(const QString &name, const QString &description = {}, const QStringList &words = {})
    {
        Category category;
        category.name = name;
        category.description = description;
        category.keywords = words;
        return category;
    }
    QStringList names()
    {
        QStringList all;
        for (const Category &category : get([](Database &db) { return categories::inUse(db); }))
            all << category.name;
        return all;
    }
    QString nameOfConversation(ConversationId id) { return nameOf(conversation(id).category); }
    QString nameOf(CategoryId id)
    {
        return get([id](Database &db) { return categories::byId(db, id).value_or(Category{}); }).name;
    }
    qint64 number(const char *sql)
    {
        return get([sql](Database &db) {
            const auto row = db.row(sql);
            return row ? row->integer(0) : qint64(-1);
        });
    }
    /// The sentence of a refusal; empty: it was done.
    template <class T> static QString refusal(const Result<T> &result)
    {
        return result ? QString() : result.error().message;
    }
    void publish(const QByteArray &rules)
    {
        (void)change([&](Database &db) {
            rule_sets::publish(db, rules, me.id);
            snapshots.replace(Snapshots::build(db));
        });
    }

    std::unique_ptr<TaxonomyDesk> lead;
};

} // namespace patchbay::tests

#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/mail/html_body.h"
#include "core/store/misc_tables.h"
#include "core/store/saved_search_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype searchNameLimit = 60;
constexpr qsizetype searchTextLimit = 500; // what a search may have

Result<QString> checkedSearchName(const QString &name)
{
    const QString line = cleanLine(name, searchNameLimit + 1).trimmed();
    if (line.isEmpty())
        return makeError(Error::Kind::Refused, u"Give the saved search a name."_s);
    if (line.size() > searchNameLimit)
        return makeError(Error::Kind::Refused, u"The name has more than 60 characters."_s);
    return line;
}

Result<QString> checkedSearchText(const QString &query)
{
    const QString text = query.simplified();
    if (text.isEmpty())
        return makeError(Error::Kind::Refused, u"There is no search to save: the field is empty."_s);
    if (text.size() > searchTextLimit)
        return makeError(Error::Kind::Refused, u"The search has more than 500 characters."_s);
    return text;
}

/// One change of a saved search with its audit row. `change` is (Database &, const SavedSearch &).
template <class F>
QFuture<Result<Done>> changeSavedSearch(Store &store, OperatorId by, SavedSearchId id, const char *action, F change)
{
    return store.write([by, id, action, change = std::move(change)](Database &db) -> Result<Done> {
        const auto search = saved_searches::byId(db, id);
        change(db, search.value_or(SavedSearch{id}));
        if (search) {
            const auto now = saved_searches::byId(db, id).value_or(*search);
            audit::add(db, by, action, "saved_search", search->uid, {{u"name"_s, now.name}, {u"query"_s, now.query}});
        }
        return db.finish(Done{});
    });
}

} // namespace

QFuture<Result<Done>> Commands::saveSearch(QString name, QString query)
{
    return m_store.write([by = m_me.id, name, query](Database &db) -> Result<Done> {
        const Result<QString> checkedName = checkedSearchName(name);
        if (!checkedName)
            return checkedName.error();
        const Result<QString> text = checkedSearchText(query);
        if (!text)
            return text.error();
        SavedSearch search;
        search.uid = newUid(db.clock());
        search.name = *checkedName;
        search.query = *text;
        search.createdBy = by;
        saved_searches::insert(db, search);
        audit::add(db, by, "save_search", "saved_search", search.uid, {{u"name"_s, *checkedName}, {u"query"_s, *text}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::renameSearch(SavedSearchId search, QString name)
{
    return changeSavedSearch(m_store, m_me.id, search, "rename_search", [name](Database &db, const SavedSearch &known) {
        const Result<QString> checked = checkedSearchName(name);
        if (!checked)
            return db.fail(checked.error());
        saved_searches::rename(db, known.id, *checked);
    });
}

QFuture<Result<Done>> Commands::changeSearch(SavedSearchId search, QString query)
{
    return changeSavedSearch(m_store, m_me.id, search, "change_search",
                             [query](Database &db, const SavedSearch &known) {
                                 const Result<QString> checked = checkedSearchText(query);
                                 if (!checked)
                                     return db.fail(checked.error());
                                 saved_searches::change(db, known.id, *checked);
                             });
}

QFuture<Result<Done>> Commands::removeSearch(SavedSearchId search)
{
    return changeSavedSearch(m_store, m_me.id, search, "remove_search",
                             [](Database &db, const SavedSearch &known) { saved_searches::remove(db, known.id); });
}

QFuture<Result<Done>> Commands::moveSearch(SavedSearchId search, int position)
{
    return changeSavedSearch(
        m_store, m_me.id, search, "move_search",
        [position](Database &db, const SavedSearch &known) { saved_searches::move(db, known.id, position); });
}

} // namespace patchbay

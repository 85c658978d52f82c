#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/snapshot_keeper.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QFileInfo>
#include <QtCore/QHash>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::Actor;

constexpr int lessonsUnknownNamed = 5;

Result<Done> undoLessonOf(Database &db, const Actor &actor, LessonId id)
{
    const auto lesson = lessons::byId(db, id);
    if (db.error())
        return *db.error();
    if (!lesson)
        return makeError(Error::Kind::NotFound, u"This lesson is not in the workspace any more."_s);
    if (lesson->undoneAt)
        return makeError(Error::Kind::Conflict, u"This lesson was undone already."_s);
    lessons::undo(db, id);
    audit::add(db, actor.id, "undo_lesson", "lesson", lesson->uid,
               {{u"category"_s, commands::categoryName(db, lesson->category)}});
    return db.finish(Done{});
}

/// Category by name; those that are missing are added, or named in the error.
Result<QHash<QString, CategoryId>> lessonCategories(Database &db, const std::vector<LabelledText> &examples,
                                                    bool addCategories, QStringList &added)
{
    QHash<QString, CategoryId> ids;
    const Taxonomy taxonomy = categories::all(db);
    for (const Category &category : taxonomy)
        ids.insert(category.name, category.id);
    const LabelledText *first = nullptr;
    for (const LabelledText &example : examples) {
        if (ids.contains(example.category))
            continue;
        first = first ? first : &example;
        added << example.category;
        Category category;
        category.name = example.category;
        category.position = int(taxonomy.size() + added.size());
        ids.insert(category.name, addCategories ? categories::insert(db, category) : CategoryId{});
    }
    if (first && !addCategories)
        return makeError(
            Error::Kind::NotFound,
            u"The workspace has no category “%1” (line %2), and %3 in all are missing: %4. Add them, or say "
            u"--add-categories."_s.arg(first->category)
                .arg(first->line)
                .arg(added.size())
                .arg(added.mid(0, lessonsUnknownNamed).join(u", "_s)
                     + (added.size() > lessonsUnknownNamed ? u", …"_s : u""_s)));
    return db.finish(std::move(ids));
}

Result<Commands::Taught> teachExamples(Database &db, const Actor &actor, const std::vector<LabelledText> &examples,
                                       const QString &source, bool addCategories)
{
    Commands::Taught taught;
    const auto ids = lessonCategories(db, examples, addCategories, taught.newCategories);
    if (!ids)
        return ids.error();
    QHash<QString, Lesson> known; // text -> its lesson from a file
    for (const Lesson &lesson : lessons::all(db, false)) {
        if (!lesson.message)
            known.insert(lesson.text, lesson);
    }
    for (const LabelledText &example : examples) {
        const CategoryId category = ids->value(example.category);
        const auto it = known.constFind(example.text);
        if (it != known.constEnd() && it->category == category) {
            ++taught.known;
            continue;
        }
        Lesson lesson;
        lesson.category = category;
        lesson.text = example.text;
        lesson.source = source;
        lesson.operatorId = actor.id;
        lesson.createdAt = db.now();
        if (it != known.constEnd()) { // the last word on a text
            lessons::undo(db, it->id);
            lesson.previous = it->category;
            ++taught.changed;
        }
        lesson.id = lessons::insert(db, lesson);
        known.insert(lesson.text, lesson);
        ++taught.added;
    }
    audit::add(db, actor.id, "teach", "workspace", actor.workspaceUid,
               {{u"source"_s, source}, {u"added"_s, taught.added}, {u"known"_s, taught.known}});
    return db.finish(std::move(taught));
}

} // namespace

QFuture<Result<Done>> Commands::undoLesson(LessonId lesson) { return m_scope.run(undoNow(lesson)); }

Async<Result<Done>> Commands::undoNow(LessonId lesson)
{
    auto undoing = m_store.write(
        [actor = commands::actorOf(m_me, m_store), lesson](Database &db) { return undoLessonOf(db, actor, lesson); });
    const Result<Done> undone = co_await finished(std::move(undoing));
    if (undone)
        m_scope.run(relearn());
    co_return undone;
}

QFuture<Result<Done>> Commands::setWantedPrecision(double wanted) { return m_scope.run(precisionNow(wanted)); }

Async<Result<Done>> Commands::precisionNow(double wanted)
{
    if (wanted != 0 && !(wanted >= 0.5 && wanted <= 0.999)) // also what is no number
        co_return makeError(Error::Kind::Refused,
                            u"The wanted precision is a share from 0.5 to 0.999, or 0 for none."_s);
    auto setting = m_store.write([by = m_me.id, uid = m_store.workspaceUid(), wanted](Database &db) -> Result<Done> {
        patchbay::setWantedPrecision(db, wanted);
        audit::add(db, by, "set_precision", "workspace", uid, {{u"wanted"_s, wanted}});
        return db.finish(Done{});
    });
    const Result<Done> set = co_await finished(std::move(setting));
    if (!set)
        co_return set.error();
    auto next = std::make_shared<Snapshot>(*m_snapshots.current());
    next->classifier = next->classifier->withPrecision(wanted);
    m_snapshots.replace(std::move(next));
    co_return Done{};
}

QFuture<Result<Commands::Taught>> Commands::teach(std::vector<LabelledText> examples, QString source,
                                                  bool addCategories)
{
    return m_scope.run(teachNow(std::move(examples), std::move(source), addCategories));
}

Async<Result<Commands::Taught>> Commands::teachNow(std::vector<LabelledText> examples, QString source,
                                                   bool addCategories)
{
    auto teaching =
        m_store.write([actor = commands::actorOf(m_me, m_store), examples = std::move(examples), source, addCategories](
                          Database &db) { return teachExamples(db, actor, examples, source, addCategories); });
    const Result<Taught> taught = co_await finished(std::move(teaching));
    if (!taught || taught->added == 0)
        co_return taught;
    const Result<Done> trained = co_await relearn();
    if (!trained)
        co_return trained.error();
    co_return taught;
}

void Commands::learn(const Lesson &lesson)
{
    const auto current = m_snapshots.current();
    if (current->lessons.contains(lesson.id))
        return; // a training that ended at this moment has read it already
    auto next = std::make_shared<Snapshot>(*current);
    next->classifier = next->classifier->learned(lesson);
    next->lessons.insert(lesson.id);
    const bool due = next->classifier->isTrainingDue();
    m_snapshots.replace(std::move(next));
    if (due && !m_training) {
        m_training = true;
        m_scope.run(relearn());
    }
}

Async<Result<Done>> Commands::relearn()
{
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    m_training = false;
    co_return trained;
}

} // namespace patchbay

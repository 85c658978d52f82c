#include "ui/models/trial_runner.h"

#include "core/store/message_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

namespace patchbay {

namespace {

constexpr size_t runnerRows = 500;
constexpr size_t runnerLessons = 200;
constexpr qsizetype runnerMoves = 30;
constexpr qint64 runnerDay = 86'400'000'000;

QString runnerKinds(quint8 kinds)
{
    QStringList names;
    for (const auto &[kind, name] : {std::pair(ReplayChange::Category, TrialRunner::tr("category")),
                                     {ReplayChange::Route, TrialRunner::tr("route")},
                                     {ReplayChange::Priority, TrialRunner::tr("priority")},
                                     {ReplayChange::Labels, TrialRunner::tr("labels")},
                                     {ReplayChange::Other, TrialRunner::tr("what is done")}}) {
        if (kinds & kind)
            names << name;
    }
    return names.join(QStringLiteral(", "));
}

/// A lesson and the conversation that it came from.
using RunnerLesson = std::pair<Lesson, ConversationId>;

Result<std::vector<RunnerLesson>> runnerRead(Database &db, const std::vector<LessonId> &ids)
{
    std::vector<RunnerLesson> found;
    for (const LessonId id : ids) {
        const auto lesson = lessons::byId(db, id);
        if (!lesson)
            continue;
        const auto message = lesson->message ? messages::byId(db, lesson->message) : std::nullopt;
        found.emplace_back(*lesson, message ? message->conversation : ConversationId());
    }
    return db.finish(std::move(found));
}

} // namespace

TrialRunner::TrialRunner(const ConsoleContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_changes(context.store, tr("Subject"), tr("Other than now"))
    , m_lessons(context.store, tr("What it was learned from"), tr("Answered"))
    , m_trial(context.snapshots ? std::make_unique<Trial>(context.store, *context.snapshots) : nullptr)
{
    for (ChangedConversations *list : {&m_changes, &m_lessons}) {
        connect(list, &ChangedConversations::loaded, this, &TrialRunner::stateChanged);
        connect(list, &ChangedConversations::failed, this, &TrialRunner::failed);
    }
    if (m_trial) {
        connect(m_trial.get(), &Trial::progress, this, [this](qint64 done, qint64 total) {
            m_done = done;
            m_total = total;
            Q_EMIT stateChanged();
        });
    }
}

void TrialRunner::run(TrialDraft draft, int days, bool asksModels)
{
    if (m_running || !m_trial)
        return;
    m_draft = std::move(draft);
    TrialOptions options;
    options.classifyAgain = asksModels;
    if (days > 0)
        options.span.since = Timestamp{words::now().us - days * runnerDay};
    m_cancel = CancelToken();
    m_running = true;
    m_done = 0;
    m_total = 0;
    m_result.reset();
    m_changes.clear();
    m_lessons.clear();
    Q_EMIT stateChanged();
    whenDone(this, m_trial->run(m_draft, options, m_cancel),
             [this](const Result<TrialResult> &result) { ended(result); });
}

void TrialRunner::cancel() { m_cancel.cancel(); }

void TrialRunner::ended(const Result<TrialResult> &result)
{
    m_running = false;
    if (result)
        m_result = *result;
    else if (result.error().kind != Error::Kind::Cancelled)
        Q_EMIT failed(result.error().message);
    Q_EMIT stateChanged();
    if (!m_result)
        return;
    listChanges();
    listLessons();
}

QString TrialRunner::nameOf(CategoryId category, bool draft) const
{
    const QString name = draft ? m_result->draftName(category) : m_result->liveName(category);
    return name.isEmpty() ? tr("no category") : words::oneLine(name, 60);
}

QString TrialRunner::routeName(int route) const
{
    const QString name = m_result->replay.routes.value(route);
    return name.isEmpty() ? tr("no route") : words::oneLine(name, 60);
}

QString TrialRunner::way(CategoryId category, int route, bool draft) const
{
    return QStringLiteral("%1 → %2").arg(nameOf(category, draft), routeName(route));
}

/// The newest of those that changed.
void TrialRunner::listChanges()
{
    std::vector<ChangedConversation> rows;
    for (const ReplayChange &change : m_result->replay.page(0, runnerRows)) {
        ChangedConversation row;
        row.key = change.message.value;
        row.conversation = change.conversation;
        row.what = runnerKinds(change.kinds);
        row.from = way(change.fromCategory, change.fromRoute, false);
        row.to = way(change.toCategory, change.toRoute, true);
        rows.push_back(std::move(row));
    }
    m_changes.show(std::move(rows));
}

/// The newest that are answered worse, then the newest that are answered better.
void TrialRunner::listLessons()
{
    std::vector<LessonId> ids;
    for (const auto *list : {&m_result->replay.worse, &m_result->replay.better}) {
        for (size_t i = 0; i < std::min(runnerLessons, list->size()); ++i)
            ids.push_back((*list)[list->size() - 1 - i]);
    }
    if (ids.empty())
        return;
    const size_t worse = std::min(runnerLessons, m_result->replay.worse.size());
    auto work = [ids](Database &db) { return runnerRead(db, ids); };
    whenDone(this, m_context.store.read(std::move(work)),
             [this, worse, of = m_result->draft](const Result<std::vector<RunnerLesson>> &found) {
                 if (!found)
                     return Q_EMIT failed(found.error().message);
                 if (!m_result || m_result->draft != of)
                     return; // another trial has begun
                 std::vector<ChangedConversation> rows;
                 const auto answer = [this](const Snapshot &by, const QString &text, bool draft) {
                     const Classification said = by.classifier->answer({}, text);
                     return said.abstained ? tr("abstains") : nameOf(said.category, draft);
                 };
                 const std::vector<LessonId> &bad = m_result->replay.worse;
                 for (const auto &[lesson, conversation] : *found) {
                     ChangedConversation row;
                     row.key = lesson.id.value;
                     row.conversation = conversation;
                     row.subject = words::oneLine(lesson.text, 200);
                     const bool isWorse = std::find(bad.end() - qsizetype(worse), bad.end(), lesson.id) != bad.end();
                     row.what = isWorse ? tr("worse: it is %1").arg(nameOf(lesson.category, false))
                                        : tr("better: it is %1").arg(nameOf(lesson.category, false));
                     row.from = answer(*m_result->live, lesson.text, false);
                     row.to = answer(*m_result->draft, lesson.text, true);
                     rows.push_back(std::move(row));
                 }
                 m_lessons.show(std::move(rows));
             });
}

QString TrialRunner::sentence() const
{
    const QLocale locale;
    if (m_running)
        return m_total > 0
            ? tr("%1 of %2 conversations looked at…").arg(locale.toString(m_done), locale.toString(m_total))
            : tr("Getting ready…");
    if (!m_result)
        return {};
    const ReplayResult &replay = m_result->replay;
    if (replay.conversations == 0)
        return tr("There is no message from outside in this span.");
    QString text = tr("%1 of %2 conversations would change.")
                       .arg(locale.toString(replay.changedConversations), locale.toString(replay.conversations));
    if (replay.accepted.live != replay.accepted.draft)
        text += QLatin1Char(' ')
            + tr("Accepted without asking: %1 instead of %2.")
                  .arg(locale.toString(replay.accepted.draft), locale.toString(replay.accepted.live));
    if (m_changes.rowCount() > 0 && replay.changedMessages > m_changes.rowCount())
        text += QLatin1Char(' ') + tr("The newest %1 are listed.").arg(locale.toString(m_changes.rowCount()));
    return text;
}

QStringList TrialRunner::assumptions() const { return m_result ? trialAssumptions(m_draft, *m_result) : QStringList(); }

QStringList TrialRunner::moves() const
{
    if (!m_result)
        return {};
    std::vector<std::pair<qint64, QString>> all;
    for (auto it = m_result->replay.moves.begin(); it != m_result->replay.moves.end(); ++it) {
        const ReplayMove &move = it.key();
        if (move.fromCategory == move.toCategory && move.fromRoute == move.toRoute)
            continue;
        all.emplace_back(it.value(),
                         QStringLiteral("%1:  %2  ⇒  %3")
                             .arg(QLocale().toString(it.value()), way(move.fromCategory, move.fromRoute, false),
                                  way(move.toCategory, move.toRoute, true)));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    QStringList lines;
    for (const auto &[count, line] : all) {
        if (lines.size() < runnerMoves)
            lines << line;
    }
    return lines;
}

QStringList TrialRunner::counts() const
{
    if (!m_result)
        return {};
    QStringList lines;
    const auto line = [&lines](const QString &what, const ReplayCount &count) {
        const QLocale locale;
        lines << (count.live == count.draft
                      ? tr("%1: %2, as now").arg(what, locale.toString(count.live))
                      : tr("%1: %2 ⇒ %3").arg(what, locale.toString(count.live), locale.toString(count.draft)));
    };
    for (auto it = m_result->replay.categories.cbegin(); it != m_result->replay.categories.cend(); ++it)
        line(tr("Category %1").arg(nameOf(it.key(), it->draft > 0)), it.value());
    for (auto it = m_result->replay.byRoute.cbegin(); it != m_result->replay.byRoute.cend(); ++it)
        line(tr("Route %1").arg(routeName(it.key())), it.value());
    return lines;
}

QString TrialRunner::lessonsSentence() const
{
    if (!m_result || m_result->live->classifier == m_result->draft->classifier)
        return {};
    const ReplayResult &replay = m_result->replay;
    if (replay.lessons == 0)
        return tr("There is no lesson that both models could answer.");
    const QLocale locale;
    QString text = tr("Of %1 lessons %2 are answered better and %3 worse; silence counts more than a wrong answer and "
                      "less than a right one.")
                       .arg(locale.toString(replay.lessons), locale.toString(qint64(replay.better.size())),
                            locale.toString(qint64(replay.worse.size())));
    if (replay.better.size() > runnerLessons || replay.worse.size() > runnerLessons)
        text += QLatin1Char(' ') + tr("The newest %1 of each are listed.").arg(qint64(runnerLessons));
    return text;
}

} // namespace patchbay

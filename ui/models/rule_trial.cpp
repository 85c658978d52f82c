#include "ui/models/rule_trial.h"

#include "core/store/conversation_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

namespace patchbay {

namespace {

constexpr size_t trialRows = 500;
constexpr int trialMoves = 30;
constexpr qint64 trialDay = 86'400'000'000;

} // namespace

RuleTrial::RuleTrial(const ConsoleContext &context, const RuleEditor &editor, QObject *parent)
    : RowsModel(parent)
    , m_context(context)
    , m_editor(editor)
    , m_replay(context.store)
{
    connect(&m_replay, &Replay::progress, this, [this](qint64 done, qint64 total) {
        m_done = done;
        m_total = total;
        Q_EMIT stateChanged();
    });
}

void RuleTrial::run(int days)
{
    if (m_running || !m_context.snapshots)
        return;
    if (!m_editor.fault().isEmpty())
        return Q_EMIT failed(m_editor.fault());
    m_snapshot = m_context.snapshots->current();
    auto draft = std::make_shared<Snapshot>(*m_snapshot);
    draft->setRules(m_editor.rules());
    ReplayRequest request;
    request.live = m_snapshot;
    request.draft = std::move(draft);
    if (days > 0)
        request.span.since = Timestamp{words::now().us - days * trialDay};
    m_cancel = CancelToken();
    m_running = true;
    m_done = 0;
    m_total = 0;
    m_result.reset();
    assign({});
    Q_EMIT stateChanged();
    whenDone(this, m_replay.run(std::move(request), m_cancel),
             [this](const Result<ReplayResult> &result) { ended(result); });
}

void RuleTrial::cancel() { m_cancel.cancel(); }

void RuleTrial::ended(const Result<ReplayResult> &result)
{
    m_running = false;
    if (result)
        m_result = *result;
    else if (result.error().kind != Error::Kind::Cancelled)
        Q_EMIT failed(result.error().message);
    Q_EMIT stateChanged();
    if (m_result)
        readRows();
}

QString RuleTrial::nameOf(CategoryId category) const
{
    for (const Category &known : m_snapshot->taxonomy) {
        if (known.id == category)
            return words::oneLine(known.name, 60);
    }
    return tr("no category");
}

QString RuleTrial::way(CategoryId category, int route) const
{
    const QString name = m_result->routes.value(route);
    return QStringLiteral("%1 → %2").arg(nameOf(category), name.isEmpty() ? tr("no route") : words::oneLine(name, 60));
}

QString RuleTrial::kinds(quint8 kinds)
{
    QStringList names;
    for (const auto &[kind, name] : {std::pair(ReplayChange::Category, tr("category")),
                                     {ReplayChange::Route, tr("route")},
                                     {ReplayChange::Priority, tr("priority")},
                                     {ReplayChange::Labels, tr("labels")},
                                     {ReplayChange::Other, tr("what is done")}}) {
        if (kinds & kind)
            names << name;
    }
    return names.join(QStringLiteral(", "));
}

/// The newest of those that changed, with whom they are.
void RuleTrial::readRows()
{
    std::vector<ConversationId> ids;
    const std::vector<ReplayChange> changes = m_result->page(0, trialRows);
    for (const ReplayChange &change : changes)
        ids.push_back(change.conversation);
    auto work = [ids](Database &db) -> Result<std::vector<std::pair<Conversation, QString>>> {
        std::vector<std::pair<Conversation, QString>> found;
        for (const Conversation &conversation : conversations::byIds(db, ids))
            found.emplace_back(conversation, conversations::contact(db, conversation.contact).name);
        return db.finish(std::move(found));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this, changes](const auto &found) {
        if (!found)
            return Q_EMIT failed(found.error().message);
        if (!m_result)
            return; // another trial has begun
        QHash<ConversationId, std::pair<QString, QString>> known;
        for (const auto &[conversation, name] : *found)
            known.insert(conversation.id, {name, conversation.subject});
        std::vector<RuleTrialRow> rows;
        for (const ReplayChange &change : changes) {
            const auto about = known.value(change.conversation);
            rows.push_back({change, words::oneLine(about.first, 60), words::oneLine(about.second), kinds(change.kinds),
                            way(change.fromCategory, change.fromRoute), way(change.toCategory, change.toRoute)});
        }
        assign(std::move(rows));
        Q_EMIT stateChanged();
    });
}

QString RuleTrial::sentence() const
{
    const QLocale locale;
    if (m_running)
        return m_total > 0
            ? tr("%1 of %2 conversations looked at…").arg(locale.toString(m_done), locale.toString(m_total))
            : tr("Counting…");
    if (!m_result)
        return {};
    if (m_result->conversations == 0)
        return tr("There is no message from outside in this span.");
    QString text = tr("%1 of %2 conversations would change.")
                       .arg(locale.toString(m_result->changedConversations), locale.toString(m_result->conversations));
    if (m_result->accepted.live != m_result->accepted.draft)
        text += QLatin1Char(' ')
            + tr("Accepted without asking: %1 instead of %2.")
                  .arg(locale.toString(m_result->accepted.draft), locale.toString(m_result->accepted.live));
    if (rowCount() > 0 && qint64(m_result->changedMessages) > rowCount())
        text += QLatin1Char(' ') + tr("The newest %1 are listed.").arg(locale.toString(rowCount()));
    return text;
}

QStringList RuleTrial::moves() const
{
    if (!m_result)
        return {};
    std::vector<std::pair<qint64, QString>> all;
    for (auto it = m_result->moves.begin(); it != m_result->moves.end(); ++it) {
        const ReplayMove &move = it.key();
        if (move.fromCategory == move.toCategory && move.fromRoute == move.toRoute)
            continue;
        all.emplace_back(it.value(),
                         QStringLiteral("%1:  %2  ⇒  %3")
                             .arg(QLocale().toString(it.value()), way(move.fromCategory, move.fromRoute),
                                  way(move.toCategory, move.toRoute)));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    QStringList lines;
    for (const auto &[count, line] : all) {
        if (lines.size() < trialMoves)
            lines << line;
    }
    return lines;
}

QVariant RuleTrial::data(const QModelIndex &index, int role) const
{
    const RuleTrialRow *row = at(index);
    if (!row || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    switch (Column(index.column())) {
    case Contact: return row->contact;
    case Subject: return row->subject;
    case What: return row->what;
    case From: return row->from;
    case To: return row->to;
    case ColumnCount: break;
    }
    return {};
}

QVariant RuleTrial::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Contact: return tr("Contact");
    case Subject: return tr("Subject");
    case What: return tr("Other than now");
    case From: return tr("Now");
    case To: return tr("With the draft");
    case ColumnCount: break;
    }
    return {};
}

} // namespace patchbay

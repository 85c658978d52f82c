#include "ui/models/existing_model.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

ExistingModel::ExistingModel(const ConsoleContext &context, ConversationId conversation, QObject *parent)
    : RowsModel(parent)
    , m_context(context)
    , m_conversation(conversation)
    , m_records(context.targets)
{
}

void ExistingModel::reload()
{
    const quint64 epoch = ++m_epoch;
    using Tasks = std::vector<ExistingTask>;
    auto work = [id = m_conversation](Database &db) -> Result<Tasks> { return db.finish(existingTasks(db, id)); };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch](const Result<Tasks> &tasks) {
        if (epoch != m_epoch)
            return;
        if (!tasks) {
            Q_EMIT failed(tasks.error().message);
            return;
        }
        m_loaded = true;
        m_ours = *tasks;
        show();
    });
}

void ExistingModel::ask(const std::vector<Target> &targets, const TaskPayload &about)
{
    m_about = about;
    for (const Target &target : targets) {
        const bool known = std::any_of(m_asked.begin(), m_asked.end(),
                                       [&target](const Asked &one) { return one.target.id == target.id; });
        // Local tasks are ours: they are in the list already.
        if (!known && target.connector != QLatin1String("local"))
            askOne(target);
    }
    Q_EMIT changed();
}

void ExistingModel::askAgain()
{
    std::vector<Target> targets;
    for (const Asked &one : std::exchange(m_asked, {}))
        targets.push_back(one.target);
    ask(targets, m_about);
}

void ExistingModel::askOne(const Target &target)
{
    m_asked.push_back({target, Asked::State::Asking, {}, 0});
    const Result<bool> can = m_records.canList(target.id);
    if (!can || !*can) {
        m_asked.back().state = can ? Asked::State::Cannot : Asked::State::Failed;
        m_asked.back().words = can ? QString() : can.error().message;
        return;
    }
    auto work = [id = m_conversation](Database &db) -> Result<QStringList> {
        return db.finish(mailAddressesOf(db, id));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this, id = target.id](const Result<QStringList> &also) {
        if (!also)
            return answered(id, also.error());
        whenDone(this, m_records.of(id, m_about, *also),
                 [this, id](const Result<std::vector<RemoteRecord>> &records) { answered(id, records); });
    });
}

void ExistingModel::answered(TargetId target, const Result<std::vector<RemoteRecord>> &records)
{
    if (!records) {
        const Error::Kind kind = records.error().kind;
        const bool offline = kind == Error::Kind::Offline || kind == Error::Kind::Timeout;
        settle(target, offline ? Asked::State::Offline : Asked::State::Failed, records.error().message, 0);
        return;
    }
    m_theirs[target.value] = *records;
    settle(target, records->empty() ? Asked::State::None : Asked::State::Answered, {}, int(records->size()));
}

void ExistingModel::settle(TargetId target, Asked::State state, const QString &words, int found)
{
    for (Asked &one : m_asked) {
        if (one.target.id == target) {
            one.state = state;
            one.words = words;
            one.found = found;
        }
    }
    show();
}

qint64 ExistingModel::keyOf(TargetId target, const QString &record)
{
    qint64 &key = m_keys[QString::number(target.value) + QLatin1Char('/') + record];
    if (key == 0)
        key = -qint64(m_keys.size());
    return key;
}

/// Ours first; a record that one of ours is, is not there twice.
void ExistingModel::show()
{
    std::vector<ExistingRow> rows;
    QSet<QString> known;
    for (const ExistingTask &task : m_ours) {
        ExistingRow row;
        row.key = task.delivery.id.value;
        row.ours = task;
        row.target = task.delivery.target;
        row.targetName = task.target;
        row.record.externalId = task.delivery.externalId;
        row.record.title = task.task.payload.title;
        row.record.status = task.delivery.remoteStatus;
        row.record.closed = task.delivery.remoteClosed;
        row.record.url = task.delivery.externalUrl;
        known << QString::number(row.target.value) + QLatin1Char('/') + row.record.externalId;
        rows.push_back(std::move(row));
    }
    for (const Asked &one : m_asked) {
        for (const RemoteRecord &record : m_theirs.value(one.target.id.value)) {
            if (known.contains(QString::number(one.target.id.value) + QLatin1Char('/') + record.externalId))
                continue;
            rows.push_back({keyOf(one.target.id, record.externalId), {}, record, one.target.id, one.target.name});
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ExistingRow &a, const ExistingRow &b) { return a.isOpen() && !b.isOpen(); });
    assign(std::move(rows));
    Q_EMIT changed();
}

bool ExistingModel::hasOpenAt(const std::vector<TargetId> &targets) const
{
    return std::any_of(m_ours.begin(), m_ours.end(), [&](const ExistingTask &one) {
        return one.isOpen() && one.task.conversation == m_conversation
            && std::find(targets.begin(), targets.end(), one.delivery.target) != targets.end();
    });
}

QString ExistingModel::sentence(const Asked &asked)
{
    const QString name = words::oneLine(asked.target.name, 60);
    switch (asked.state) {
    case Asked::State::Asking: return tr("%1 is being asked for the person’s records…").arg(name);
    case Asked::State::Answered: return tr("%1 has %n record(s) of the person.", nullptr, asked.found).arg(name);
    case Asked::State::None: return tr("%1 has no record of the person.").arg(name);
    case Asked::State::Cannot:
        return tr("%1 cannot be asked for a person’s records. Its id or address can be linked below.").arg(name);
    case Asked::State::Offline: return tr("△ %1 cannot be reached now: %2").arg(name, words::oneLine(asked.words, 300));
    case Asked::State::Failed: return tr("✕ %1 did not say: %2").arg(name, words::oneLine(asked.words, 300));
    }
    return {};
}

QVariant ExistingModel::data(const QModelIndex &index, int role) const
{
    const ExistingRow *row = at(index);
    if (!row)
        return {};
    const Timestamp now = words::now();
    const QString title = words::oneLine(row->record.title.isEmpty() ? row->record.externalId : row->record.title, 160);
    const QString state = !row->ours
        ? (row->record.closed ? tr("✓ Closed there") : tr("● There"))
        : words::deliverySign(row->ours->delivery) + QLatin1Char(' ') + words::deliveryState(row->ours->delivery);
    const QString there = words::oneLine(row->record.status, 60);
    const Timestamp at = row->ours ? row->ours->delivery.createdAt : row->record.changed;
    if (role == Qt::AccessibleTextRole && index.column() == What)
        return tr("%1, in %2: %3, %4").arg(title, words::oneLine(row->targetName, 60), state.mid(2), there);
    if (role == Qt::ToolTipRole && row->ours)
        return QString(tr("From the conversation “%1”").arg(words::oneLine(row->ours->subject, 120))).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case What: return title;
    case Where: return words::oneLine(row->targetName, 60);
    case State: return state;
    case There: return there.isEmpty() ? QStringLiteral("–") : there;
    case Age: return at ? words::shortTime(at, now) : QStringLiteral("–");
    default: return {};
    }
}

QVariant ExistingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case What: return tr("What");
    case Where: return tr("Where");
    case State: return tr("State");
    case There: return tr("Over there");
    case Age: return tr("Since");
    default: return {};
    }
}

} // namespace patchbay

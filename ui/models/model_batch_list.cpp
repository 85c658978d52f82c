#include "ui/models/model_batch_list.h"

#include "core/engine/model_commands.h"
#include "core/engine/model_prompt.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

namespace patchbay {

namespace {

constexpr int batchesListed = 100;
constexpr int batchAnswersListed = 1000; // a batch has 200 at most

using BatchState = ModelBatch::State;

/// A state and what it says beside its colour.
QString batchState(const model_batches::Shown &shown)
{
    const model_batches::Shown::Waiting &waiting = shown.waiting;
    switch (shown.batch.state) {
    case BatchState::Running:
        return shown.batch.error.isEmpty() ? ModelBatchList::tr("… being answered")
                                           : ModelBatchList::tr("⚠ could not be asked");
    case BatchState::Failed: return ModelBatchList::tr("✕ failed");
    case BatchState::Ended:
        return shown.refused > 0 ? ModelBatchList::tr("✓ ended, not all answered") : ModelBatchList::tr("✓ answered");
    case BatchState::Open: break;
    }
    if (waiting.questions == 0)
        return ModelBatchList::tr("– cancelled");
    if (waiting.state == DeliveryState::Unknown)
        return ModelBatchList::tr("? unknown");
    if (waiting.isSought)
        return ModelBatchList::tr("? reply lost, looked up");
    if (waiting.state == DeliveryState::Sending)
        return ModelBatchList::tr("… leaving");
    return waiting.state == DeliveryState::Failed ? ModelBatchList::tr("⚠ not there yet")
                                                  : ModelBatchList::tr("… waits to leave");
}

QString batchAgain(Timestamp at)
{
    if (!at || at <= words::now())
        return ModelBatchList::tr("now");
    return ModelBatchList::tr("at %1").arg(
        QLocale().toString(at.toDateTime().toLocalTime().time(), QLocale::ShortFormat));
}

/// Of one that is not over there.
QString batchWaitingSentence(const model_batches::Shown &shown)
{
    const model_batches::Shown::Waiting &waiting = shown.waiting;
    const QString said = words::oneLine(waiting.error, 400);
    if (waiting.questions == 0)
        return ModelBatchList::tr("It was cancelled before it left. Nothing was asked.");
    if (waiting.state == DeliveryState::Unknown)
        return ModelBatchList::tr("Nobody knows whether it left. Settle it in the Outbox. %1").arg(said);
    if (waiting.isSought)
        return ModelBatchList::tr("The reply to it was lost, so it may be there: it is looked up, %1, before anything "
                                  "is sent again. %2")
            .arg(batchAgain(waiting.nextAt), said);
    if (waiting.state == DeliveryState::Sending)
        return ModelBatchList::tr("It is on its way.");
    if (waiting.state == DeliveryState::Failed)
        return ModelBatchList::tr("It has not left; it is tried again %1. %2").arg(batchAgain(waiting.nextAt), said);
    return ModelBatchList::tr("It waits in the Outbox, where it can be cancelled until it has left.");
}

QString batchEndSentence(const model_batches::Shown &shown)
{
    const int silent = shown.questions - shown.answered - shown.refused;
    QStringList parts{ModelBatchList::tr("%1 answered").arg(shown.answered)};
    if (shown.refused > 0)
        parts << ModelBatchList::tr("%1 refused or not answered").arg(shown.refused);
    if (silent > 0)
        parts << ModelBatchList::tr("%1 without an end").arg(silent);
    return ModelBatchList::tr("It ended on %1: %2.")
        .arg(words::fullTime(shown.batch.endedAt), parts.join(QStringLiteral(", ")));
}

QString answerOutcome(const questions::Shown &shown)
{
    if (shown.question.isAnswered()) {
        const QString says = answerText(shown.question);
        return QStringLiteral("✓ ")
            + (says == noCategoryLabel() ? BatchAnswers::tr("none of the categories") : words::oneLine(says, 80));
    }
    if (shown.isAway())
        return BatchAnswers::tr("… being answered");
    if (shown.isWaiting())
        return BatchAnswers::tr("… waits");
    if (shown.state == DeliveryState::Cancelled)
        return BatchAnswers::tr("– cancelled");
    return shown.state == DeliveryState::Unknown ? BatchAnswers::tr("? unknown") : BatchAnswers::tr("✕ no answer");
}

QString answerReason(const questions::Shown &shown)
{
    if (shown.question.isAnswered())
        return words::oneLine(shown.question.answer.value(QLatin1String("reason")).toString(), 500);
    return words::oneLine(shown.error, 500);
}

} // namespace

ModelBatchList::ModelBatchList(Store &store, const Models *models, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
    , m_models(models)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(80);
    connect(&m_timer, &QTimer::timeout, this, &ModelBatchList::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        const bool ours = changes.models || changes.everything || !changes.deliveries.isEmpty();
        if (ours && !m_timer.isActive())
            m_timer.start();
    });
}

void ModelBatchList::reload()
{
    using Page = std::pair<std::vector<model_batches::Shown>, QString>;
    const quint64 epoch = ++m_epoch;
    auto work = [](Database &db) -> Result<Page> {
        return db.finish(Page(model_batches::list(db, batchesListed), modelPolicy(db).currency));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Page> &page) {
        if (epoch != m_epoch)
            return;
        if (!page)
            return Q_EMIT failed(page.error().message);
        m_currency = words::oneLine(page->second, 8);
        assign(page->first);
        Q_EMIT loaded();
    });
}

bool ModelBatchList::same(const model_batches::Shown &a, const model_batches::Shown &b) const
{
    return a.batch.state == b.batch.state && a.batch.error == b.batch.error && a.batch.nextAt == b.batch.nextAt
        && a.modelName == b.modelName && a.operatorName == b.operatorName && a.questions == b.questions
        && a.answered == b.answered && a.refused == b.refused && a.cost == b.cost && a.waiting == b.waiting;
}

int ModelBatchList::running() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(),
                             [](const model_batches::Shown &row) { return row.batch.state == BatchState::Running; }));
}

QString ModelBatchList::problemHere(const ModelBatch &batch) const
{
    const std::optional<Error> problem = m_models ? m_models->problem(batch.model) : std::nullopt;
    return problem ? words::oneLine(problem->message, 300) : QString();
}

QString ModelBatchList::sentence(int row) const
{
    const model_batches::Shown *shown = at(row);
    if (!shown)
        return {};
    const ModelBatch &batch = shown->batch;
    QStringList all;
    switch (batch.state) {
    case BatchState::Open: all << batchWaitingSentence(*shown); break;
    case BatchState::Running:
        all << tr("It is there since %1 and is called %2; answers come within a day, and are asked for again %3.")
                   .arg(words::fullTime(batch.sentAt), words::oneLine(batch.externalId, 80), batchAgain(batch.nextAt));
        if (!batch.error.isEmpty())
            all << tr("The last time it could not be asked: %1").arg(words::oneLine(batch.error, 600));
        break;
    case BatchState::Ended: all << batchEndSentence(*shown); break;
    case BatchState::Failed: all << tr("It came to nothing: %1").arg(words::oneLine(batch.error, 600)); break;
    }
    const bool goesOn = batch.state == BatchState::Running || shown->waiting.questions > 0;
    if (const QString problem = problemHere(batch); goesOn && !problem.isEmpty())
        all << tr("Not from this computer: %1").arg(problem);
    return all.join(QLatin1Char(' '));
}

QVariant ModelBatchList::data(const QModelIndex &index, int role) const
{
    const model_batches::Shown *shown = at(index);
    if (!shown)
        return {};
    if (role == Qt::TextAlignmentRole && index.column() >= Questions)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    const QString price = QStringLiteral("%1 %2").arg(moneyText(shown->cost), m_currency);
    if (role == Qt::AccessibleTextRole && index.column() == When)
        return tr("%1, %2, asked by %3 on %4: %5 questions, %6 answered, %7 refused, %8")
            .arg(batchState(*shown), words::oneLine(shown->modelName, 60), words::oneLine(shown->operatorName, 60),
                 words::fullTime(shown->batch.createdAt), QString::number(shown->questions),
                 QString::number(shown->answered), QString::number(shown->refused), price);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case When: return words::shortTime(shown->batch.createdAt, words::now());
    case Model: return words::oneLine(shown->modelName, 60);
    case State: return batchState(*shown);
    case Questions: return shown->questions;
    case Answered: return shown->answered;
    case Refused: return shown->refused;
    case Price: return price;
    default: return {};
    }
}

QVariant ModelBatchList::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case When: return tr("Asked");
    case Model: return tr("Model");
    case State: return tr("State");
    case Questions: return tr("Questions");
    case Answered: return tr("Answered");
    case Refused: return tr("Refused");
    case Price: return tr("Spent or held");
    default: return {};
    }
}

BatchAnswers::BatchAnswers(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(80);
    connect(&m_timer, &QTimer::timeout, this, &BatchAnswers::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        const bool ours = changes.models || changes.everything || !changes.deliveries.isEmpty();
        if (ours && m_batch && !m_timer.isActive())
            m_timer.start();
    });
}

void BatchAnswers::setBatch(ModelBatchId batch)
{
    if (batch == m_batch)
        return;
    m_batch = batch;
    assign({}); // what another one came to must not stand under this one
    reload();
}

void BatchAnswers::reload()
{
    const quint64 epoch = ++m_epoch;
    if (!m_batch)
        return;
    auto work = [batch = m_batch](Database &db) {
        return db.finish(questions::ofBatch(db, batch, batchAnswersListed));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<std::vector<questions::Shown>> &found) {
        if (epoch != m_epoch)
            return;
        if (!found)
            return Q_EMIT failed(found.error().message);
        assign(*found);
    });
}

bool BatchAnswers::same(const questions::Shown &a, const questions::Shown &b) const
{
    return a.question.answer == b.question.answer && a.error == b.error && a.state == b.state && a.batch == b.batch
        && a.contactName == b.contactName;
}

QVariant BatchAnswers::data(const QModelIndex &index, int role) const
{
    const questions::Shown *shown = at(index);
    if (!shown)
        return {};
    const QString name = shown->contactName.isEmpty() ? tr("(without a name)") : words::oneLine(shown->contactName, 80);
    if (role == Qt::AccessibleTextRole && index.column() == About)
        return tr("%1: %2. %3").arg(name, answerOutcome(*shown), answerReason(*shown));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case About: return name;
    case Outcome: return answerOutcome(*shown);
    case Reason: return answerReason(*shown);
    default: return {};
    }
}

QVariant BatchAnswers::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case About: return tr("About");
    case Outcome: return tr("What it came to");
    case Reason: return tr("In the model's words, or why not");
    default: return {};
    }
}

} // namespace patchbay

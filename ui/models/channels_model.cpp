#include "ui/models/channels_model.h"

#include "core/store/account_table.h"
#include "ui/models/channel_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

constexpr std::chrono::milliseconds channelsPause{500}; ///< between looks while messages come in
constexpr std::chrono::milliseconds channelsAge = std::chrono::seconds(30);

bool channelsSame(const Channel &a, const Channel &b)
{
    return a.name == b.name && a.connector == b.connector && a.settings == b.settings && a.health == b.health
        && a.healthDetail == b.healthDetail && a.lastReceivedAt == b.lastReceivedAt && a.caughtUpAt == b.caughtUpAt
        && a.paused == b.paused && a.standing == b.standing;
}

} // namespace

ChannelsModel::ChannelsModel(const ConsoleContext &context, QObject *parent)
    : RowsModel(parent)
    , m_store(context.store)
    , m_channels(context.channels)
    , m_catalog(context.catalog)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(channelsPause);
    const auto soon = [this] {
        if (!m_timer.isActive())
            m_timer.start();
    };
    connect(&m_timer, &QTimer::timeout, this, &ChannelsModel::reload);
    connect(&m_clock, &QTimer::timeout, this, &ChannelsModel::tick);
    m_clock.start(channelsAge);
    connect(&context.channels, &Channels::problemsChanged, this, soon);
    connect(&context.store, &Store::changed, this, [soon](const ChangeSet &changes) {
        if (changes.channels || !changes.conversations.isEmpty() || !changes.deliveries.isEmpty() || changes.everything)
            soon();
    });
}

void ChannelsModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [now = words::now()](Database &db) -> Result<Everything> {
        Everything all;
        all.channels = channels::all(db);
        all.figures = channels::allFigures(db, now);
        all.lags = channels::allLags(db, now);
        return db.finish(std::move(all));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Everything> &all) {
        if (epoch != m_epoch)
            return;
        if (!all)
            return Q_EMIT failed(all.error().message);
        show(*all);
        Q_EMIT loaded();
    });
}

void ChannelsModel::show(const Everything &all)
{
    std::vector<ChannelRow> rows;
    for (const Channel &channel : all.channels) {
        const auto figures = all.figures.find(channel.id.value);
        const auto lag = all.lags.find(channel.id.value);
        ChannelRow row{channel,
                       figures == all.figures.end() ? channels::Figures() : figures->second,
                       lag == all.lags.end() ? channels::Lag() : lag->second,
                       m_catalog.chat(channel.connector),
                       {}};
        if (const auto problem = m_channels.problem(channel.id))
            row.problem =
                m_store.isShared() ? tr("Not from this workstation: %1").arg(problem->message) : problem->message;
        rows.push_back(std::move(row));
    }
    assign(std::move(rows));
}

QStringList ChannelRow::standing(Timestamp now) const
{
    return words::standing(channel.standing, info ? info->title : channel.connector, now);
}

QString ChannelRow::behind() const { return info && info->isChat ? words::behind(lag, health()) : QString(); }

bool ChannelRow::isUnusuallyBehind() const
{
    return info && info->isChat && health() == Health::Ok && words::isUnusuallyBehind(lag);
}

bool ChannelsModel::same(const ChannelRow &a, const ChannelRow &b) const
{
    return channelsSame(a.channel, b.channel) && a.figures == b.figures && a.lag == b.lag && a.problem == b.problem;
}

void ChannelsModel::tick()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Last), index(rowCount() - 1, Says), {Qt::DisplayRole});
}

QString ChannelsModel::text(const ChannelRow &row, int column) const
{
    const Timestamp now = words::now();
    switch (column) {
    case Name: return words::oneLine(row.channel.name, 80);
    case Connector: return row.info ? row.info->title : tr("%1, not in this build").arg(row.channel.connector);
    case State:
        return row.isArchive() && row.problem.isEmpty()
            ? tr("○ imported only")
            : words::healthSign(row.health()) + QLatin1Char(' ') + words::health(row.health());
    case Last: return row.channel.lastReceivedAt ? words::shortTime(row.channel.lastReceivedAt, now) : tr("never");
    case Rhythm: return words::rhythm(row.figures, row.channel.lastReceivedAt, now);
    case In: return words::arrived(row.figures);
    case Out: return row.info && !row.info->canSend ? tr("cannot send") : words::replied(row.figures);
    case Says: {
        QStringList said = row.standing(now);
        if (row.isUnusuallyBehind() || row.health() == Health::CatchingUp)
            said << row.behind();
        said << words::oneLine(row.sentence(), 300);
        said.removeAll(QString());
        return said.join(QStringLiteral("; "));
    }
    default: return {};
    }
}

QVariant ChannelsModel::data(const QModelIndex &index, int role) const
{
    const ChannelRow *row = at(index);
    if (!row)
        return {};
    if (role == Qt::DisplayRole)
        return text(*row, index.column());
    if (role != Qt::AccessibleTextRole)
        return {};
    if (index.column() != Name)
        return tr("%1: %2", "a column and what stands in it")
            .arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), text(*row, index.column()));
    QStringList parts{tr("Channel %1").arg(text(*row, Name)), text(*row, Connector), text(*row, State),
                      tr("last message: %1").arg(text(*row, Last))};
    for (const Column column : {Rhythm, In, Out, Says}) {
        if (const QString words = text(*row, column); !words.isEmpty())
            parts << words;
    }
    if (const QString behind = row->behind(); !behind.isEmpty() && !parts.last().contains(behind))
        parts << behind;
    return parts.join(QStringLiteral(", "));
}

QVariant ChannelsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Channel");
    case Connector: return tr("Connector");
    case State: return tr("State");
    case Last: return tr("Last message");
    case Rhythm: return tr("Rhythm");
    case In: return tr("In, 24 hours");
    case Out: return tr("Out, 24 hours");
    case Says: return tr("What it says");
    default: return {};
    }
}

} // namespace patchbay

#pragma once

#include "core/store/channel_figures.h"
#include "core/store/channel_lag.h"
#include "core/store/store.h"
#include "ui/models/console_context.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// One channel, how it fares, and what its connector is.
struct ChannelRow {
    Channel channel = {};
    channels::Figures figures = {};
    channels::Lag lag = {};
    const ChatConnectorInfo *info = nullptr; ///< null: this build has no such connector
    QString problem = {}; ///< why this workstation cannot run it; empty: it can

    /// In a team what this workstation lacks is not in the database: it is shown here, and only here.
    Health health() const
    {
        return !problem.isEmpty() ? Health::Failed : channel.paused ? Health::Paused : channel.health;
    }
    /// It only holds what was imported: nothing comes in by itself, and nothing is sent.
    bool isArchive() const { return info && !info->canSend && !info->takesHooks; }
    /// It is reached at an address of the gateway.
    bool isCalled() const { return info && info->isCalled(channel.settings); }
    /// What its platform told of the sign-in and its limits, in words.
    QStringList standing(Timestamp now) const;
    /// How far behind its platform it is, in words; empty where nobody can say: of mail the time is the sender's.
    QString behind() const;
    bool isUnusuallyBehind() const;
    QString sentence() const { return problem.isEmpty() ? channel.healthDetail : problem; }
};

/// The channels by name, with figures that are functions of the database alone; follows commits and the clock, and
/// keeps its rows in place. GUI thread.
class ChannelsModel final : public RowsModel<ChannelRow> {
    Q_OBJECT

public:
    enum Column { Name, Connector, State, Last, Rhythm, In, Out, Says, ColumnCount };

    explicit ChannelsModel(const ConsoleContext &context, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const ChannelRow &row) const override { return row.channel.id.value; }
    bool same(const ChannelRow &a, const ChannelRow &b) const override;

private:
    struct Everything {
        std::vector<Channel> channels = {};
        std::map<qint64, channels::Figures> figures = {};
        std::map<qint64, channels::Lag> lags = {};
    };
    void show(const Everything &all);
    QString text(const ChannelRow &row, int column) const;
    void tick();

    Store &m_store;
    const Channels &m_channels;
    const Catalog &m_catalog;
    quint64 m_epoch = 0;
    QTimer m_timer;
    QTimer m_clock; ///< silences grow without a commit
};

} // namespace patchbay

#pragma once

#include "core/engine/accounts.h"
#include "core/model/account.h"
#include "core/store/conversation_table.h"
#include "core/store/saved_search_table.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// One entry of the left rail.
struct RailRow {
    enum class Kind {
        Header,
        View,
        SavedSearch,
        Outbox,
        Tasks,
        LocalTasks,
        Quarantine,
        Rules,
        Categories,
        Workspace,
        Channel,
        Target
    };
    Kind kind = Kind::View;
    conversations::View view = conversations::View::All;
    QString title = {};
    int count = 0;
    bool more = false; ///< counting stopped there
    int problems = 0; ///< shown in the colour and with the word of trouble
    Health health = Health::Unknown;
    QString detail = {}; ///< the sentence behind the row
    Channel channel = {};
    TargetId target = {};
    QString targetConnector = {};
    SavedSearch search = {};

    bool operator==(const RailRow &other) const
    {
        return kind == other.kind && view == other.view && title == other.title && count == other.count
            && more == other.more && problems == other.problems && health == other.health && detail == other.detail
            && search == other.search && channel.id == other.channel.id && target == other.target
            && targetConnector == other.targetConnector && channel.paused == other.channel.paused
            && channel.caughtUpAt == other.channel.caughtUpAt && channel.lastReceivedAt == other.channel.lastReceivedAt;
    }
};

/// What the rail shows, with counts that are functions of the database alone. GUI thread.
class RailModel final : public RowsModel<RailRow> {
    Q_OBJECT

public:
    RailModel(Store &store, OperatorId me, QObject *parent = nullptr);

    /// In a team: what this workstation lacks to run a channel or to deliver to a target is shown here, and only here.
    void showProblemsOf(const Channels &channels, const Targets &targets);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

    int rowOfKind(RailRow::Kind kind) const;
    int rowOfView(conversations::View view) const;
    int rowOfSearch(SavedSearchId search) const;
    /// The saved searches, in the order of the rail.
    std::vector<SavedSearch> searches() const;
    int countOf(conversations::View view) const;
    bool hasChannels() const;
    /// "All channels caught up at 14:03:12", or what is behind and why: the watermark in one sentence.
    QString watermark() const;
    bool isTroubled() const; ///< a channel or target is offline or failed
    void reload();

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const RailRow &row) const override;
    bool same(const RailRow &a, const RailRow &b) const override { return a == b; }

private:
    struct Counts;
    static Result<Counts> read(Database &db, OperatorId me);
    void show(const Counts &counts);
    void showHolder(RailRow &row, const Counts &counts) const;

    Store &m_store;
    OperatorId m_me;
    const Channels *m_channels = nullptr;
    const Targets *m_targets = nullptr;
    QTimer m_timer;
    QTimer m_lapse; ///< a lease that runs out is no commit: nothing else would notice
    bool m_reading = false;
};

} // namespace patchbay

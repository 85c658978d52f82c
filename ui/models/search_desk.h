#pragma once

#include "core/base/cancel.h"
#include "core/search/completion.h"
#include "core/store/search_table.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// What a search field needs to know of the workspace while one types: its names, people, and what a search sees.
/// Reads when asked and when it changes. GUI thread.
class SearchDesk final : public QObject {
    Q_OBJECT

public:
    explicit SearchDesk(Store &store, QObject *parent = nullptr);

    /// Names and people known by now; names are none before the first answer.
    const CompletionSource &source() const { return m_source; }
    bool knowsNames() const { return m_knowsNames; }
    /// None before the first answer.
    const std::optional<search::Coverage> &coverage() const { return m_coverage; }
    /// Empty, or why names or coverage could not be read.
    QString failure() const { return m_failure; }

    /// From now on what it knows follows the workspace; until then it reads nothing.
    void follow();
    void rest();
    /// Looks people up by what was typed of them; peopleFound() follows.
    void lookUp(const QString &typed);

Q_SIGNALS:
    void namesChanged();
    void peopleFound();
    void coverageChanged();

private:
    void readNames();
    void readCoverage();

    Store &m_store;
    CompletionSource m_source;
    std::optional<search::Coverage> m_coverage;
    QString m_failure;
    QString m_lookedUp;
    CancelToken m_cancelPeople;
    bool m_follows = false;
    bool m_knowsNames = false;
    bool m_readsCoverage = false;
    QTimer m_namesTimer;
    QTimer m_coverageTimer;
};

} // namespace patchbay

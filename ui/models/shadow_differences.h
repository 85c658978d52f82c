#pragma once

#include "core/store/rule_table.h"
#include "ui/models/changed_conversations.h"

#include <QtCore/QTimer>

namespace patchbay {

/// What the draft beside the live rules (or, when none is, the last one that was) would have decided otherwise, newest
/// first, while somebody looks. GUI thread.
class ShadowDifferences final : public QObject {
    Q_OBJECT

public:
    explicit ShadowDifferences(Store &store, QObject *parent = nullptr);

    /// Reads, and from then on again as messages come in; or stops.
    void follow(bool on);
    /// None: no draft ever was beside the live rules.
    const std::optional<rule_drafts::Draft> &draft() const { return m_draft; }
    ChangedConversations &list() { return m_list; }
    /// "Beside the live rules until ...: it would have decided 2 of 7 messages otherwise."
    QString sentence() const;

Q_SIGNALS:
    void changed();
    void failed(const QString &sentence);

private:
    void reload();

    Store &m_store;
    ChangedConversations m_list;
    std::optional<rule_drafts::Draft> m_draft;
    QTimer m_timer;
    bool m_followed = false;
    quint64 m_epoch = 0;
};

} // namespace patchbay

#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <QtCore/QFuture>
#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>

namespace patchbay {

/// What is being written, one text per conversation and kind ("reply", "note"), so that texts never mix. Saves at the
/// latest one second after the last key, and every three while keys keep coming. GUI thread.
class DraftKeeper final : public QObject {
    Q_OBJECT

public:
    using Save = std::function<QFuture<Result<Done>>(ConversationId, QString kind, QString text)>;

    explicit DraftKeeper(Save save, QObject *parent = nullptr);

    /// The text here, when there is one that the database may not have yet.
    bool has(ConversationId conversation, const QString &kind) const;
    QString text(ConversationId conversation, const QString &kind) const;
    /// Moves on with each key and each save; taken before a read, it tells whether the read may be older than a text
    /// here.
    quint64 stamp() const { return m_stamp; }
    /// What the database had in a read that began at `stamp`; ignored where this run has newer text.
    void restore(ConversationId conversation, const QString &kind, const QString &text, quint64 stamp);
    void edit(ConversationId conversation, const QString &kind, const QString &text);
    /// A text that comes from elsewhere than the keys: shown and saved like one that was typed.
    void put(ConversationId conversation, const QString &kind, const QString &text);
    /// The text went out (its draft row went in the same transaction): empty, unless it was changed meanwhile.
    void sent(ConversationId conversation, const QString &kind, const QString &text);
    /// Starts saving everything that is not saved; before a conversation switch and before the window closes.
    void flush();
    bool hasUnsaved() const { return !m_dirty.isEmpty(); }
    bool isSaving() const { return m_running > 0; }

Q_SIGNALS:
    void changed(patchbay::ConversationId conversation, const QString &kind);
    void failed(const QString &sentence);
    /// Every save that was under way has ended; hasUnsaved() tells whether one failed.
    void settled();

private:
    using Key = QPair<qint64, QString>;
    Save m_save;
    QHash<Key, QString> m_texts;
    QHash<Key, bool> m_dirty;
    QHash<Key, quint64> m_touched;
    QHash<Key, int> m_saving;
    quint64 m_stamp = 0;
    int m_running = 0;
    QTimer m_pause;
    QTimer m_longest;
};

} // namespace patchbay

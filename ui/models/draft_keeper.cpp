#include "ui/models/draft_keeper.h"

#include "ui/models/when_done.h"

namespace patchbay {

DraftKeeper::DraftKeeper(Save save, QObject *parent)
    : QObject(parent)
    , m_save(std::move(save))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(600);
    m_longest.setSingleShot(true);
    m_longest.setInterval(3000);
    connect(&m_pause, &QTimer::timeout, this, &DraftKeeper::flush);
    connect(&m_longest, &QTimer::timeout, this, &DraftKeeper::flush);
}

bool DraftKeeper::has(ConversationId conversation, const QString &kind) const
{
    return m_texts.contains({conversation.value, kind});
}

QString DraftKeeper::text(ConversationId conversation, const QString &kind) const
{
    return m_texts.value({conversation.value, kind});
}

void DraftKeeper::restore(ConversationId conversation, const QString &kind, const QString &text, quint64 stamp)
{
    const Key key{conversation.value, kind};
    if (m_dirty.contains(key) || m_saving.value(key) > 0 || m_touched.value(key) > stamp)
        return;
    if (m_texts.contains(key) && m_texts.value(key) == text)
        return;
    m_texts.insert(key, text);
    Q_EMIT changed(conversation, kind);
}

void DraftKeeper::edit(ConversationId conversation, const QString &kind, const QString &text)
{
    const Key key{conversation.value, kind};
    if (m_texts.contains(key) && m_texts.value(key) == text)
        return;
    m_texts.insert(key, text);
    m_touched.insert(key, ++m_stamp);
    m_dirty.insert(key, true);
    m_pause.start();
    if (!m_longest.isActive())
        m_longest.start();
}

void DraftKeeper::put(ConversationId conversation, const QString &kind, const QString &text)
{
    edit(conversation, kind, text);
    Q_EMIT changed(conversation, kind);
}

void DraftKeeper::sent(ConversationId conversation, const QString &kind, const QString &text)
{
    const Key key{conversation.value, kind};
    m_touched.insert(key, ++m_stamp);
    if (m_texts.value(key) != text) {
        m_dirty.insert(key, true); // written on while it went out: the row is gone, this text is not
        m_pause.start();
        return;
    }
    m_texts.insert(key, QString());
    m_dirty.remove(key);
    Q_EMIT changed(conversation, kind);
}

void DraftKeeper::flush()
{
    m_pause.stop();
    m_longest.stop();
    const QHash<Key, bool> dirty = std::exchange(m_dirty, {});
    for (auto it = dirty.constBegin(); it != dirty.constEnd(); ++it) {
        const Key key = it.key();
        ++m_saving[key];
        ++m_running;
        whenDone(this, m_save(ConversationId{key.first}, key.second, m_texts.value(key)),
                 [this, key](const Result<Done> &saved) {
                     --m_saving[key];
                     --m_running;
                     m_touched.insert(key, ++m_stamp);
                     if (!saved) {
                         m_dirty.insert(key, true);
                         m_longest.start();
                         Q_EMIT failed(saved.error().message);
                     }
                     if (m_running == 0)
                         Q_EMIT settled();
                 });
    }
}

} // namespace patchbay

#include "ui/models/shadow_differences.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

namespace patchbay {

namespace {

constexpr int shadowListed = 500;

struct ShadowRead {
    std::optional<rule_drafts::Draft> draft = {};
    std::vector<rule_drafts::Difference> differences = {};
};

Result<ShadowRead> shadowRead(Database &db)
{
    ShadowRead found;
    found.draft = rule_drafts::lastInShadow(db);
    if (found.draft)
        found.differences = rule_drafts::differences(db, found.draft->id, 0, shadowListed);
    return db.finish(std::move(found));
}

} // namespace

ShadowDifferences::ShadowDifferences(Store &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_list(store, tr("Subject"), tr("When"))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(300);
    connect(&m_timer, &QTimer::timeout, this, &ShadowDifferences::reload);
    connect(&store, &Store::changed, this, [this] {
        if (m_followed && !m_timer.isActive())
            m_timer.start();
    });
    connect(&m_list, &ChangedConversations::loaded, this, &ShadowDifferences::changed);
    connect(&m_list, &ChangedConversations::failed, this, &ShadowDifferences::failed);
}

void ShadowDifferences::follow(bool on)
{
    m_followed = on;
    if (on)
        reload();
    else
        m_timer.stop();
}

void ShadowDifferences::reload()
{
    const quint64 epoch = ++m_epoch;
    whenDone(this, m_store.read(shadowRead), [this, epoch](const Result<ShadowRead> &found) {
        if (epoch != m_epoch)
            return;
        if (!found)
            return Q_EMIT failed(found.error().message);
        m_draft = found->draft;
        std::vector<ChangedConversation> rows;
        for (const rule_drafts::Difference &one : found->differences) {
            ChangedConversation row;
            row.key = one.id;
            row.conversation = one.conversation;
            row.what = words::fullTime(one.at);
            row.from = words::oneLine(one.live, 300);
            row.to = words::oneLine(one.draft, 300);
            rows.push_back(std::move(row));
        }
        m_list.show(std::move(rows));
    });
}

QString ShadowDifferences::sentence() const
{
    if (!m_draft)
        return tr(
            "No draft was asked beside the live rules yet. “Beside the live rules…” asks the draft about each new "
            "message for some days, without any effect.");
    const QLocale locale;
    const QString seen = locale.toString(m_draft->shadowSeen);
    const QString differs = locale.toString(m_draft->shadowDiffers);
    QString text = m_draft->shadowUntil > words::now()
        ? tr("Beside the live rules until %1: it would have decided %2 of %3 messages otherwise.")
              .arg(words::fullTime(m_draft->shadowUntil), differs, seen)
        : tr("It was beside the live rules and would have decided %1 of %2 messages otherwise.").arg(differs, seen);
    if (m_draft->shadowDiffers > m_list.rowCount())
        text += QLatin1Char(' ') + tr("The newest %1 are listed.").arg(locale.toString(m_list.rowCount()));
    return text;
}

} // namespace patchbay

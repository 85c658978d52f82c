#include "ui/models/gui_watchdog.h"

#include "core/base/log.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>

namespace patchbay {

namespace {

using namespace std::chrono_literals;

constexpr auto watchdogBeat = 20ms;
constexpr auto watchdogPatience = 250ms; ///< a person notices it

QEvent::Type watchdogBeatEvent()
{
    static const int type = QEvent::registerEventType();
    return QEvent::Type(type);
}

} // namespace

GuiWatchdog::GuiWatchdog(QObject *parent)
    : QObject(parent)
{
    m_clock.start();
    m_thread = std::thread([this] { watch(); });
}

GuiWatchdog::~GuiWatchdog()
{
    {
        const std::lock_guard guard(m_mutex);
        m_ending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void GuiWatchdog::watch()
{
    bool told = false;
    std::unique_lock guard(m_mutex);
    while (!m_wake.wait_for(guard, watchdogBeat, [this] { return m_ending; })) {
        const qint64 asked = m_askedAt;
        if (asked < 0) {
            told = false;
            m_askedAt = now().count();
            QCoreApplication::postEvent(this, new QEvent(watchdogBeatEvent()));
        } else if (!told && now().count() - asked > watchdogPatience.count()) {
            told = true; // now, and not when it ends: it may never
            ++m_warnings;
            logWarning("gui", QStringLiteral("The window has not answered for %1 ms.").arg(now().count() - asked));
        }
    }
}

bool GuiWatchdog::event(QEvent *event)
{
    if (event->type() != watchdogBeatEvent())
        return QObject::event(event);
    const std::chrono::milliseconds length = now() - std::chrono::milliseconds(m_askedAt);
    m_history.add(now(), length);
    m_askedAt = -1;
    ++m_beats;
    if (length > watchdogPatience)
        logWarning("gui", QStringLiteral("The window was blocked for %1 ms.").arg(length.count()));
    return true;
}

std::chrono::milliseconds GuiWatchdog::longest() const { return m_history.longest(now()); }

std::chrono::milliseconds GuiWatchdog::p99() const { return m_history.p99(now()); }

QString GuiWatchdog::sentence() const
{
    return tr("GUI thread: longest block %1 ms in the last hour").arg(longest().count());
}

} // namespace patchbay

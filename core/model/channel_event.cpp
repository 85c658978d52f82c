#include "core/model/channel_event.h"

#include <array>
#include <utility>

namespace patchbay {

namespace {

using EventKind = ChannelEvent::Kind;

constexpr std::array<std::pair<EventKind, const char *>, 14> channelEventNames{{
    {EventKind::Connecting, "connecting"},
    {EventKind::Connected, "connected"},
    {EventKind::Lost, "lost"},
    {EventKind::Stopped, "stopped"},
    {EventKind::Waits, "waits"},
    {EventKind::SignInRefused, "sign_in_refused"},
    {EventKind::Fetched, "fetched"},
    {EventKind::Doubled, "doubled"},
    {EventKind::Unreadable, "unreadable"},
    {EventKind::RequestRefused, "request_refused"},
    {EventKind::RequestNotStored, "request_not_stored"},
    {EventKind::Sent, "sent"},
    {EventKind::NotSent, "not_sent"},
    {EventKind::TypingNotShown, "typing_not_shown"},
}};

} // namespace

bool ChannelEvent::isTrouble() const
{
    switch (kind) {
    case Kind::Connecting:
    case Kind::Connected:
    case Kind::Stopped:
    case Kind::Fetched:
    case Kind::Doubled:
    case Kind::Sent: return false;
    case Kind::Lost:
    case Kind::Waits:
    case Kind::SignInRefused:
    case Kind::Unreadable:
    case Kind::RequestRefused:
    case Kind::RequestNotStored:
    case Kind::NotSent:
    case Kind::TypingNotShown: break;
    }
    return true;
}

QString nameOf(ChannelEvent::Kind kind)
{
    for (const auto &[value, name] : channelEventNames) {
        if (value == kind)
            return QLatin1String(name);
    }
    return {};
}

ChannelEvent::Kind channelEventKind(const QString &name)
{
    for (const auto &[value, known] : channelEventNames) {
        if (name == QLatin1String(known))
            return value;
    }
    return EventKind::Connecting;
}

} // namespace patchbay

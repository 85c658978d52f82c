#pragma once

#include <QtCore/QDateTime>

#include <chrono>
#include <compare>

namespace patchbay {

/// A point in time: microseconds since 1970-01-01 UTC. 0 means "none".
struct Timestamp {
    qint64 us = 0;

    explicit operator bool() const { return us != 0; }
    auto operator<=>(const Timestamp &) const = default;
    Timestamp operator+(std::chrono::microseconds d) const { return {us + d.count()}; }
    Timestamp operator-(std::chrono::microseconds d) const { return {us - d.count()}; }
    std::chrono::microseconds operator-(Timestamp other) const { return std::chrono::microseconds(us - other.us); }

    QDateTime toDateTime() const { return QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::UTC); }
    static Timestamp from(const QDateTime &at) { return {at.isValid() ? at.toMSecsSinceEpoch() * 1000 : 0}; }
};

/// Where the time comes from, so that tests can turn it by hand. Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
public:
    Timestamp now() const override;
};

} // namespace patchbay

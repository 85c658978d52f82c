#pragma once

#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// An amount in millionths of the one currency that the workspace's models are paid in.
struct Money {
    qint64 micros = 0;

    auto operator<=>(const Money &) const = default;
    Money operator+(Money other) const { return {micros + other.micros}; }
    Money &operator+=(Money other)
    {
        micros += other.micros;
        return *this;
    }
};

/// "12", "0.15" or "2.500000": digits, a point, at most six places, at most a million. Nothing else is an amount.
std::optional<Money> moneyFrom(const QString &text);
/// "0.15", "2.50", "0.000120": at least two places, no more than it needs.
QString moneyText(Money amount);
/// What so many tokens cost at this price of a million tokens, rounded up.
Money priceOf(qint64 tokens, Money perMillion);

} // namespace patchbay

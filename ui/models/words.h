#pragma once

#include "core/model/account.h"
#include "core/model/delivery.h"
#include "core/model/routing.h"
#include "core/model/task.h"
#include "core/model/taxonomy.h"

#include <QtCore/QString>

namespace patchbay::words {

/// "now", "5 min", "14:03", "Tue", "3 Mar", "3 Mar 2021": short, for lists, in local time.
QString shortTime(Timestamp at, Timestamp now);
/// "Saturday, 21 November 2026 14:03:12", for tooltips and headers.
QString fullTime(Timestamp at);
/// "12 minutes", "3 hours", "2 days"; at least "less than a minute".
QString duration(std::chrono::microseconds length);
/// "1.2 MB".
QString size(qint64 bytes);
/// "invoice.pdf (1.2 MB), notes.txt (2 KB) and 3 more".
QString files(const std::vector<OutboundFile> &files);
/// "12"; "9999+" when counting stopped there.
QString count(int number, bool more);
/// What "now" is beside the times of the workspace: this machine's clock, unless followClock() named another.
Timestamp now();
/// A team's times are its server's: countdowns and ages beside them must be too. None: this machine's again. GUI
/// thread.
void followClock(const Clock *clock);

QString health(Health health);
QString healthSign(Health health);
/// "to Tracker, else Local tasks": where a route leads, in a few words.
QString routeHint(const Route &route, const std::vector<Target> &targets);
/// Whether a target is spared after failures, and until when; empty when it is not.
QString breaker(const Target &target, Timestamp now); ///< a glyph, so that the state never rests on colour alone
QString priority(Priority priority);
QString source(ClassificationSource source);
/// One or two words: "Queued", "Failed".
QString deliveryState(DeliveryState state);
QString deliverySign(DeliveryState state);
/// The same, and "Linked" for a record that was there before: nothing of ours was sent.
QString deliveryState(const Delivery &delivery);
QString deliverySign(const Delivery &delivery);
/// The whole truth in one sentence: what happened, in the other side's words, and what comes next.
QString deliverySentence(const Delivery &delivery, Timestamp now);
/// What the state of a delivery does not say by itself; empty: it says everything.
QString deliveryHint(const Delivery &delivery);
/// Queued and still within the time in which it can be taken back.
bool canTakeBack(const Delivery &delivery, Timestamp now);
/// "83 %".
QString percent(double fraction);
/// First two initials of a name or address, for the avatar.
QString initials(const QString &name);
/// Bidi and control characters out, one line: for anything from outside that stands beside our own words.
QString oneLine(const QString &text, int limit = 200);

} // namespace patchbay::words

#pragma once

#include "connectors/kit/chat_text.h"

namespace patchbay {

/// Slack's marks in texts, which its relatives have taken over (docs.slack.dev, Formatting message text): "<@U1>" a
/// person, "<#C1|name>" a channel, "<!here>" everybody, "<https://...|words>" an address; &, < and > are escaped. Pure;
/// any thread.

/// Text and body of the message. `names`: those that are known, "user:U1" -> "Ana Lima"; others are shown by their ids.
void setMrkdwnText(InboundMessage &message, const QString &written, const QJsonObject &names);
/// The persons whom it calls, by their ids; the first five.
QStringList calledInMrkdwn(const QString &written);
/// A text whose words begin nothing.
QString escapedMrkdwn(const QString &text);

} // namespace patchbay

#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

inline constexpr auto dingtalkRobotTopic = "/v1.0/im/bot/messages/get";

/// One frame of the Stream protocol. Messages to the robot are read, whatever else comes is Nothing. Threads are
/// "user:<staff id>", "group:<conversation>", and "person:<conversation>" of somebody outside the organisation. Pure.
Result<InboundMessage> parseDingtalkFrame(const RawItem &item, const AccountConfig &account);

/// The Stream protocol (DingTalk's own SDKs for Stream mode).
std::unique_ptr<SocketDialogue> makeDingtalkDialogue(const ChatContext &context, const AccountConfig &account,
                                                     std::function<double()> random);

} // namespace patchbay

#pragma once

#include "connectors/chat/mail/mail_settings.h"
#include "connectors/chat/mail/mail_sign_in.h"
#include "connectors/kit/file_in_hand.h"
#include "core/async/async.h"
#include "core/ports/destination.h"

#include <functional>
#include <memory>

namespace patchbay {

/// What a delivery needs of its account. A copy, so that a delivery never looks into a connector that is gone.
struct MailDeliveryTools {
    MailSettings settings = {};
    std::shared_ptr<MailSignIn> signIn = {};
    std::function<std::unique_ptr<Stream>()> makeStream = {};
    std::function<void(QString)> note = {}; ///< what went wrong beside the delivery itself
    ReadFile readFile = {};
};

/// Hands one OutboundMessage to the SMTP server. `beforeEffect` is awaited when the server waits for the text.
Async<Result<Receipt>> deliverMail(MailDeliveryTools tools, DeliveryRequest request, BeforeEffect beforeEffect);

/// Signs in to both servers, opens the folder for reading and offers MAIL FROM; sends and changes nothing.
Async<Result<QString>> testMail(MailDeliveryTools tools);

} // namespace patchbay

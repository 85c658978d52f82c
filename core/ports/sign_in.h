#pragma once

#include "core/async/async.h"
#include "core/base/result.h"

#include <QtCore/QHash>
#include <QtCore/QUrl>

namespace patchbay {

/// One sign-in with the system's browser: the person proves to the vendor who they are, and the vendor hands us tokens.
/// Event loop's thread; destroying it ends the wait.
class BrowserSignIn {
public:
    virtual ~BrowserSignIn() = default;
    /// Begins to wait for the browser and gives the address to open.
    virtual Result<QUrl> begin() = 0;
    /// What to store, by form field. Unauthorized with the vendor's words when it, or the person, said no.
    virtual Async<Result<QHash<QString, QString>>> secrets() = 0;
};

} // namespace patchbay

#pragma once

#include "core/async/async.h"
#include "core/base/result.h"

#include <QtCore/QHash>
#include <QtCore/QUrl>

#include <chrono>

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

/// Where a person proves who they are, on any device that has a browser, and the code to enter there.
struct DeviceCode {
    QUrl page = {};
    QString code = {};
    std::chrono::seconds validFor{0};
};

/// One sign-in on another device, for computers without a browser. Event loop's thread; destroying it ends the wait.
class DeviceSignIn {
public:
    virtual ~DeviceSignIn() = default;
    virtual Async<Result<DeviceCode>> begin() = 0;
    /// What to store, by form field, once the code was entered. Unauthorized with the vendor's words when it, or the
    /// person, said no; Timeout when the code is valid no more.
    virtual Async<Result<QHash<QString, QString>>> secrets() = 0;
};

} // namespace patchbay

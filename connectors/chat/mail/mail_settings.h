#pragma once

#include "core/model/account.h"
#include "core/net/stream.h"

#include <chrono>

namespace patchbay {

/// Where and how to sign in to one server of a mail account.
struct MailServer {
    QString host = {};
    quint16 port = 0;
    Stream::Security security = Stream::Security::Tls;
    QString user = {};
    QString password = {};
    QString accessToken = {}; ///< OAuth 2.0, instead of a password
    bool renewed = false; ///< the token was made because the server refused another
    QString caFile = {};
};

/// A mail account's settings after checking. A value.
struct MailSettings {
    QString address = {};
    QString displayName = {};
    MailServer imap = {};
    MailServer smtp = {};
    bool usesOAuth = false; ///< both servers are given an access token, no password
    QString folder = {};
    QString sentFolder = {}; ///< empty: no copies
    int daysBack = 30;
    Timestamp addedAt = {};
    std::chrono::milliseconds poll{60000}; ///< between looks where the server has no IDLE
    std::chrono::milliseconds idle{300000}; ///< after which IDLE is given anew; also finds dead connections
    std::chrono::milliseconds retry{1000}; ///< the first wait after a loss; the longest is 300 times as much
    std::chrono::milliseconds silence{30000}; ///< without a byte from the IMAP server while it owes an answer
    std::chrono::milliseconds deadline{30000}; ///< of one delivery by SMTP
};

/// The sentence for one field.
Error mailFieldFault(const QString &field, const QString &what);
/// Reads and checks the settings; the error names the field.
Result<MailSettings> readMailSettings(const AccountConfig &account);
/// Settings beyond the form: for tests, and for the rare installation that needs them.
QStringList mailQuietFields();
/// Refuses settings that are neither in the form nor known beyond it.
Result<Done> checkMailFields(const AccountConfig &account, const QStringList &formFields);

} // namespace patchbay

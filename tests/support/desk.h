#pragma once

#include "support/servers.h"

#include <QtCore/QTemporaryDir>

#include <chrono>
#include <optional>

namespace patchbay::tests {

/// A workspace of its own with one mailbox and one Redmine project, worked by patchbayctl. Short deadlines, so that
/// look-ups come soon.
class Desk {
public:
    Desk();

    /// Makes the workspace and connects the mailbox "Support"; a sentence when something failed.
    QString setUp(const MailServer &mail);
    /// Connects the target "Tracker" and routes to it. `url` may be a proxy before Redmine.
    QString addRedmine(const RedmineServer &redmine, const QString &url, int deadlineMs = 1500);

    QString workspace() const { return m_folder.path() + QStringLiteral("/desk.patchbay"); }
    QString secretsFolder() const { return m_folder.path() + QStringLiteral("/secrets"); }
    void writeSecret(const QString &name, const QString &value) const;
    CtlResult ctl(const QStringList &arguments, const QString &fault = {}, int seconds = 60) const;

    /// Fetches what the mailbox has.
    CtlResult fetch(const QString &fault = {}) const { return ctl({QStringLiteral("channels"), QStringLiteral("start"), QStringLiteral("--once")}, fault); }
    /// Runs the Outbox until nothing is left to try, or `rounds` are over; the open deliveries then.
    QList<QJsonObject> deliver(int rounds = 30) const;
    /// Runs the Outbox until every delivery is settled (sent, dead, cancelled, or unknown, which waits for a person),
    /// however long its retries wait; the open ones then. Nothing when that took longer than `within`.
    std::optional<QList<QJsonObject>> deliverUntilIdle(std::chrono::milliseconds within) const;
    QList<QJsonObject> conversations() const;
    /// The one whose subject contains this; empty when there is none.
    QJsonObject conversation(const QString &subject) const;
    QJsonObject show(const QString &uid) const { return ctl({QStringLiteral("conversations"), QStringLiteral("show"), uid}).json; }
    /// What `check` says; empty unless it exits with 0.
    QJsonObject check() const;

private:
    QTemporaryDir m_folder;
};

} // namespace patchbay::tests

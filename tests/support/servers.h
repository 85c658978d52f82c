#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace patchbay::tests {

/// A person with a mailbox on the test mail server.
struct MailPerson {
    QString address = {};
    QString user = {};
    QString password = {};
    QString accessToken = {}; ///< for a day; IMAP only
};

/// The private Dovecot and Exim of this test run, as the test script announced them, and what a customer's mail program
/// does with them. Blocking; for tests only.
class MailServer {
public:
    /// Reads PATCHBAY_TEST_MAIL; isThere() is false without it.
    MailServer();

    bool isThere() const { return !m_json.isEmpty(); }
    QString text(const char *key) const { return m_json.value(QLatin1String(key)).toVariant().toString(); }
    MailPerson support() const { return person(0); }
    MailPerson customer(int n = 0) const { return person(n + 1); }

    /// Hands a mail (CRLF line ends) to Exim as a customer would; the failure as a sentence, empty when it was accepted.
    QString send(const QString &from, const QString &to, const QByteArray &mail) const;
    /// Mails of a folder of the person's mailbox whose header has this value; all when the header is empty.
    QList<QByteArray> mails(const MailPerson &who, const QByteArray &folder, const QByteArray &header = {},
                            const QByteArray &value = {}) const;
    /// Waits until the folder has at least `count` mails; how many there are then.
    int waitForMails(const MailPerson &who, const QByteArray &folder, int count, int seconds = 20) const;
    /// Flags of all mails in a folder, as the server tells them.
    QByteArray flags(const MailPerson &who, const QByteArray &folder) const;
    /// Deletes all mails of a folder.
    void empty(const MailPerson &who, const QByteArray &folder) const;
    /// Puts a mail into a folder without SMTP.
    bool append(const MailPerson &who, const QByteArray &folder, const QByteArray &mail) const;
    /// Runs the server's script: "stop", "start", "restart". True when it ended well.
    bool control(const QString &action) const;

private:
    MailPerson person(int index) const;

    QJsonObject m_json;
};

/// The private Redmine of this test run, asked as its administrator.
class RedmineServer {
public:
    RedmineServer();

    bool isThere() const { return !m_json.isEmpty(); }
    QString text(const char *key) const { return m_json.value(QLatin1String(key)).toVariant().toString(); }
    /// All issues of the project, open and closed.
    QList<QJsonObject> issues() const;
    QList<QJsonObject> issuesWith(const QString &textInSubject) const;
    QByteArray get(const QString &path) const;
    QByteArray send(const QByteArray &method, const QString &path, const QJsonObject &body) const;

private:
    QJsonObject m_json;
};

/// A mail as a customer's program writes it. Lines end with CRLF.
QByteArray plainMail(const QString &from, const QString &to, const QString &subject, const QString &text,
                     const QString &messageId, const QStringList &moreHeaders = {});

/// Runs patchbayctl to its end. `fault` goes to PATCHBAY_FAULT.
struct CtlResult {
    int status = -1;      ///< exit status; -1 when it was killed
    bool crashed = false; ///< ended by a signal
    QJsonObject json = {};
    QByteArray out = {};
    QByteArray err = {};
};
CtlResult runCtl(const QStringList &arguments, const QString &fault = {}, int seconds = 60);

} // namespace patchbay::tests

#include "support/desk.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtTest/QTest>

#include <algorithm>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

namespace {

QList<QJsonObject> objects(const QJsonValue &list)
{
    QList<QJsonObject> all;
    for (const QJsonValue &value : list.toArray())
        all << value.toObject();
    return all;
}

/// Whether the Outbox still has something to do by itself.
bool anyWaits(const QList<QJsonObject> &deliveries)
{
    return std::any_of(deliveries.begin(), deliveries.end(), [](const QJsonObject &one) {
        const QString state = one.value("state"_L1).toString();
        return state == u"queued"_s || state == u"failed"_s || state == u"sending"_s;
    });
}

QString setting(const char *key, const QString &value)
{
    return QLatin1String(key) + u'=' + value;
}

} // namespace

Desk::Desk()
{
    QDir().mkpath(secretsFolder());
    QFile::setPermissions(secretsFolder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void Desk::writeSecret(const QString &name, const QString &value) const
{
    QFile file(secretsFolder() + u'/' + name);
    QVERIFY2(file.open(QIODevice::WriteOnly), "secret file");
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(value.toUtf8());
}

CtlResult Desk::ctl(const QStringList &arguments, const QString &fault, int seconds) const
{
    return runCtl(QStringList{u"--workspace"_s, workspace(), u"--secrets"_s, secretsFolder(), u"--json"_s} + arguments, fault, seconds);
}

QString Desk::setUp(const MailServer &mail)
{
    const CtlResult made = ctl({u"init"_s, u"--name"_s, u"Test desk"_s});
    if (made.status != 0)
        return QString::fromUtf8(made.err);
    const MailPerson support = mail.support();
    writeSecret(u"Support.password"_s, support.password);
    QStringList arguments{u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, u"Support"_s};
    const QStringList settings{setting("address", support.address),
                               setting("user", support.user),
                               setting("imap_host", mail.text("imap_host")),
                               setting("imap_port", mail.text("imap_port")),
                               setting("imap_security", u"tls"_s),
                               setting("smtp_host", mail.text("smtp_host")),
                               setting("smtp_port", mail.text("smtp_port")),
                               setting("smtp_security", u"starttls"_s),
                               setting("ca_file", mail.text("ca_file")),
                               setting("retry_ms", u"200"_s)};
    for (const QString &one : settings)
        arguments << u"--set"_s << one;
    const CtlResult added = ctl(arguments);
    return added.status == 0 ? QString() : QString::fromUtf8(added.err);
}

QString Desk::addRedmine(const RedmineServer &redmine, const QString &url, int deadlineMs)
{
    writeSecret(u"Tracker.api_key"_s, redmine.text("api_key"));
    QStringList arguments{u"targets"_s, u"add"_s, u"redmine"_s, u"--name"_s, u"Tracker"_s, u"--default"_s};
    const QStringList settings{setting("url", url), setting("project", redmine.text("project")),
                               setting("key_field", redmine.text("key_field")),
                               setting("deadline_ms", QString::number(deadlineMs)), setting("index_lag_ms", u"100"_s)};
    for (const QString &one : settings)
        arguments << u"--set"_s << one;
    const CtlResult added = ctl(arguments);
    return added.status == 0 ? QString() : QString::fromUtf8(added.err);
}

QList<QJsonObject> Desk::deliver(int rounds) const
{
    QList<QJsonObject> open;
    for (int i = 0; i < rounds; ++i) {
        open = objects(ctl({u"outbox"_s, u"run"_s}).json.value("deliveries"_L1));
        if (!anyWaits(open))
            break;
        QTest::qWait(300);
    }
    return open;
}

std::optional<QList<QJsonObject>> Desk::deliverUntilIdle(std::chrono::milliseconds within) const
{
    const QDeadlineTimer end(within);
    for (;;) {
        ctl({u"outbox"_s, u"run"_s});
        const CtlResult asked = ctl({u"outbox"_s, u"list"_s}); // the queue itself, whatever became of the run
        const QList<QJsonObject> open = objects(asked.json.value("deliveries"_L1));
        if (asked.status == 0 && asked.json.contains("deliveries"_L1) && !anyWaits(open))
            return open;
        if (end.hasExpired())
            return std::nullopt;
        QTest::qWait(300);
    }
}

QList<QJsonObject> Desk::conversations() const
{
    return objects(ctl({u"conversations"_s, u"list"_s, u"--limit"_s, u"100000"_s}).json.value("conversations"_L1));
}

QJsonObject Desk::conversation(const QString &subject) const
{
    for (const QJsonObject &one : conversations()) {
        if (one.value("subject"_L1).toString().contains(subject))
            return one;
    }
    return {};
}

QJsonObject Desk::check() const
{
    const CtlResult result = ctl({u"check"_s});
    return result.status == 0 ? result.json : QJsonObject();
}

} // namespace patchbay::tests

#include "support/servers.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QThread>
#include <QtNetwork/QTcpSocket>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 15000; // ms per answer

/// A blocking line of text to a loopback port.
class LineSocket {
public:
    LineSocket(const QString &host, int port)
    {
        m_socket.connectToHost(host, quint16(port));
        m_socket.waitForConnected(patience);
    }
    QByteArray readLine()
    {
        while (!m_socket.canReadLine()) {
            if (!m_socket.waitForReadyRead(patience))
                return {};
        }
        return m_socket.readLine();
    }
    QByteArray readBytes(qint64 count)
    {
        while (m_socket.bytesAvailable() < count) {
            if (!m_socket.waitForReadyRead(patience))
                return {};
        }
        return m_socket.read(count);
    }
    void write(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.waitForBytesWritten(patience);
    }

private:
    QTcpSocket m_socket;
};

/// The last line of an SMTP answer.
QByteArray smtpAnswer(LineSocket &socket)
{
    QByteArray line;
    do {
        line = socket.readLine();
    } while (line.size() > 3 && line.at(3) == '-');
    return line.trimmed();
}

/// A signed-in IMAP conversation in clear text, which the test server allows on loopback.
class ImapPeer {
public:
    ImapPeer(const QString &host, int port, const MailPerson &who)
        : m_socket(host, port)
    {
        m_socket.readLine();
        command("LOGIN \"" + who.user.toUtf8() + "\" \"" + who.password.toUtf8() + "\"");
    }
    /// All literals of the answer; `lines` gets its text lines.
    QList<QByteArray> command(const QByteArray &text, QByteArray *lines = nullptr)
    {
        const QByteArray tag = "t" + QByteArray::number(++m_count);
        m_socket.write(tag + ' ' + text + "\r\n");
        QList<QByteArray> literals;
        while (true) {
            const QByteArray line = m_socket.readLine();
            if (lines)
                *lines += line;
            if (line.isEmpty() || line.startsWith(tag + ' '))
                return literals;
            const QByteArray trimmed = line.trimmed();
            if (trimmed.endsWith('}') && !line.startsWith('+')) {
                const int open = trimmed.lastIndexOf('{');
                literals << m_socket.readBytes(trimmed.mid(open + 1, trimmed.size() - open - 2).toLongLong());
            }
        }
    }
    bool appendMail(const QByteArray &folder, const QByteArray &mail)
    {
        const QByteArray tag = "t" + QByteArray::number(++m_count);
        m_socket.write(tag + " APPEND \"" + folder + "\" {" + QByteArray::number(mail.size()) + "}\r\n");
        if (!m_socket.readLine().startsWith('+'))
            return false;
        m_socket.write(mail + "\r\n");
        QByteArray line;
        do {
            line = m_socket.readLine();
        } while (!line.isEmpty() && !line.startsWith(tag));
        return line.startsWith(tag + " OK");
    }

private:
    LineSocket m_socket;
    int m_count = 0;
};

QJsonObject announced(const char *variable)
{
    QFile file(qEnvironmentVariable(variable));
    if (file.fileName().isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace

MailServer::MailServer()
    : m_json(announced("PATCHBAY_TEST_MAIL"))
{
}

MailPerson MailServer::person(int index) const
{
    const QJsonObject user = m_json.value("users"_L1).toArray().at(index).toObject();
    return {user.value("address"_L1).toString(), user.value("user"_L1).toString(), user.value("password"_L1).toString(),
            user.value("access_token"_L1).toString()};
}

QString MailServer::send(const QString &from, const QString &to, const QByteArray &mail) const
{
    LineSocket socket(text("smtp_host"), text("smtp_port").toInt());
    QByteArray answer = smtpAnswer(socket);
    const QList<QByteArray> steps{"EHLO customer.test", "MAIL FROM:<" + from.toUtf8() + ">", "RCPT TO:<" + to.toUtf8() + ">", "DATA"};
    for (const QByteArray &step : steps) {
        if (!answer.startsWith('2'))
            return QString::fromUtf8(answer);
        socket.write(step + "\r\n");
        answer = smtpAnswer(socket);
    }
    if (!answer.startsWith('3'))
        return QString::fromUtf8(answer);
    QByteArray stuffed = mail;
    stuffed.replace("\r\n.", "\r\n..");
    socket.write(stuffed + (stuffed.endsWith("\r\n") ? ".\r\n" : "\r\n.\r\n"));
    answer = smtpAnswer(socket);
    socket.write("QUIT\r\n");
    return answer.startsWith('2') ? QString() : QString::fromUtf8(answer);
}

QList<QByteArray> MailServer::mails(const MailPerson &who, const QByteArray &folder, const QByteArray &header,
                                    const QByteArray &value) const
{
    ImapPeer peer(text("imap_host"), text("imap_plain_port").toInt(), who);
    peer.command("EXAMINE \"" + folder + "\"");
    const QList<QByteArray> all = peer.command("FETCH 1:* (BODY.PEEK[])");
    if (header.isEmpty())
        return all;
    QList<QByteArray> matching;
    for (const QByteArray &mail : all) {
        const QByteArray head = mail.left(mail.indexOf("\r\n\r\n")).replace("\r\n ", " ").replace("\r\n\t", " ");
        for (const QByteArray &line : head.split('\n')) {
            const bool isHeader = line.left(header.size() + 1).compare(header + ':', Qt::CaseInsensitive) == 0;
            if (isHeader && line.contains(value)) {
                matching << mail;
                break;
            }
        }
    }
    return matching;
}

int MailServer::waitForMails(const MailPerson &who, const QByteArray &folder, int count, int seconds) const
{
    QElapsedTimer timer;
    timer.start();
    int there = int(mails(who, folder).size());
    while (there < count && timer.elapsed() < seconds * 1000) {
        QThread::msleep(100);
        there = int(mails(who, folder).size());
    }
    return there;
}

QByteArray MailServer::flags(const MailPerson &who, const QByteArray &folder) const
{
    ImapPeer peer(text("imap_host"), text("imap_plain_port").toInt(), who);
    peer.command("EXAMINE \"" + folder + "\"");
    QByteArray lines;
    peer.command("FETCH 1:* (FLAGS)", &lines);
    return lines;
}

void MailServer::empty(const MailPerson &who, const QByteArray &folder) const
{
    ImapPeer peer(text("imap_host"), text("imap_plain_port").toInt(), who);
    peer.command("SELECT \"" + folder + "\"");
    peer.command("STORE 1:* +FLAGS (\\Deleted)");
    peer.command("EXPUNGE");
}

bool MailServer::append(const MailPerson &who, const QByteArray &folder, const QByteArray &mail) const
{
    ImapPeer peer(text("imap_host"), text("imap_plain_port").toInt(), who);
    return peer.appendMail(folder, mail);
}

bool MailServer::control(const QString &action) const
{
    QProcess script;
    script.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    script.setStandardOutputFile(QProcess::nullDevice());
    script.start(text("control"), {action, text("dir")});
    return script.waitForFinished(60000) && script.exitStatus() == QProcess::NormalExit && script.exitCode() == 0;
}

QByteArray plainMail(const QString &from, const QString &to, const QString &subject, const QString &text,
                     const QString &messageId, const QStringList &moreHeaders)
{
    QString body = text;
    body.replace(u"\n"_s, u"\r\n"_s);
    QString mail = u"From: %1\r\nTo: %2\r\nSubject: %3\r\nMessage-ID: <%4>\r\nDate: %5\r\n"_s
                       .arg(from, to, subject, messageId, QDateTime::currentDateTimeUtc().toString(Qt::RFC2822Date));
    mail += u"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"_s;
    for (const QString &header : moreHeaders)
        mail += header + u"\r\n"_s;
    return (mail + u"\r\n"_s + body + u"\r\n"_s).toUtf8();
}

} // namespace patchbay::tests

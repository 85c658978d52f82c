#pragma once

#include "core/net/stream.h"

#include <QtCore/QTimer>

#include <deque>
#include <memory>
#include <vector>

namespace patchbay::tests {

/// One line of a dialogue as a test writes it:
///   "S: * OK ready"   the server says this line
///   "C: P1 NOOP"      we must say exactly this line
///   "X: close"        the server closes; "X: tls" we must start encryption, which succeeds;
///   "T: "             we must say a text up to a dot alone on its line; it is kept as Script::text
///   "A: P5 APPEND x"  we must say this with a literal, which is asked for and taken
///   "W: 500"          the server takes 500 ms before it goes on
///   "X: untrusted"    opening fails because of the certificate; "X: refuse" nobody listens
struct DialogueStep {
    char who = 'S';
    QByteArray line = {};
};

inline std::deque<DialogueStep> dialogue(const char *text)
{
    std::deque<DialogueStep> steps;
    for (const QByteArray &line : QByteArray(text).split('\n')) {
        if (line.size() > 2 && line[1] == ':')
            steps.push_back({line[0], line.mid(3)});
    }
    return steps;
}

/// A Stream that plays a dialogue. The first thing that does not fit is kept as problem() and ends the connection;
/// after the last line the server is silent. Answers come from the event loop, as in real life.
class ScriptedStream final : public Stream {
public:
    struct Script {
        std::deque<DialogueStep> steps = {};
        QString problem = {};
        QString host = {};
        quint16 port = 0;
        Security security = Security::Tls;
        QString caFile = {};
        QByteArray text = {};
        bool opened = false;
        bool closed = false;

        bool isPlayed() const { return steps.empty() && problem.isEmpty(); }
        QString state() const
        {
            if (!problem.isEmpty())
                return problem;
            return steps.empty() ? QString()
                                 : QStringLiteral("not reached: %1: %2")
                                       .arg(QLatin1Char(steps.front().who))
                                       .arg(QString::fromUtf8(steps.front().line));
        }
    };

    explicit ScriptedStream(std::shared_ptr<Script> script, int chunk = 0)
        : m_script(std::move(script))
        , m_chunk(chunk)
    {
    }

    void trust(const QString &caFile) override { m_script->caFile = caFile; }
    void open(const QString &host, quint16 port, Security security) override
    {
        m_script->host = host;
        m_script->port = port;
        m_script->security = security;
        m_script->opened = true;
        later([this] {
            if (takeIf('X', "refuse")) {
                end(makeError(Error::Kind::Offline, QStringLiteral("Nobody listens.")));
            } else if (takeIf('X', "untrusted")) {
                end(makeError(Error::Kind::Offline, QStringLiteral("The certificate is not valid.")));
            } else {
                Q_EMIT opened();
                advance();
            }
        });
    }
    void startEncryption() override
    {
        if (!takeIf('X', "tls")) {
            problem(QStringLiteral("encryption was not expected"));
            return;
        }
        later([this] {
            Q_EMIT encrypted();
            advance();
        });
    }
    void write(const QByteArray &bytes) override
    {
        m_written += bytes;
        later([this] { advance(); });
    }
    qint64 pending() const override { return 0; }
    void close() override
    {
        m_ended = true;
        m_script->closed = true;
        // What was said before closing still counts.
        while (!m_script->steps.empty() && m_script->steps.front().who == 'C' && takeSaid()) { }
    }

private:
    void later(std::function<void()> work) { QTimer::singleShot(0, this, std::move(work)); }
    bool takeIf(char who, const char *line)
    {
        if (m_script->steps.empty() || m_script->steps.front().who != who || m_script->steps.front().line != line)
            return false;
        m_script->steps.pop_front();
        return true;
    }
    /// What we must say next was said; it is taken off.
    bool takeSaid()
    {
        const DialogueStep step = m_script->steps.front();
        if (step.who == 'T') {
            const qsizetype end = m_written.indexOf("\r\n.\r\n");
            if (end < 0)
                return false;
            m_script->text = m_written.left(end + 2);
            m_written.remove(0, end + 5);
        } else if (step.who == 'A') {
            return takeLiteral(step.line + " {");
        } else {
            const QByteArray wanted = step.line + "\r\n";
            if (!m_written.startsWith(wanted))
                return false;
            m_written.remove(0, wanted.size());
        }
        m_script->steps.pop_front();
        return true;
    }
    bool takeLiteral(const QByteArray &beginning)
    {
        const qsizetype lineEnd = m_written.indexOf("}\r\n");
        if (!m_written.startsWith(beginning) || lineEnd < 0)
            return false;
        const qsizetype size = m_written.mid(beginning.size(), lineEnd - beginning.size()).toLongLong();
        if (!std::exchange(m_literalAsked, true))
            Q_EMIT received("+ go\r\n");
        if (m_written.size() < lineEnd + 3 + size + 2)
            return false;
        m_script->text = m_written.mid(lineEnd + 3, size);
        m_written.remove(0, lineEnd + 3 + size + 2);
        m_literalAsked = false;
        m_script->steps.pop_front();
        return true;
    }
    bool mayStillCome(const DialogueStep &step) const
    {
        return step.who != 'C' || (step.line + "\r\n").startsWith(m_written);
    }
    void advance()
    {
        while (!m_ended && !m_script->steps.empty()) {
            const DialogueStep step = m_script->steps.front();
            if (step.who == 'C' || step.who == 'T' || step.who == 'A') {
                if (!takeSaid()) {
                    if (!mayStillCome(step))
                        problem(QStringLiteral("expected \"%1\", got \"%2\"")
                                    .arg(QString::fromUtf8(step.line), QString::fromUtf8(m_written.left(300))));
                    return;
                }
            } else if (step.who == 'W') {
                if (!std::exchange(m_waiting, true))
                    QTimer::singleShot(step.line.toInt(), this, [this] {
                        m_waiting = false;
                        m_script->steps.pop_front();
                        advance();
                    });
                return;
            } else if (step.who == 'S') {
                say();
            } else if (takeIf('X', "close")) {
                end(makeError(Error::Kind::Offline, QStringLiteral("The server closed the connection.")));
            } else {
                return; // "X: tls" waits for us
            }
        }
        if (!m_ended && m_script->steps.empty() && !m_written.isEmpty())
            problem(QStringLiteral("nothing was expected, got \"%1\"").arg(QString::fromUtf8(m_written.left(300))));
    }
    void say()
    {
        QByteArray bytes;
        while (!m_script->steps.empty() && m_script->steps.front().who == 'S') {
            bytes += m_script->steps.front().line + "\r\n";
            m_script->steps.pop_front();
        }
        const qsizetype size = m_chunk > 0 ? m_chunk : bytes.size();
        for (qsizetype at = 0; at < bytes.size() && !m_ended; at += size)
            Q_EMIT received(bytes.mid(at, size));
    }
    void problem(const QString &what)
    {
        if (m_script->problem.isEmpty())
            m_script->problem = what;
        end(makeError(Error::Kind::Protocol, what));
    }
    void end(const Error &error)
    {
        if (std::exchange(m_ended, true))
            return;
        Q_EMIT failed(error);
    }

    std::shared_ptr<Script> m_script;
    QByteArray m_written;
    int m_chunk = 0;
    bool m_ended = false;
    bool m_literalAsked = false;
    bool m_waiting = false;
};

/// Hands out one scripted connection after the other; one too many is a problem that a test sees. Outlives its streams.
class ScriptedServer {
public:
    void expect(const QByteArray &text)
    {
        auto script = std::make_shared<ScriptedStream::Script>();
        script->steps = dialogue(text.constData());
        m_scripts.push_back(script);
    }
    std::unique_ptr<Stream> make()
    {
        if (m_made < m_scripts.size())
            return std::make_unique<ScriptedStream>(m_scripts[m_made++], chunk);
        ++m_surplus;
        auto script = std::make_shared<ScriptedStream::Script>();
        script->steps = dialogue("X: refuse");
        return std::make_unique<ScriptedStream>(script);
    }
    size_t made() const { return m_made; }
    int surplus() const { return m_surplus; }
    const ScriptedStream::Script &script(size_t index) const { return *m_scripts.at(index); }
    bool isPlayed() const { return state().isEmpty(); }
    /// Empty, or the first connection that did not go as written.
    QString state() const
    {
        for (size_t i = 0; i < m_scripts.size(); ++i) {
            if (!m_scripts[i]->isPlayed())
                return QStringLiteral("connection %1: %2").arg(i + 1).arg(m_scripts[i]->state());
        }
        return {};
    }

    int chunk = 0; ///< bytes at a time; 0: as much as there is

private:
    std::vector<std::shared_ptr<ScriptedStream::Script>> m_scripts;
    size_t m_made = 0;
    int m_surplus = 0;
};

} // namespace patchbay::tests

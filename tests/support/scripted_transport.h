#pragma once

#include "core/net/transport.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QStringList>

#include <deque>
#include <vector>

namespace patchbay::tests {

/// One line of a dialogue: what must be asked, and what comes back.
class Exchange {
public:
    Exchange(QByteArray method, QByteArray target)
        : m_method(std::move(method))
        , m_target(std::move(target))
    {
    }

    Exchange &hasHeader(const QByteArray &name, const QByteArray &value)
    {
        m_headers.append({name, value});
        return *this;
    }
    Exchange &lacksHeader(const QByteArray &name)
    {
        m_absent.append(name);
        return *this;
    }
    /// An object or an array as JSON, a text as it is.
    Exchange &bodyIs(const QJsonValue &body)
    {
        m_body = body;
        m_comparesBody = true;
        return *this;
    }
    Exchange &reply(int status, const QByteArray &body, const QByteArray &type = "application/json")
    {
        m_answer = Reply{status, {}, body};
        if (!type.isEmpty())
            m_answer.value().headers.append({"content-type", type});
        return *this;
    }
    Exchange &withHeader(const QByteArray &name, const QByteArray &value)
    {
        m_answer.value().headers.append({name, value});
        return *this;
    }
    Exchange &fails(const Error &error)
    {
        m_answer = error;
        return *this;
    }
    /// Answers from the event loop, not at once.
    Exchange &after(std::chrono::milliseconds delay)
    {
        m_delay = delay;
        return *this;
    }

private:
    friend class ScriptedTransport;
    QByteArray m_method;
    QByteArray m_target;
    QList<QPair<QByteArray, QByteArray>> m_headers;
    QList<QByteArray> m_absent;
    QJsonValue m_body;
    bool m_comparesBody = false;
    Result<Reply> m_answer = Reply{200, {{"content-type", "application/json"}}, "{}"};
    std::chrono::milliseconds m_delay{0};
};

/// Plays a dialogue in order. Anything unexpected, and anything not asked, is a complaint: check complaints() at the
/// end.
class ScriptedTransport final : public Transport {
public:
    /// `target` is the path with its query as they go out, or a whole address.
    Exchange &expect(const QByteArray &method, const QByteArray &target)
    {
        return m_script.emplace_back(method, target);
    }

    Async<Result<Reply>> perform(Request request) override
    {
        m_seen.push_back(request);
        if (m_next >= m_script.size()) {
            m_complaints << QStringLiteral("unexpected: %1").arg(line(request));
            co_return makeError(Error::Kind::Refused, QStringLiteral("not in the script"));
        }
        const Exchange exchange = m_script[m_next++];
        compare(exchange, request);
        if (m_takesTime)
            m_takesTime();
        co_await sleepFor(exchange.m_delay);
        co_return exchange.m_answer;
    }

    /// Called at each exchange: a test's clock goes on as a far side's answers take their time.
    void takesTime(std::function<void()> pass) { m_takesTime = std::move(pass); }

    const std::vector<Request> &seen() const { return m_seen; }
    /// Empty when exactly the script was said.
    QString complaints() const
    {
        QStringList all = m_complaints;
        for (size_t i = m_next; i < m_script.size(); ++i)
            all << QStringLiteral("never asked: %1 %2")
                       .arg(QString::fromUtf8(m_script[i].m_method), QString::fromUtf8(m_script[i].m_target));
        return all.join(QStringLiteral("\n"));
    }

    static QByteArray headerOf(const Request &request, const QByteArray &name)
    {
        for (const auto &[key, value] : request.headers()) {
            if (key.toLower() == name.toLower())
                return value;
        }
        return {};
    }

private:
    static QString line(const Request &request)
    {
        return QString::fromUtf8(request.method()) + QLatin1Char(' ') + request.url().toString(QUrl::FullyEncoded);
    }
    static QJsonValue bodyOf(const Request &request, const QJsonValue &likeThis)
    {
        if (likeThis.isString())
            return QString::fromUtf8(request.bytes());
        const QJsonDocument document = QJsonDocument::fromJson(request.bytes());
        return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    }
    static QByteArray targetOf(const Request &request, bool whole)
    {
        if (whole)
            return request.url().toEncoded();
        return request.url().toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::RemoveFragment);
    }
    void compare(const Exchange &wanted, const Request &request)
    {
        const bool whole = wanted.m_target.startsWith("http");
        if (wanted.m_method != request.method() || wanted.m_target != targetOf(request, whole)) {
            m_complaints << QStringLiteral("wanted %1 %2, got %3")
                                .arg(QString::fromUtf8(wanted.m_method), QString::fromUtf8(wanted.m_target),
                                     line(request));
        }
        for (const auto &[name, value] : wanted.m_headers) {
            if (headerOf(request, name) != value)
                m_complaints << QStringLiteral("%1: header %2 is \"%3\"")
                                    .arg(line(request), QString::fromUtf8(name),
                                         QString::fromUtf8(headerOf(request, name)));
        }
        for (const QByteArray &name : wanted.m_absent) {
            if (!headerOf(request, name).isEmpty())
                m_complaints << QStringLiteral("%1 has the header %2").arg(line(request), QString::fromUtf8(name));
        }
        if (wanted.m_comparesBody && bodyOf(request, wanted.m_body) != wanted.m_body)
            m_complaints << QStringLiteral("%1: body is %2").arg(line(request), QString::fromUtf8(request.bytes()));
    }

    std::deque<Exchange> m_script; // expect() hands out references
    size_t m_next = 0;
    std::vector<Request> m_seen;
    std::function<void()> m_takesTime = {};
    QStringList m_complaints;
};

} // namespace patchbay::tests

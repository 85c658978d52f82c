#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QPair>
#include <QtCore/QUrl>

#include <chrono>

namespace patchbay {

/// One HTTP request as a value. A class with && setters, because GCC 12 miscompiles aggregate temporaries in co_await.
class Request {
public:
    Request(QByteArray method, QUrl url)
        : m_method(std::move(method))
        , m_url(std::move(url))
    {
    }

    Request &&header(QByteArray name, QByteArray value) &&
    {
        m_headers.append({std::move(name), std::move(value)});
        return std::move(*this);
    }
    Request &&json(const QJsonObject &body) &&;
    Request &&jsonList(const QJsonArray &body) &&;
    /// application/x-www-form-urlencoded, each name and value escaped.
    Request &&form(const QList<QPair<QString, QString>> &fields) &&;
    Request &&body(QByteArray bytes, QByteArray contentType) &&;
    Request &&deadline(std::chrono::milliseconds limit) &&
    {
        m_deadline = limit;
        return std::move(*this);
    }

    /// For a POST that only reads (a search, a GraphQL query, a sign-in): it may be repeated, and its failure is never
    /// ambiguous.
    Request &&reading() &&
    {
        m_reads = true;
        return std::move(*this);
    }

    /// The same request to another address: a relative one made absolute, or the next hop of a redirect.
    Request &&at(QUrl url) &&
    {
        m_url = std::move(url);
        return std::move(*this);
    }

    const QByteArray &method() const { return m_method; }
    const QUrl &url() const { return m_url; }
    const QList<QPair<QByteArray, QByteArray>> &headers() const { return m_headers; }
    const QByteArray &bytes() const { return m_body; }
    std::chrono::milliseconds deadline() const { return m_deadline; }
    bool changesSomething() const { return !m_reads && m_method != "GET" && m_method != "HEAD"; }

private:
    QByteArray m_method;
    QUrl m_url;
    QList<QPair<QByteArray, QByteArray>> m_headers;
    QByteArray m_body;
    bool m_reads = false;
    std::chrono::milliseconds m_deadline{30000};
};

} // namespace patchbay

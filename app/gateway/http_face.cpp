#include "app/gateway/http_face.h"

#include "app/gateway/timed_stream.h"
#include "core/base/log.h"

#include <QtCore/QHash>
#include <QtCore/QMutex>
#include <QtCore/QThreadPool>
#include <QtCore/QUrlQuery>

#include <sys/socket.h>
#include <thread>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t longestTarget = 2048; // of a request line
constexpr int backlog = 1024;

/// Set while a connection beyond the queue is turned away on the accepting thread.
thread_local bool turnsAway = false;

std::string headerOf(const httplib::Request &request, const char *name)
{
    return request.get_header_value_count(name) == 1 ? request.get_header_value(name) : std::string();
}

bool isNumber(const std::string &text)
{
    return !text.empty() && text.size() < 12
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What speaks against a request before its body is read, as a status; 0: nothing. Two ways to say where a body ends,
/// or a way that only some understand, is how one request is hidden in another.
int faultOf(const httplib::Request &request, const GatewayLimits &limits)
{
    const size_t lengths = request.get_header_value_count("Content-Length");
    const size_t codings = request.get_header_value_count("Transfer-Encoding");
    const std::string length = headerOf(request, "Content-Length");
    if ((lengths > 0 && codings > 0) || lengths > 1 || codings > 1 || (lengths == 1 && !isNumber(length)))
        return 400;
    if (codings == 1 && headerOf(request, "Transfer-Encoding") != "chunked")
        return 400;
    if (request.target.size() > longestTarget)
        return 414;
    if (request.method != "POST" && request.method != "GET" && request.method != "HEAD")
        return 405;
    const bool hasBody = codings > 0 || (lengths == 1 && std::stoll(length) > 0);
    if (request.method != "POST")
        return hasBody || request.has_header("Range") ? 400 : 0;
    if (lengths + codings == 0)
        return 411;
    if (lengths == 1 && std::stoll(length) > limits.body)
        return 413;
    // Signatures are made over the bytes as they are: nothing is unpacked here.
    return request.has_header("Content-Encoding") || request.is_multipart_form_data() ? 415 : 0;
}

GatewayRequest readRequest(const httplib::Request &from, QByteArray body)
{
    // What the library adds about the connection; a sender's own of these names are not taken for it.
    static const QList<QByteArray> added{"remote_addr", "remote_port", "local_addr", "local_port"};
    GatewayRequest request;
    request.path = QString::fromStdString(from.path);
    request.hook.method = QByteArray::fromStdString(from.method);
    request.hook.body = std::move(body);
    const size_t question = from.target.find('?');
    if (question != std::string::npos) {
        QByteArray text = QByteArray::fromStdString(from.target.substr(question + 1));
        const QUrlQuery query(QString::fromUtf8(text.replace('+', "%20")));
        request.hook.query = query.queryItems(QUrl::FullyDecoded);
    }
    for (const auto &[name, value] : from.headers) {
        const QByteArray key = QByteArray::fromStdString(name).toLower();
        if (!added.contains(key))
            request.hook.headers.append({key, QByteArray::fromStdString(value)});
    }
    return request;
}

void putReply(const GatewayReply &from, httplib::Response &to)
{
    to.status = from.reply.status;
    to.set_content(from.reply.body.toStdString(), from.reply.contentType.toStdString());
    to.set_header("X-Content-Type-Options", "nosniff");
    to.set_header("Cache-Control", "no-store");
    if (from.retryAfter.count() > 0)
        to.set_header("Retry-After", std::to_string(from.retryAfter.count()));
}

/// Hands connections to threads of its own, and bounds how many wait for one. Ends when the last is answered.
class BoundedQueue final : public httplib::TaskQueue {
public:
    BoundedQueue(const GatewayLimits &limits, std::atomic<int> &waiting)
        : m_most(limits.waiting)
        , m_waiting(waiting)
    {
        m_pool.setMaxThreadCount(limits.workers);
        m_pool.setObjectName(u"gateway"_s);
    }

    void enqueue(std::function<void()> work) override
    {
        if (m_waiting >= m_most) {
            turnsAway = true;
            work();
            turnsAway = false;
            return;
        }
        ++m_waiting;
        m_pool.start([this, work = std::move(work)] {
            --m_waiting;
            work();
        });
    }

    void shutdown() override { }

private:
    const int m_most;
    std::atomic<int> &m_waiting;
    QThreadPool m_pool; // its end waits for its threads
};

} // namespace

/// The library's server with our own reading of connections: their time, size and number are bounded here.
struct HttpFace::Private final : httplib::Server {
    Private(GatewayLimits given, IsKnown known, HttpFace::Handler handle);

    HandlerResponse refuse(const httplib::Request &request, httplib::Response &response);
    void takePost(const httplib::Request &request, httplib::Response &response, const httplib::ContentReader &reader);
    bool process_and_close_socket(socket_t socket) override;
    void serve(socket_t socket);
    bool comesIn(const QByteArray &address);
    void goesOut(const QByteArray &address);
    void run();
    /// The library lets five connections wait; the others of a burst would try again a second later.
    void widen() { ::listen(svr_sock_, backlog); }
    void halt();

    const GatewayLimits limits;
    const IsKnown isKnown;
    const HttpFace::Handler handler;
    std::thread accepting;
    QPromise<Result<Done>> ended;
    std::string host;
    int port = 0;
    std::atomic<bool> halted{false};
    std::atomic<int> waiting{0};
    std::atomic<qint64> requests{0}, turnedAway{0}, malformed{0};
    mutable QMutex mutex;
    QHash<QByteArray, int> byAddress; ///< that are read or answered now
};

HttpFace::Private::Private(GatewayLimits given, IsKnown known, HttpFace::Handler handle)
    : limits(given)
    , isKnown(std::move(known))
    , handler(std::move(handle))
{
    new_task_queue = [this] { return new BoundedQueue(limits, waiting); };
    // The library's default lets a second program listen on the same port, and each gets a part of what comes.
    set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_pre_routing_handler(
        [this](const httplib::Request &request, httplib::Response &response) { return refuse(request, response); });
    const HttpFace::Handler &ask = handler;
    Get(".*", [ask](const httplib::Request &request, httplib::Response &response) {
        putReply(ask(readRequest(request, {})), response);
    });
    Post(".*",
         [this](const httplib::Request &request, httplib::Response &response, const httplib::ContentReader &reader) {
             takePost(request, response, reader);
         });
}

httplib::Server::HandlerResponse HttpFace::Private::refuse(const httplib::Request &request, httplib::Response &response)
{
    ++requests;
    int status = faultOf(request, limits);
    if (status != 0)
        ++malformed;
    else if (!isKnown(QString::fromStdString(request.path)))
        status = 404;
    if (status == 0)
        return HandlerResponse::Unhandled;
    response.status = status;
    if (status == 405)
        response.set_header("Allow", "GET, HEAD, POST");
    return HandlerResponse::Handled;
}

void HttpFace::Private::takePost(const httplib::Request &request, httplib::Response &response,
                                 const httplib::ContentReader &reader)
{
    QByteArray body;
    bool tooLarge = false;
    const bool whole = reader([&](const char *data, size_t size) {
        tooLarge = tooLarge || body.size() + qsizetype(size) > limits.body;
        if (!tooLarge)
            body.append(data, qsizetype(size));
        return !tooLarge;
    });
    const bool complete = !request.has_header("Content-Length")
        || qint64(std::stoll(request.get_header_value("Content-Length"))) == body.size();
    if (whole && complete && !tooLarge) {
        putReply(handler(readRequest(request, std::move(body))), response);
        return;
    }
    ++malformed;
    response.status = tooLarge ? 413 : 400;
}

/// The library's own keeps a connection for several requests and bounds only the wait for each single byte.
bool HttpFace::Private::process_and_close_socket(socket_t socket)
{
    TimedStream stream(socket, limits);
    std::string ip;
    int port = 0;
    stream.get_remote_ip_and_port(ip, port);
    const QByteArray address = QByteArray::fromStdString(ip);
    if (!turnsAway && comesIn(address)) {
        bool closed = false;
        process_request(stream, true, closed, nullptr);
        if (stream.hasBrokenHead())
            ++malformed;
        stream.finish();
        goesOut(address);
    } else {
        ++turnedAway;
        static const std::string busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                                        "Content-Length: 0\r\nConnection: close\r\n\r\n";
        ::send(socket, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::shutdown(socket, SHUT_RDWR);
    }
    ::close(socket);
    return true;
}

bool HttpFace::Private::comesIn(const QByteArray &address)
{
    const bool isHere = address.startsWith("127.") || address == "::1" || address.startsWith("::ffff:127.");
    const QMutexLocker locked(&mutex);
    int &count = byAddress[address];
    if (count >= (isHere ? limits.perProxy : limits.perAddress))
        return false;
    ++count;
    return true;
}

void HttpFace::Private::goesOut(const QByteArray &address)
{
    const QMutexLocker locked(&mutex);
    if (--byAddress[address] == 0)
        byAddress.remove(address);
}

/// The library's loop ends for good when accepting one connection fails; then it begins anew.
void HttpFace::Private::run()
{
    while (!halted) {
        listen_after_bind();
        svr_sock_ = INVALID_SOCKET; // closed already, and the number may be another file's by now
        if (halted)
            break;
        logWarning("gateway", u"Listening ended by itself; it begins again."_s);
        std::this_thread::sleep_for(std::chrono::seconds(1));
        if (bind_to_port(host, port))
            widen();
    }
    ended.addResult(Result<Done>(Done{}));
    ended.finish();
}

/// stop() of the library does nothing when its loop has not begun yet.
void HttpFace::Private::halt()
{
    halted = true;
    const socket_t socket = svr_sock_.exchange(INVALID_SOCKET);
    if (socket == INVALID_SOCKET)
        return;
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
}

HttpFace::HttpFace(GatewayLimits limits, IsKnown isKnown, Handler handler)
    : d(std::make_unique<Private>(limits, std::move(isKnown), std::move(handler)))
{
}

HttpFace::~HttpFace()
{
    d->halt();
    if (d->accepting.joinable())
        d->accepting.join();
}

Result<int> HttpFace::listen(const QString &address, int port)
{
    d->host = address.toStdString();
    if (port == 0)
        d->port = d->bind_to_any_port(d->host);
    else
        d->port = d->bind_to_port(d->host, port) ? port : -1;
    if (d->port <= 0) {
        return makeError(Error::Kind::Offline,
                         u"The gateway cannot listen on %1, port %2: another program has the port, or this computer "
                         "does not have the address."_s.arg(address)
                             .arg(port));
    }
    d->widen();
    d->ended.start();
    d->accepting = std::thread([this] { d->run(); });
    return d->port;
}

QFuture<Result<Done>> HttpFace::close()
{
    if (!d->accepting.joinable()) {
        d->ended.start();
        d->ended.addResult(Result<Done>(Done{}));
        d->ended.finish();
    }
    d->halt();
    return d->ended.future();
}

FaceFigures HttpFace::figures() const
{
    FaceFigures figures;
    figures.waiting = d->waiting;
    figures.requests = d->requests;
    figures.turnedAway = d->turnedAway;
    figures.malformed = d->malformed;
    const QMutexLocker locked(&d->mutex);
    for (const int count : std::as_const(d->byAddress))
        figures.inWork += count;
    return figures;
}

} // namespace patchbay

#include "app/gateway/timed_stream.h"

#include <poll.h>
#include <sys/socket.h>

namespace patchbay {

namespace {

constexpr std::chrono::milliseconds goodbyeTime{500};
constexpr int goodbyeBytes = 4 * 1024 * 1024;

/// The number form of an address, without a look-up of names.
void putAddress(const sockaddr_storage &from, std::string &ip, int &port)
{
    std::array<char, INET6_ADDRSTRLEN> text = {};
    if (from.ss_family == AF_INET) {
        const auto *v4 = reinterpret_cast<const sockaddr_in *>(&from);
        ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
        port = ntohs(v4->sin_port);
    } else if (from.ss_family == AF_INET6) {
        const auto *v6 = reinterpret_cast<const sockaddr_in6 *>(&from);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
        port = ntohs(v6->sin6_port);
    }
    ip = text.data();
}

} // namespace

TimedStream::TimedStream(socket_t socket, const GatewayLimits &limits)
    : m_socket(socket)
    , m_limits(limits)
    , m_until(Steady::now() + limits.headTime)
{
}

bool TimedStream::waitUntil(short events, Steady::time_point until) const
{
    pollfd watched{m_socket, events, 0};
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
        if (left <= 0)
            return false;
        const int ready = ::poll(&watched, 1, int(left));
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

bool TimedStream::is_readable() const { return m_at < m_end || waitUntil(POLLIN, m_until); }

bool TimedStream::is_writable() const { return waitUntil(POLLOUT, Steady::now() + m_limits.writeTime); }

bool TimedStream::fill()
{
    if (!waitUntil(POLLIN, m_until))
        return false;
    const ssize_t got = ::recv(m_socket, m_buffer.data(), m_buffer.size(), MSG_DONTWAIT);
    m_at = 0;
    m_end = got > 0 ? size_t(got) : 0;
    return got > 0;
}

/// Counts the head, and sees the empty line that ends it; false: it is too long.
bool TimedStream::takeOne(char byte)
{
    if (++m_headBytes > m_limits.head)
        return false;
    if (byte == '\n') {
        if (m_lineBytes == 0) {
            m_inHead = false;
            m_until = Steady::now() + m_limits.bodyTime;
        }
        m_lineBytes = 0;
    } else if (byte != '\r') {
        ++m_lineBytes;
    }
    return true;
}

ssize_t TimedStream::read(char *ptr, size_t size)
{
    if (size == 0)
        return 0;
    if (Steady::now() > m_until || (m_at == m_end && !fill()))
        return -1;
    if (!m_inHead) {
        const size_t count = std::min(size, m_end - m_at);
        std::memcpy(ptr, m_buffer.data() + m_at, count);
        m_at += count;
        return ssize_t(count);
    }
    *ptr = m_buffer[m_at++];
    return takeOne(*ptr) ? 1 : -1;
}

ssize_t TimedStream::write(const char *ptr, size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        if (!is_writable())
            return -1;
        const ssize_t count = ::send(m_socket, ptr + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0)
            return -1;
        sent += size_t(count);
    }
    return ssize_t(size);
}

void TimedStream::get_remote_ip_and_port(std::string &ip, int &port) const
{
    sockaddr_storage from = {};
    socklen_t size = sizeof from;
    if (::getpeername(m_socket, reinterpret_cast<sockaddr *>(&from), &size) == 0)
        putAddress(from, ip, port);
}

void TimedStream::get_local_ip_and_port(std::string &ip, int &port) const
{
    sockaddr_storage to = {};
    socklen_t size = sizeof to;
    if (::getsockname(m_socket, reinterpret_cast<sockaddr *>(&to), &size) == 0)
        putAddress(to, ip, port);
}

void TimedStream::finish()
{
    ::shutdown(m_socket, SHUT_WR);
    const bool isRead = m_at == m_end && !waitUntil(POLLIN, Steady::now() + std::chrono::milliseconds(1));
    const auto until = Steady::now() + goodbyeTime;
    int left = goodbyeBytes;
    while (!isRead && left > 0 && waitUntil(POLLIN, until)) {
        const ssize_t got = ::recv(m_socket, m_buffer.data(), m_buffer.size(), MSG_DONTWAIT);
        if (got <= 0)
            return;
        left -= int(got);
    }
}

} // namespace patchbay

#pragma once

#include "app/gateway/http_face.h"

#include <httplib.h>

namespace patchbay {

/// One connection with a clock over it: head and body each have a time in which they must be there as a whole, so a
/// byte now and then keeps nobody busy. Belongs to one thread of the HttpFace, which closes the socket.
class TimedStream final : public httplib::Stream {
public:
    TimedStream(socket_t socket, const GatewayLimits &limits);

    bool is_readable() const override;
    bool is_writable() const override;
    ssize_t read(char *ptr, size_t size) override;
    ssize_t write(const char *ptr, size_t size) override;
    void get_remote_ip_and_port(std::string &ip, int &port) const override;
    void get_local_ip_and_port(std::string &ip, int &port) const override;
    socket_t socket() const override { return m_socket; }

    /// Says goodbye so that the other side can read the answer even when it is still sending: sends no more, and reads
    /// what comes for a moment.
    void finish();
    /// Something was sent, and the line or the headers never ended well.
    bool hasBrokenHead() const { return m_inHead && m_headBytes > 0; }

private:
    using Steady = std::chrono::steady_clock;
    bool waitUntil(short events, Steady::time_point until) const;
    bool fill();
    bool takeOne(char byte);

    socket_t m_socket;
    const GatewayLimits &m_limits;
    Steady::time_point m_until;
    bool m_inHead = true;
    qsizetype m_headBytes = 0;
    int m_lineBytes = 0;
    std::array<char, 4096> m_buffer = {};
    size_t m_at = 0;
    size_t m_end = 0;
};

} // namespace patchbay

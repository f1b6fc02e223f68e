// The least that a durable acknowledgement can cost: bare HTTP on epoll, the body as a row of bare SQLite on disk, then
// 202. It checks no signature, reads no event, and serves one benchmark.
#include "bench/durable_rows.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace {

constexpr std::string_view accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

class server
{
public:
    explicit server(const std::filesystem::path& folder)
        : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), rows_(folder / "ack-floor.db", row_bytes, wake_)
    {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 || // NOLINT: the socket API's way
            ::listen(listener_, 128) != 0)
            throw std::runtime_error("the floor cannot listen");
        socklen_t size = sizeof here;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size); // NOLINT: the socket API's way
        watch(listener_);
        watch(wake_);
        fmt::print("listening on http://127.0.0.1:{}\n", ntohs(here.sin_port));
        std::fflush(stdout);
    }

    [[noreturn]] void serve()
    {
        std::array<epoll_event, 128> ready{};
        for (;;) {
            const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
            for (int i = 0; i < count; ++i)
                handle(ready[static_cast<std::size_t>(i)].data.fd);
        }
    }

private:
    static constexpr int row_bytes = 1200; // what a hire's body and headers come to

    void watch(int descriptor)
    {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.fd = descriptor;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &wanted);
    }

    void handle(int descriptor)
    {
        if (descriptor == listener_) {
            const int fresh = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const int on = 1;
            ::setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            watch(fresh);
            return;
        }
        if (descriptor == wake_) {
            std::uint64_t times = 0;
            static_cast<void>(::read(wake_, &times, sizeof times));
            for (const int connection : rows_.take_done())
                static_cast<void>(::send(connection, accepted.data(), accepted.size(), MSG_NOSIGNAL));
            return;
        }
        receive(descriptor);
    }

    void receive(int connection)
    {
        std::array<char, 16384> buffer; // NOLINT: written before read
        const auto got = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            ::close(connection);
            return;
        }
        const auto slot = static_cast<std::size_t>(connection);
        if (received_.size() <= slot)
            received_.resize(slot + 1);
        auto& bytes = received_[slot];
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string::npos)
            return;
        const auto length = bytes.find("Content-Length: ");
        if (bytes.size() < end + 4 + std::strtoul(bytes.c_str() + length + 16, nullptr, 10))
            return;
        bytes.clear();
        rows_.push(connection, ++arrived_);
    }

    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC), wake_, listener_ = -1, arrived_ = 0;
    jmld::bench::durable_rows rows_;
    std::vector<std::string> received_;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        fmt::print(stderr, "usage: ack-floor FOLDER\n");
        return 2;
    }
    server(argv[1]).serve();
}

// One thread on epoll for the sockets, one for SQLite, an eventfd between them.
#include "bench/joiner_floor.hpp"

#include "bench/durable_rows.hpp"
#include "bench/process_use.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jmld::bench {

namespace {

using steady = std::chrono::steady_clock;

class player
{
public:
    player(const waves& script, int runs, std::uint16_t port, const std::filesystem::path& folder, int row_bytes)
        : script_(script), runs_(runs), port_(port), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          rows_(folder / "floor.db", row_bytes, wake_), progress_(static_cast<std::size_t>(runs))
    {
        watch(wake_);
    }
    ~player()
    {
        for (const int connection : opened_)
            ::close(connection);
        ::close(epoll_);
    }
    player(const player&) = delete;
    player& operator=(const player&) = delete;

    void play(int in_flight)
    {
        for (int i = 0; i < in_flight && started_ < runs_; ++i)
            send_wave(started_++);
        std::array<epoll_event, 128> ready{};
        while (finished_ < runs_) {
            const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 10'000);
            if (count == 0)
                throw std::runtime_error("the floor's peer does not answer");
            for (int i = 0; i < count; ++i)
                handle(ready[static_cast<std::size_t>(i)].data.fd);
        }
    }

private:
    struct run_progress
    {
        int wave = 0, open = 0;
    };

    void watch(int descriptor)
    {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.fd = descriptor;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &wanted);
    }

    int connection()
    {
        if (!idle_.empty()) {
            const int kept = idle_.back();
            idle_.pop_back();
            return kept;
        }
        const int fresh = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(port_);
        there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fresh, reinterpret_cast<sockaddr*>(&there), sizeof there) !=
            0) // NOLINT: the socket API's own way
            throw std::runtime_error("the floor's peer cannot be reached");
        const int on = 1;
        ::setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(fresh);
        opened_.push_back(fresh);
        const auto slot = static_cast<std::size_t>(fresh);
        if (owner_.size() <= slot) {
            owner_.resize(slot + 1);
            received_.resize(slot + 1);
        }
        return fresh;
    }

    void send_wave(int run)
    {
        auto& at = progress_[static_cast<std::size_t>(run)];
        const auto& wave = script_[static_cast<std::size_t>(at.wave)];
        at.open = static_cast<int>(wave.size());
        for (const auto& request : wave) {
            const int on = connection();
            owner_[static_cast<std::size_t>(on)] = run;
            static_cast<void>(::send(on, request.data(), request.size(), MSG_NOSIGNAL));
        }
    }

    void handle(int descriptor)
    {
        if (descriptor == wake_) {
            std::uint64_t times = 0;
            static_cast<void>(::read(wake_, &times, sizeof times));
            for (const int run : rows_.take_done())
                committed(run);
            return;
        }
        std::array<char, 16384> buffer; // NOLINT: written before read
        const auto got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            throw std::runtime_error("the floor's peer closed a connection");
        auto& bytes = received_[static_cast<std::size_t>(descriptor)];
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string::npos)
            return;
        const auto at = bytes.find("Content-Length: ");
        if (bytes.size() < end + 4 + std::strtoul(bytes.c_str() + at + 16, nullptr, 10))
            return;
        bytes.clear();
        idle_.push_back(descriptor);
        answered(owner_[static_cast<std::size_t>(descriptor)]);
    }

    void answered(int run)
    {
        auto& at = progress_[static_cast<std::size_t>(run)];
        if (--at.open == 0)
            rows_.push(run, at.wave);
    }

    void committed(int run)
    {
        auto& at = progress_[static_cast<std::size_t>(run)];
        if (++at.wave < static_cast<int>(script_.size())) {
            send_wave(run);
            return;
        }
        ++finished_;
        if (started_ < runs_)
            send_wave(started_++);
    }

    const waves& script_;
    int runs_, started_ = 0, finished_ = 0;
    std::uint16_t port_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC), wake_;
    durable_rows rows_;
    std::vector<run_progress> progress_;
    std::vector<int> idle_, opened_, owner_;
    std::vector<std::string> received_;
};

} // namespace

load_figures play_floor(const waves& script, int runs, int in_flight, std::uint16_t port,
                        const std::filesystem::path& folder, int row_bytes)
{
    player floor(script, runs, port, folder, row_bytes);
    const double cpu = cpu_seconds();
    const auto written = io_bytes("write_bytes");
    const auto begun = steady::now();
    floor.play(in_flight);
    return {std::chrono::duration<double>(steady::now() - begun).count(), cpu_seconds() - cpu,
            io_bytes("write_bytes") - written, runs};
}

} // namespace jmld::bench

// A peer that costs next to nothing, for measuring whoever talks to it: one thread on epoll that answers the calls of
// the benchmark's joiner from their path alone, after a fixed delay. It keeps no state and checks nothing; okta-sim is
// the imitation to believe.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace {

using steady = std::chrono::steady_clock;

constexpr std::string_view user_body =
    R"("status":"ACTIVE","created":"2027-01-01T00:00:00.000Z","profile":{"login":"a@example.com","email":"a@example.com",)"
    R"("firstName":"A","lastName":"B"}})";
constexpr std::string_view group_list =
    R"([{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}},{"id":"00g0","type":"BUILT_IN","profile":{"name":"Everyone"}}])";

std::string app(int number) { return fmt::format(R"({{"id":"0oa{0}","label":"App {0}","status":"ACTIVE"}})", number); }

std::string app_user(std::string_view user)
{
    return fmt::format(R"({{"id":"{}","scope":"USER","status":"ACTIVE","syncState":"DISABLED"}})", user);
}

struct answer
{
    int status = 200;
    std::string body = "[]";
};

std::string_view segment(std::string_view path, int number)
{
    for (; number > 0; --number) {
        const auto cut = path.find('/');
        if (cut == std::string_view::npos)
            return {};
        path.remove_prefix(cut + 1);
    }
    return path.substr(0, path.find_first_of("/?"));
}

// /api/v1/users/{user}[/groups|/roles|/lifecycle/…], /users?…
answer for_users(std::string_view method, std::string_view path, std::string_view query, std::uint64_t& made)
{
    const auto user = segment(path, 4), what = segment(path, 5);
    if (user.empty() && method == "POST")
        return {200, fmt::format(R"({{"id":"00u{}",{})", ++made, user_body)};
    if (user.empty() || !query.empty())
        return {};
    if (what == "groups")
        return {200, std::string(group_list)};
    if (what == "lifecycle")
        return {200, "{}"};
    return what.empty() ? answer{200, fmt::format(R"({{"id":"{}",{})", user, user_body)} : answer{};
}

// /api/v1/apps/{app}/users[/{user}], and the list of apps: by label, or those of a user.
answer for_apps(std::string_view method, std::string_view path, std::string_view query, std::string_view body)
{
    if (segment(path, 4).empty()) {
        const auto label = query.find("q=App%20");
        if (label != std::string_view::npos)
            return {200, "[" + app(query[label + 8] - '0') + "]"};
        const auto of = query.find("%22");
        if (of == std::string_view::npos)
            return {};
        const auto user = query.substr(of + 3, query.find("%22", of + 3) - of - 3);
        std::string all;
        for (int i = 1; i <= 3; ++i) {
            auto one = app(i);
            one.pop_back();
            all += (i > 1 ? "," : "") + one + R"(,"_embedded":{"user":)" + app_user(user) + "}}";
        }
        return {200, "[" + all + "]"};
    }
    if (method == "POST") {
        const auto id = body.find("00u");
        return {200, app_user(id == std::string_view::npos ? "" : body.substr(id, body.find('"', id) - id))};
    }
    return {404, R"({"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x"})"};
}

answer answer_to(std::string_view method, std::string_view target, std::string_view body, std::uint64_t& made)
{
    const auto cut = target.find('?');
    const auto path = target.substr(0, cut), query = cut == std::string_view::npos ? "" : target.substr(cut + 1);
    const auto kind = segment(path, 3);
    if (kind == "users")
        return for_users(method, path, query, made);
    if (kind == "apps")
        return for_apps(method, path, query, body);
    if (kind == "groups" && method == "PUT")
        return {204, ""};
    if (kind == "groups" && query.starts_with("q="))
        return {200, std::string(group_list)};
    return kind == "meta" ? answer{200, R"({"definitions":{}})"} : answer{};
}

std::string wire_of(const answer& given)
{
    return fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\nContent-Type: application/json\r\n"
                       "X-Okta-Request-Id: canned\r\n\r\n{}",
                       given.status, given.body.size(), given.body);
}

class server
{
public:
    server(int listener, std::chrono::milliseconds delay) : listener_(listener), delay_(delay)
    {
        add(listener_, EPOLLIN);
        add(timer_, EPOLLIN);
    }

    [[noreturn]] void run()
    {
        for (std::array<epoll_event, 128> ready{};;) { // NOLINT: filled by epoll
            const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
            for (int i = 0; i < count; ++i)
                handle(ready[static_cast<std::size_t>(i)].data.fd);
        }
    }

private:
    struct waiting
    {
        steady::time_point due;
        int connection;
        std::string bytes;
    };

    void add(int descriptor, std::uint32_t events)
    {
        epoll_event wanted{};
        wanted.events = events;
        wanted.data.fd = descriptor;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &wanted);
    }

    void handle(int descriptor)
    {
        if (descriptor == listener_) {
            const int fresh = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            const int on = 1;
            ::setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            add(fresh, EPOLLIN);
        } else if (descriptor == timer_) {
            std::uint64_t times = 0;
            static_cast<void>(::read(timer_, &times, sizeof times));
            send_due();
        } else {
            receive(descriptor);
        }
    }

    void receive(int connection)
    {
        std::array<char, 16384> buffer; // NOLINT: written before read
        const auto got = ::recv(connection, buffer.data(), buffer.size(), 0);
        auto& pending = received_[connection];
        if (got <= 0) {
            received_.erase(connection);
            ::close(connection);
            return;
        }
        pending.append(buffer.data(), static_cast<std::size_t>(got));
        while (const auto used = take_one(connection, pending))
            pending.erase(0, used);
    }

    // The bytes of one whole request; 0 when it is not whole yet.
    std::size_t take_one(int connection, std::string_view bytes)
    {
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos)
            return 0;
        std::size_t length = 0;
        const auto at = bytes.substr(0, end).find("Content-Length: ");
        if (at != std::string_view::npos)
            length = std::strtoul(bytes.data() + at + 16, nullptr, 10);
        if (bytes.size() < end + 4 + length)
            return 0;
        const auto first = bytes.find(' '), second = bytes.find(' ', first + 1);
        auto out = wire_of(answer_to(bytes.substr(0, first), bytes.substr(first + 1, second - first - 1),
                                     bytes.substr(end + 4, length), made_));
        if (delay_.count() == 0) {
            static_cast<void>(::send(connection, out.data(), out.size(), MSG_NOSIGNAL));
        } else {
            later_.push_back({steady::now() + delay_, connection, std::move(out)});
            if (later_.size() == 1)
                arm();
        }
        return end + 4 + length;
    }

    void send_due()
    {
        const auto now = steady::now();
        for (; !later_.empty() && later_.front().due <= now; later_.pop_front())
            static_cast<void>(::send(later_.front().connection, later_.front().bytes.data(),
                                     later_.front().bytes.size(), MSG_NOSIGNAL));
        if (!later_.empty())
            arm();
    }

    void arm()
    {
        const auto left = std::max<std::int64_t>(1, (later_.front().due - steady::now()).count());
        itimerspec when{};
        when.it_value.tv_sec = left / 1'000'000'000;
        when.it_value.tv_nsec = left % 1'000'000'000;
        ::timerfd_settime(timer_, 0, &when, nullptr);
    }

    int listener_, epoll_ = ::epoll_create1(EPOLL_CLOEXEC),
                   timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    std::chrono::milliseconds delay_;
    std::unordered_map<int, std::string> received_;
    std::deque<waiting> later_; // one delay for all, so the order of arrival is the order of leaving
    std::uint64_t made_ = 0;
};

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("answers the calls of the benchmark's joiner");
    int delay = 0;
    line.add_option("--delay", delay, "milliseconds before each answer");
    CLI11_PARSE(line, argc, argv);
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* address = reinterpret_cast<sockaddr*>(&here); // NOLINT: the socket API's own way
    if (::bind(listener, address, size) != 0 || ::listen(listener, 1024) != 0 ||
        ::getsockname(listener, address, &size) != 0)
    {
        fmt::print(stderr, "canned-okta: {}\n", std::strerror(errno));
        return 1;
    }
    fmt::print("listening on http://127.0.0.1:{}\n", ntohs(here.sin_port));
    std::fflush(stdout);
    server(listener, std::chrono::milliseconds(delay)).run();
}

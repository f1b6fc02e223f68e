// The client runs on a loop that turns only while an answer is awaited; the raw side is plain sockets.
#include "tests/end_to_end/http.hpp"

#include "connectors/https_client.hpp"
#include "tests/support/run_awaitable.hpp"

#include <charconv>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jmld::end_to_end {

struct far_end::parts
{
    boost::asio::io_context loop{1};
    std::unique_ptr<http::streaming_transport> client;
};

far_end::far_end(const std::string& origin, const std::string& ca_file) : parts_(std::make_unique<parts>())
{
    http::client_options options;
    options.origin = origin;
    options.ca_file = ca_file;
    options.body_bytes_max = 256UL * 1024 * 1024; // the ledger of a long sweep
    auto made = http::make_client(parts_->loop.get_executor(), std::move(options));
    if (!made)
        throw std::runtime_error(origin + ": " + made.error().what);
    parts_->client = std::move(*made);
}

far_end::~far_end() = default;

result<http::response> far_end::try_send(http::request message, duration timeout)
{
    return test::run_awaitable(parts_->loop, parts_->client->send(std::move(message), timeout));
}

http::response far_end::send(http::request message)
{
    const auto what = message.method + " " + message.target;
    auto answer = try_send(std::move(message));
    if (!answer)
        throw std::runtime_error(what + ": " + answer.error().what);
    return std::move(*answer);
}

namespace {

class raw_socket
{
public:
    explicit raw_socket(const std::string& origin) : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const auto colon = origin.rfind(':');
        std::uint16_t port = 0;
        std::from_chars(origin.data() + colon + 1, origin.data() + origin.size(), port);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (handle_ < 0 || ::connect(handle_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error(origin + " cannot be reached");
        ::fcntl(handle_, F_SETFL, O_NONBLOCK);
    }
    raw_socket(const raw_socket&) = delete;
    raw_socket& operator=(const raw_socket&) = delete;
    ~raw_socket() { ::close(handle_); }
    int handle() const { return handle_; }

private:
    int handle_;
};

constexpr int patience = 20'000; // milliseconds without a byte in either direction

} // namespace

std::string say(const std::string& origin, const std::string& bytes, const std::string& until)
{
    const raw_socket peer(origin);
    std::string heard;
    std::size_t sent = 0;
    for (;;) {
        pollfd ready{peer.handle(), static_cast<short>(sent < bytes.size() ? POLLIN | POLLOUT : POLLIN), 0};
        if (::poll(&ready, 1, patience) <= 0)
            throw std::runtime_error(origin + " neither answers nor closes");
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            char room[4096];
            const auto count = ::recv(peer.handle(), room, sizeof room, 0);
            if (count <= 0)
                return heard; // closed, or reset because it did not want the rest
            heard.append(room, static_cast<std::size_t>(count));
            if (!until.empty() && heard.find(until) != std::string::npos)
                return heard;
        } else if ((ready.revents & POLLOUT) != 0) {
            const auto count = ::send(peer.handle(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            sent = count > 0 ? sent + static_cast<std::size_t>(count) : bytes.size();
        }
    }
}

int status_of(const std::string& answer)
{
    int status = 0;
    if (answer.starts_with("HTTP/1.1 ") && answer.size() > 12)
        std::from_chars(answer.data() + 9, answer.data() + 12, status);
    return status;
}

} // namespace jmld::end_to_end

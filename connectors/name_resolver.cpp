// Look-up runs in a thread of Asio that cannot be interrupted, so a look-up that takes too long is left behind, not
// awaited.
#include "connectors/name_resolver.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace jmld::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using address_list = std::vector<asio::ip::address>;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// Shared by the waiting coroutine and the resolver's answer, whichever comes last.
struct look_up
{
    look_up(const asio::any_io_executor& executor, deadline end) : resolver(executor), answered(executor, end) {}
    tcp::resolver resolver;
    asio::steady_timer answered;
    bool done = false;
    error_code failed;
    tcp::resolver::results_type found;
};

class system_resolver final : public name_resolver
{
public:
    explicit system_resolver(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    asio::awaitable<result<address_list>> resolve(std::string host, deadline end) override
    {
        auto const asked = std::make_shared<look_up>(executor_, end);
        asked->resolver.async_resolve(host, "", [asked](error_code failed, tcp::resolver::results_type found) {
            asked->done = true;
            asked->failed = failed;
            asked->found = std::move(found);
            asked->answered.cancel();
        });
        auto [woken] = co_await asked->answered.async_wait(no_throw);
        if (!asked->done && woken)
            co_return failure(errc::cancelled, "given up while looking up " + host);
        if (!asked->done)
            co_return failure(errc::unavailable, "looking up " + host + " took too long");
        if (asked->failed)
            co_return failure(errc::unavailable, "cannot look up " + host + ": " + asked->failed.message());
        address_list found;
        for (auto const& entry : asked->found)
            found.push_back(entry.endpoint().address());
        co_return found;
    }

private:
    asio::any_io_executor executor_;
};

} // namespace

std::shared_ptr<name_resolver> make_system_resolver(asio::any_io_executor executor)
{
    return std::make_shared<system_resolver>(std::move(executor));
}

} // namespace jmld::http

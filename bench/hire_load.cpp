// Signed hires over kept connections, as fast as they are answered or at a fixed pace, and the time each
// acknowledgement took. It only sends: what comes of the hires is looked at elsewhere.
#include "connectors/https_client.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace asio = boost::asio;
using namespace jmld;

namespace {

using steady = std::chrono::steady_clock;

struct sender
{
    std::string origin, ca, secret_file, day;
    int count = 5000, connections = 64, first = 0;
    double per_second = 0; ///< 0 = as fast as they are answered

    asio::io_context loop{1};
    std::unique_ptr<http::transport> wire;
    std::string key;
    int next = 0, refused = 0;
    std::vector<double> milliseconds;
    steady::time_point begun;

    http::request hire(int number) const
    {
        const auto id = std::to_string(1'000'000 + number);
        const auto stamp =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        http::request message;
        message.method = "POST";
        message.target = "/hooks/workday";
        message.body = fmt::format(
            R"({{"id":"load-{0}","type":"workday.worker.hire","timestamp":"{1}T00:00:00Z","data":{{)"
            R"("businessProcess":{{"type":"Hire Employee","eventWid":"load{0}","action":"complete"}},)"
            R"("effectiveDate":"{1}","worker":{{"workerId":"{0}","universalId":"U-{0}","workerType":"Employee",)"
            R"("legalName":{{"first":"Load","last":"Nr{0}"}},"hireDate":"{1}","position":{{"businessTitle":"Clerk",)"
            R"("department":"Marketing","location":{{"timeZone":"UTC"}}}}}}}}}})",
            id, day);
        const auto name = "msg_load_" + id;
        const auto signature = digest::hmac_sha256(key, fmt::format("{}.{}.{}", name, stamp, message.body));
        message.headers = {{"Content-Type", "application/json"},
                           {"webhook-id", name},
                           {"webhook-timestamp", std::to_string(stamp)},
                           {"webhook-signature", "v1," + digest::base64(digest::view(signature))}};
        return message;
    }

    asio::awaitable<void> send_some()
    {
        asio::steady_timer pace(loop);
        while (next < count) {
            const int number = next++;
            if (per_second > 0) {
                pace.expires_at(begun + std::chrono::nanoseconds(static_cast<std::int64_t>(number * 1e9 / per_second)));
                co_await pace.async_wait(asio::use_awaitable);
            }
            auto message = hire(first + number);
            const auto left = steady::now();
            auto answer = co_await wire->send(std::move(message), duration(30'000));
            milliseconds.push_back(std::chrono::duration<double, std::milli>(steady::now() - left).count());
            refused += answer && answer->status == 202 ? 0 : 1;
        }
    }

    double play()
    {
        std::ifstream file(secret_file);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        const std::string_view prefix = "whsec_";
        const auto decoded = digest::base64_decode(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
        if (!decoded)
            throw std::runtime_error(secret_file + ": whsec_… is expected");
        key = *decoded;
        auto made =
            http::make_client(loop.get_executor(), {.origin = origin, .ca_file = ca, .connections_max = connections});
        if (!made)
            throw std::runtime_error(made.error().what);
        wire = std::move(*made);
        begun = steady::now();
        for (int i = 0; i < connections; ++i)
            asio::co_spawn(loop, send_some(), [](std::exception_ptr failed) {
                if (failed)
                    std::rethrow_exception(failed);
            });
        loop.run();
        return std::chrono::duration<double>(steady::now() - begun).count();
    }

    double percentile(double share)
    {
        std::sort(milliseconds.begin(), milliseconds.end());
        return milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1))];
    }
};

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("sends signed hires and times their acknowledgements");
    sender load;
    bool json = false;
    line.add_option("--hooks", load.origin, "origin of the webhook listener")->required();
    line.add_option("--ca", load.ca, "PEM to trust");
    line.add_option("--secret", load.secret_file, "file with whsec_…")->required();
    line.add_option("--day", load.day, "first day of those who are hired, YYYY-MM-DD")->required();
    line.add_option("--count", load.count, "how many");
    line.add_option("--first", load.first, "number of the first one");
    line.add_option("--connections", load.connections, "kept connections");
    line.add_option("--per-second", load.per_second, "pace; left out = as fast as they are answered");
    line.add_flag("--json", json, "one JSON line instead of text");
    CLI11_PARSE(line, argc, argv);
    const double took = load.play();
    if (json)
        fmt::print("{}\n", engine::json::write(engine::value::map({{"name", "accept"},
                                                                   {"per_second", load.count / took},
                                                                   {"p50_ms", load.percentile(0.5)},
                                                                   {"p99_ms", load.percentile(0.99)},
                                                                   {"refused", load.refused}})));
    else
        fmt::print("  {:.0f} events/s accepted, acknowledged after p50 {:.1f} ms, p99 {:.1f} ms, {} refused\n",
                   load.count / took, load.percentile(0.5), load.percentile(0.99), load.refused);
    return load.refused == 0 ? 0 : 1;
}

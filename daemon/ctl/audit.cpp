// The server lists newest first, page by page; the chain is checked oldest first.
#include "daemon/ctl/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

asio::awaitable<engine::value_list> read_all(api& server)
{
    engine::value_list all;
    std::string target = "/v1/audit?limit=200";
    while (!target.empty()) {
        auto page = co_await server.get_page(target);
        const auto& records = page.content["audit"].items();
        all.insert(all.end(), records.begin(), records.end());
        target = page.next;
    }
    std::reverse(all.begin(), all.end());
    co_return all;
}

std::vector<runtime::audit_record> records_of(const engine::value_list& shown)
{
    std::vector<runtime::audit_record> records;
    for (const auto& one : shown) {
        auto record = audit_record_from(one);
        if (!record)
            throw command_failed{exit_code::usage, record.error().what};
        records.push_back(std::move(*record));
    }
    std::sort(records.begin(), records.end(), [](const auto& left, const auto& right) { return left.seq < right.seq; });
    return records;
}

} // namespace

result<runtime::audit_record> audit_record_from(const value& shown)
{
    const auto* seq = shown["seq"].if_integer();
    const auto at = parse_rfc3339(shown["at"].text_or());
    if (seq == nullptr || *seq < 1 || !at)
        return failure(errc::invalid_input, "this is no audit record: seq and at are missing");
    runtime::audit_record record;
    record.seq = static_cast<std::uint64_t>(*seq);
    record.row = {*at, shown["principal"].text_or(), shown["action"].text_or(), shown["object"].text_or(),
                  shown["reason"].text_or()};
    record.reason_sha256 = shown["reason_sha256"].text_or();
    record.previous_hash = shown["previous_hash"].text_or();
    record.hash = shown["hash"].text_or();
    return record;
}

std::vector<runtime::audit_record> audit_records_in(const std::string& content)
{
    if (const auto whole = engine::json::parse(content, {.depth_max = 32, .bytes_max = 1024 * 1024 * 1024})) {
        if (whole->is_list())
            return records_of(whole->items());
        if (!(*whole)["audit"].is_null())
            return records_of((*whole)["audit"].items());
    }
    engine::value_list lines;
    for (std::size_t at = 0; at < content.size();) {
        const auto end = std::min(content.find('\n', at), content.size());
        if (end > at) {
            auto line = engine::json::parse(content.substr(at, end - at));
            if (!line)
                throw command_failed{exit_code::usage, "the file holds no audit records: " + line.error().what};
            lines.push_back(std::move(*line));
        }
        at = end + 1;
    }
    return records_of(lines);
}

exit_code verify_records(const std::vector<runtime::audit_record>& oldest_first)
{
    if (const auto wrong = runtime::first_misfit(oldest_first)) {
        fmt::print("audit record {} does not fit: it, or one before it, was changed, taken out or put in\n", *wrong);
        return exit_code::failed;
    }
    fmt::print(stderr, "{} audit records, each fits the one before it\n", oldest_first.size());
    if (!oldest_first.empty())
        fmt::print("{}\n", oldest_first.back().hash); // to be kept elsewhere: what was cut off at the end shows only so
    return exit_code::done;
}

asio::awaitable<exit_code> audit_verify(context at)
{
    auto all = co_await read_all(at.server);
    co_return verify_records(records_of(all));
}

asio::awaitable<exit_code> audit_export(context at)
{
    auto all = co_await read_all(at.server);
    auto output = at.output;
    if (output.format == output_format::table)
        output.format = output_format::ndjson;
    print_list(value(std::move(all)), {}, "seq", output);
    co_return exit_code::done;
}

} // namespace jmld::ctl

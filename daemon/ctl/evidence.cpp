// The server lists newest first, page by page; the chain is checked oldest first.
#include "daemon/ctl/evidence.hpp"

#include "daemon/ctl/evidence_page.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

asio::awaitable<value_list> read_all(api& server)
{
    value_list all;
    std::string target = "/v1/evidence?limit=200";
    while (!target.empty()) {
        auto page = co_await server.get_page(target);
        const auto& records = page.content["evidence"].items();
        all.insert(all.end(), records.begin(), records.end());
        target = page.next;
    }
    std::reverse(all.begin(), all.end());
    co_return all;
}

} // namespace

std::optional<evidence_in_file> evidence_in(const std::string& content)
{
    const auto whole = engine::json::parse(content, {.depth_max = 96, .bytes_max = 1024 * 1024 * 1024});
    if (!whole || !whole->is_map())
        return std::nullopt;
    if (const auto& list = (*whole)["evidence"]; list.is_list())
        return evidence_in_file{list.items(), {}, true};
    if ((*whole)["content_sha256"].is_null())
        return std::nullopt;
    evidence_in_file one;
    one.oldest_first = {*whole};
    one.supplements = (*whole)["supplements"].items();
    return one;
}

namespace {

/// Each by itself, as the record that it completes: others may stand between them in the chain.
runtime::evidence_verdict with_supplements(runtime::evidence_verdict verdict, const evidence_in_file& given)
{
    for (const auto& more : given.supplements) {
        if (!verdict.misfit.empty())
            return verdict;
        const auto one = runtime::check_evidence({more}, false);
        verdict.misfit = one.misfit;
        verdict.why = one.why;
        verdict.records += one.records;
        verdict.without_content += one.without_content;
        if (one.misfit.empty() && more["completes"]["hash"] != given.oldest_first.front()["hash"]) {
            verdict.misfit = more["id"].text_or();
            verdict.why = "it completes another record";
        }
    }
    return verdict;
}

} // namespace

exit_code verify_evidence(const evidence_in_file& given)
{
    const auto verdict = with_supplements(runtime::check_evidence(given.oldest_first, given.whole), given);
    if (!verdict.misfit.empty()) {
        fmt::print("evidence record {} does not fit: {}\n", verdict.misfit, verdict.why);
        return exit_code::failed;
    }
    fmt::print(stderr, "{} evidence records, each is what its hash says{}", verdict.records,
               given.whole ? " and fits the one before it" : "");
    if (verdict.without_content > 0)
        fmt::print(stderr, "; {} without their content, which was erased or is not for this reader",
                   verdict.without_content);
    fmt::print(stderr, "\n");
    if (!verdict.head.empty())
        fmt::print("{}\n", verdict.head); // to be kept elsewhere: what was cut off at the end shows only so
    return exit_code::done;
}

asio::awaitable<exit_code> verify_evidence_of_server(context at)
{
    auto all = co_await read_all(at.server);
    co_return verify_evidence({std::move(all), {}, true});
}

asio::awaitable<exit_code> show_evidence(context at, std::string run)
{
    if (run.empty()) {
        auto all = co_await read_all(at.server);
        if (at.output.format == output_format::ndjson || at.output.format == output_format::id)
            print_list(value(std::move(all)), {}, "id", at.output);
        else
            print_one(value::map({{"evidence", std::move(all)}}), {}, "evidence",
                      {.format = output_format::json, .colour = false, .terminal = false});
        co_return exit_code::done;
    }
    auto record = co_await at.server.get(under("/v1/evidence/", run));
    if (at.output.format == output_format::table)
        fmt::print("{}", evidence_page(record));
    else
        print_one(record, {}, "id", at.output);
    co_return exit_code::done;
}

} // namespace jmld::ctl

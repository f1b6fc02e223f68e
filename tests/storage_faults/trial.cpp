// Nothing here throws because jmld is down: that is what the tests bring about. What must hold is expected, so that one
// broken promise does not hide the next.
#include "tests/storage_faults/trial.hpp"

#include "tests/support/noise.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace jmld::storage_faults {

using end_to_end::has_ended;

namespace {

constexpr milliseconds look_again{10};
constexpr std::uint64_t calls_of_copying_min = 100; ///< on the database, to copy the log back once

end_to_end::stack_options options_with(const faulty_disk& disk)
{
    end_to_end::stack_options options;
    options.policy = "{ verify: { clean_reads: 1, apart: 10ms } }";
    options.environment = disk.environment();
    return options;
}

} // namespace

bool exhaustive()
{
    const char* wish = std::getenv("JMLD_STORAGE_FAULTS");
    return wish != nullptr && std::string_view(wish) == "all";
}

std::optional<int> ended(end_to_end::stack& here, milliseconds longest)
{
    if (!here.daemon().rest(longest))
        return std::nullopt;
    return here.daemon().wait();
}

trial::trial() : disk_(folder_.path()), stack_(options_with(disk_)) { disk_.watch(stack_.database()); }

int trial::hand_in_next()
{
    ++number_;
    event_ = fmt::format("hire-{}", number_);
    body_ =
        end_to_end::hire(event_, {.number = std::to_string(200'000 + number_), .last = fmt::format("Nr{}", number_)});
    unsettled_.push_back(event_);
    return hand_in_again();
}

int trial::hand_in_again() { return hand_in(body_, event_); }

int trial::hand_in(const std::string& body, const std::string& event_id)
{
    const auto answer = stack_.try_post(end_to_end::signed_post(body));
    if (!answer)
        return 0;
    if (answer->status / 100 == 2 && !is_promised(event_id)) {
        promised_.push_back(event_id);
        disk_.promised();
    }
    return answer->status;
}

bool trial::is_promised(const std::string& event_id) const
{
    return std::find(promised_.begin(), promised_.end(), event_id) != promised_.end();
}

void trial::copy_back_early()
{
    disk_.let_the_log_appear(20);
    large_bytes_ /= 10;
}

void trial::fill_the_log()
{
    constexpr int enough = 400; // more than may be in the log while the file is checked after a kill
    const auto padding = end_to_end::value::map({{"comment", test::noise(large_bytes_)}});
    for (int each = 0; each < enough && disk_.hits() == 0 && stack_.daemon().running(); ++each) {
        const bool begun = disk_.seen() > calls_of_copying_min; // a reader may have kept all but a few from it
        const auto id = fmt::format("later-{}", ++large_);
        const end_to_end::person who{
            .number = std::to_string(400'000 + large_), .last = "Later", .start = end_to_end::day(90)};
        hand_in(end_to_end::event_body(id, "hire", who.start, who, padding), id);
        if (begun)
            return; // this one was written after the copying, by the same thread
    }
}

void trial::empty_the_log()
{
    disk_.count(write_call, database_file);
    fill_the_log();
    EXPECT_GT(disk_.seen(), calls_of_copying_min);
}

std::string trial::state_of_run(const std::string& event_id)
{
    const auto answer = stack_.try_ask("GET", "/v1/runs?event_id=" + event_id);
    if (!answer || answer->status != 200)
        return {};
    const auto runs = end_to_end::json_of(answer->body)["runs"];
    return runs.items().empty() ? std::string() : runs.items().front()["state"].text_or();
}

void trial::go_on(milliseconds after)
{
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + std::chrono::seconds(30);
    std::optional<clock::time_point> met;
    while (!stack_.daemon().rest(look_again) && clock::now() < end) {
        if (const auto state = state_of_run(event_); !state.empty() && has_ended(state))
            return;
        if (!met && disk_.hits() > 0)
            met = clock::now();
        if (met && clock::now() - *met > after)
            return;
    }
}

// What it met may end it only now, while it is being asked: then it is asked again after its next start.
void trial::settle()
{
    disk_.heal();
    try {
        settle_now();
    } catch (const std::runtime_error&) {
        const auto code = ended(stack_, milliseconds(30'000));
        if (!code)
            throw;
        EXPECT_EQ(*code, storage_failed) << stack_.log();
        settle_now();
    }
    unsettled_.clear();
}

void trial::settle_now()
{
    if (!stack_.daemon().running())
        stack_.start();
    if (!event_.empty() && !is_promised(event_))
        stack_.await("room for what was refused", [&] { return hand_in_again() == 202; });
    for (const auto& id : unsettled_)
        EXPECT_EQ(stack_.ended_run_of(id)["state"].text_or(), "succeeded") << id;
    EXPECT_THAT(stack_.doubled_effects(), testing::IsEmpty());
    if (number_ > 0)
        expect_each_person_once();
}

void trial::expect_each_person_once()
{
    std::size_t count = 0;
    for (const auto& user : stack_.organisation()["users"].items())
        count += user["profile"]["employeeNumber"].text_or() == std::to_string(200'000 + number_) ? 1 : 0;
    EXPECT_EQ(count, 1U) << event_;
}

void trial::finish()
{
    testing::Test::RecordProperty("points", disk_.points()); // --gtest_output=json says how many a sweep had
    for (const auto& id : promised_)
        EXPECT_EQ(stack_.ask("GET", "/v1/events/" + id).status, 200) << id;
    EXPECT_EQ(stack_.stop(), 0);
    EXPECT_EQ(end_to_end::integrity_of(stack_.database()), "ok");
}

} // namespace jmld::storage_faults

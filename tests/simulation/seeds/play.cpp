// The stage: one rehearsal, one timeline. Whoever sends an event that was not taken sends it again.
#include "tests/simulation/seeds/play.hpp"

#include "engine/runtime/run_storage.hpp"
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

namespace jmld::simulation {

namespace {

namespace asio = boost::asio;

std::vector<engine::definition_pointer> workflows_with(const std::string& joiner)
{
    static const okta::catalogue catalogue;
    auto files = workflows::loading::read_workflow_folder(source_dir / "workflows").value();
    for (auto& file : files)
        if (file.file.ends_with("joiner.yaml"))
            file.text = joiner;
    auto loaded = workflows::loading::load_workflows(files, catalogue, {});
    if (!loaded.ok)
        throw std::runtime_error(loaded.messages.front());
    return std::move(loaded.workflows);
}

daemon::rehearsal_options options_of(const story& told)
{
    auto options = options_at(to_rfc3339(told.start), told.policy);
    options.seed = told.seed;
    auto book = std::make_shared<daemon::rule_book>(*options.rules);
    auto access = workflows::read_access("access.yaml", told.access.rules());
    if (!access)
        throw std::runtime_error(access.error().front());
    book->access = std::move(*access);
    if (!told.joiner.empty())
        book->workflows = workflows_with(told.joiner);
    options.rules = std::move(book);
    return options;
}

void must(const result<void>& done)
{
    if (!done)
        throw std::runtime_error(done.error().what);
}

class stage
{
public:
    explicit stage(const story& told) : told_(told), world_(options_of(told))
    {
        seen_.told = &told;
        must(world_.organisation().load(told.access.organisation(told.accounts), world_.now()));
        must(world_.organisation().add_faults(told.faults, world_.now()));
        if (!told.limits.is_null())
            must(world_.organisation().set_limits(told.limits));
        for (const auto number : told.crashes)
            world_.crash_at_commit(number);
        for (const auto& [number, code] : told.failing_writes)
            world_.fail_write(number, code);
        world_.observe([this] { look(); });
        know_users();
        write_timeline();
    }

    evidence play()
    {
        try {
            act();
            calm();
            look();
        } catch (const round_in_circles&) {
            seen_.complaints.push_back("P12: it goes round in circles until " + to_rfc3339(world_.now()));
            looked_at_ = world_.commits();
        }
        collect();
        return std::move(seen_);
    }

private:
    using moment = std::function<void()>;
    struct round_in_circles
    {};
    static constexpr std::uint64_t commits_max =
        8'000; // a day of refusals that are asked about every minute is no circle

    void act()
    {
        while (!timeline_.empty()) {
            const auto next = timeline_.begin();
            world_.run_until(next->first);
            const auto what = next->second;
            timeline_.erase(next);
            what();
        }
    }

    void write_timeline()
    {
        for (const auto& sent : told_.deliveries)
            timeline_.emplace(sent.at, [this, &sent] { deliver(sent, 0); });
        for (const auto& at : told_.deaths)
            timeline_.emplace(at, [this] { world_.kill(); });
        for (const auto& word : told_.words)
            timeline_.emplace(word.at, [this, &word] { say(word); });
        for (const auto& jump : told_.jumps)
            timeline_.emplace(jump.at, [this, &jump] { world_.set_clock(world_.now() + jump.by); });
        timeline_.emplace(told_.calm_from, [this] { world_.organisation().clear_faults(); });
    }

    void deliver(const drawn_delivery& sent, int tries)
    {
        const auto answer = world_.deliver("workday", sent.body);
        if (answer.status == 202) {
            seen_.accepted[sent.id] = answer.body;
            return;
        }
        if (tries > 20)
            return seen_.complaints.push_back("P1: " + sent.id + " is refused for ever: " + answer.body);
        timeline_.emplace(world_.now() + std::chrono::minutes(5), [this, &sent, tries] { deliver(sent, tries + 1); });
    }

    void say(const drawn_word& word)
    {
        const auto rows = all_runs();
        if (rows.empty())
            return;
        const auto& run = rows[static_cast<std::size_t>(word.which) % rows.size()];
        tell(run.id, {word.what, "", "alice", "because"});
    }
    void tell(const run_id& id, engine::operator_signal word)
    {
        world_.say([id, word](daemon::core& work) -> asio::awaitable<void> {
            const auto wanted = id;
            auto done = co_await work.runs().signal(wanted, word);
            static_cast<void>(done);
        });
    }

    // Nothing goes wrong any more; twice a day somebody looks after what is parked.
    void calm()
    {
        while (world_.now() < told_.end) {
            for (const auto& run : all_runs())
                if (run.state == "paused")
                    tell(run.id, {engine::verb::resume, "", "alice", "go on"});
            world_.run_for(std::chrono::hours(12));
        }
    }

    // Newest first.
    std::vector<runtime::run_row> all_runs()
    {
        return world_.ask<std::vector<runtime::run_row>>(
            [](daemon::core& work) -> asio::awaitable<std::vector<runtime::run_row>> {
                runtime::run_query all;
                all.limit = 1'000'000;
                auto found = co_await work.store().runs(all);
                co_return found ? *found : std::vector<runtime::run_row>();
            });
    }

    std::optional<engine::run_state> folded(const run_id& id)
    {
        return world_.ask<std::optional<engine::run_state>>(
            [id](daemon::core& work) -> asio::awaitable<std::optional<engine::run_state>> {
                const auto wanted = id;
                auto loaded = co_await runtime::load_run(work.store(), work.definitions(), wanted);
                co_return loaded ? std::optional(std::move(loaded->state)) : std::nullopt;
            });
    }
    std::optional<engine::run_state> held(const run_id& id)
    {
        return world_.ask<std::optional<engine::run_state>>(
            [id](daemon::core& work) -> asio::awaitable<std::optional<engine::run_state>> {
                const auto* state = work.runs().held(id);
                co_return state == nullptr ? std::nullopt : std::optional(*state);
            });
    }

    // Everything that was ready has run; nothing moves while this looks.
    void look()
    {
        if (looking_ || world_.commits() == looked_at_)
            return;
        if (world_.commits() > commits_max)
            throw round_in_circles{};
        looking_ = true;
        looked_at_ = world_.commits();
        for (const auto& row : all_runs()) {
            if (known_seq_[row.id] == row.last_seq)
                continue;
            known_seq_[row.id] = row.last_seq;
            look_at(row);
        }
        learn_users();
        if (told_.people_sign_in)
            sign_in();
        looking_ = false;
    }

    void sign_in()
    {
        for (const auto& user : world_.organisation().snapshot(world_.okta_now())["users"].items())
            if (user["status"].text_or() == "PROVISIONED")
                must(world_.organisation().change_by_other(
                    value::map({{"user", user["id"].text_or()}, {"status", "ACTIVE"}}), world_.okta_now()));
    }

    void look_at(const runtime::run_row& row)
    {
        const auto stored = folded(row.id);
        if (!stored)
            return seen_.complaints.push_back("P2: the history of " + row.id.text + " cannot be read");
        const auto alive = held(row.id);
        if (alive && !(*alive == *stored))
            seen_.complaints.push_back("P2: " + row.id.text + " lives otherwise than its history says");
        if (row != runtime::row_of(*stored))
            seen_.complaints.push_back("P2: the row of " + row.id.text + " says otherwise than its history");
        const auto& state = stored->status;
        const bool turned_back = state == engine::run_status::rolled_back ||
                                 state == engine::run_status::rolled_back_partial ||
                                 state == engine::run_status::rollback_failed;
        if (turned_back)
            remember_profile(row.id, person_of_event(row.event.id));
        if (!row.open)
            look_for_timers(row.id);
    }

    void look_for_timers(const run_id& id)
    {
        const auto rows = world_.ask<std::vector<runtime::timer_row>>(
            [id](daemon::core& work) -> asio::awaitable<std::vector<runtime::timer_row>> {
                const auto wanted = id;
                auto found = co_await work.store().timers({}, wanted);
                co_return found ? *found : std::vector<runtime::timer_row>();
            });
        for (const auto& timer : rows)
            if (timer.state == "armed")
                seen_.complaints.push_back("P11: run " + id.text + " has ended and a timer stands for " +
                                           to_rfc3339(timer.at));
    }

    void remember_profile(const run_id& id, int person)
    {
        for (const auto& user : world_.organisation().snapshot(world_.okta_now())["users"].items())
            if (person_of_worker(user["profile"]["employeeNumber"].text_or()) == person)
                seen_.profile_after[id.text] = user["profile"];
    }

    void learn_users()
    {
        const auto& ledger = world_.organisation().ledger();
        bool made = false;
        for (; ledger_seen_ < ledger.size(); ++ledger_seen_)
            made |= ledger[ledger_seen_].effect["event"].text_or() == "user.lifecycle.create";
        if (made)
            know_users();
    }

    void know_users()
    {
        for (const auto& user : world_.organisation().snapshot(world_.okta_now())["users"].items())
            if (const int person = person_of_worker(user["profile"]["employeeNumber"].text_or()); person >= 0)
                seen_.person_of_user[user["id"].text_or()] = person;
    }

    // An account that came and went within one instant is known only by what its run wrote down.
    void learn_account(const run_record& run)
    {
        for (const auto& one : run.facts)
            if (const auto* made = std::get_if<engine::step_succeeded>(&one.what); made != nullptr)
                if (const auto id = made->outputs["id"].text_or(); id.starts_with("00u"))
                    seen_.person_of_user.emplace(id, run.person);
    }

    void collect()
    {
        seen_.ledger = world_.organisation().ledger();
        seen_.organisation = world_.organisation().snapshot(world_.okta_now());
        seen_.now = world_.now();
        seen_.commits = world_.commits();
        seen_.deaths = world_.deaths();
        seen_.simulated = told_.end - told_.start;
        auto rows = all_runs();
        std::reverse(rows.begin(), rows.end());
        for (auto& row : rows) {
            run_record run;
            run.facts = facts_of(row.id);
            run.row = std::move(row);
            read_facts(run);
            learn_account(run);
            seen_.runs.push_back(std::move(run));
        }
        seen_.events = world_.ask<std::vector<runtime::event_record>>(
            [](daemon::core& work) -> asio::awaitable<std::vector<runtime::event_record>> {
                runtime::event_query all;
                all.limit = 1'000'000;
                auto found = co_await work.store().events(all);
                co_return found ? *found : std::vector<runtime::event_record>();
            });
        seen_.armed = world_.ask<std::vector<runtime::timer_row>>(
            [](daemon::core& work) -> asio::awaitable<std::vector<runtime::timer_row>> {
                auto found = co_await work.store().due_timers(time_point::max(), 1'000'000);
                co_return found ? *found : std::vector<runtime::timer_row>();
            });
    }

    std::vector<engine::fact> facts_of(const run_id& id)
    {
        const auto stored = world_.ask<std::vector<runtime::stored_fact>>(
            [id](daemon::core& work) -> asio::awaitable<std::vector<runtime::stored_fact>> {
                const auto wanted = id;
                auto found = co_await work.store().history(wanted);
                co_return found ? *found : std::vector<runtime::stored_fact>();
            });
        std::vector<engine::fact> facts;
        for (const auto& one : stored)
            facts.push_back(runtime::from_stored(one).value());
        return facts;
    }

    const story& told_;
    daemon::rehearsal world_;
    std::multimap<time_point, moment> timeline_;
    evidence seen_;
    bool looking_ = false;
    std::uint64_t looked_at_ = 0;
    std::size_t ledger_seen_ = 0;
    std::map<run_id, std::uint64_t> known_seq_;
};

} // namespace

evidence play(const story& told) { return stage(told).play(); }

} // namespace jmld::simulation

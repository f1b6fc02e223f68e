// The stage: one rehearsal, one timeline. Whoever sends an event that was not taken sends it again.
#include "tests/simulation/seeds/play.hpp"

#include "tests/simulation/seeds/run_watch.hpp"
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

namespace jmld::simulation {

namespace {

namespace asio = boost::asio;

std::vector<engine::definition_pointer> workflows_with(const std::string& joiner, const std::string& errand)
{
    static const okta::catalogue catalogue;
    auto files = workflows::loading::read_workflow_folder(source_dir / "workflows").value();
    for (auto& file : files)
        if (file.file.ends_with("joiner.yaml") && !joiner.empty())
            file.text = joiner;
    if (!errand.empty())
        files.push_back({"errand.yaml", errand});
    auto loaded = workflows::loading::load_workflows(files, catalogue, {});
    if (!loaded.ok)
        throw std::runtime_error(loaded.messages.back());
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
    if (!told.joiner.empty() || !told.errand.empty())
        book->workflows = workflows_with(told.joiner, told.errand);
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
        for (const auto& begun : told_.starts)
            timeline_.emplace(begun.at, [this, &begun] { start(begun); });
        for (const auto& jump : told_.jumps)
            timeline_.emplace(jump.at, [this, &jump] { set_clock(jump.by); });
        timeline_.emplace(told_.calm_from, [this] { world_.organisation().clear_faults(); });
    }

    void set_clock(duration by)
    {
        clock_jump jump{by, {}, {}};
        world_.next_due(); // what is ready happens before
        for (const auto& row : runs_.rows())
            jump.last_seq[row.id] = row.last_seq;
        jump.requests = world_.organisation().ledger().size();
        seen_.jumps.push_back(std::move(jump));
        world_.set_clock(world_.now() + by);
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

    // A person who is not known yet is refused; so is whatever does not fit a run as it stands.
    void start(const drawn_start& begun)
    {
        world_.operate(
            "POST", "/v1/runs",
            value::map(
                {{"workflow", "errand"}, {"subject", std::to_string(300'000 + begun.person)}, {"reason", "drawn"}}),
            "alice");
    }

    void say(const drawn_word& word)
    {
        const auto rows = runs_.rows();
        if (rows.empty())
            return;
        const auto& row = rows[static_cast<std::size_t>(word.which) % rows.size()];
        const auto* run = runs_.follow(row);
        if (run != nullptr)
            if (const auto said = in_full(word, run->state))
                tell(row.id, *said);
    }

    // Nothing when there is nothing open that such a word could be about.
    static std::optional<engine::operator_signal> in_full(const drawn_word& word, const engine::run_state& state)
    {
        using engine::verb;
        engine::operator_signal said{word.what, "", "alice", "because"};
        const bool decides = word.what == verb::approve || word.what == verb::deny;
        const bool rules = word.what == verb::skip || word.what == verb::complete || word.what == verb::fail;
        if (!decides && !rules)
            return said;
        std::vector<const engine::step_record*> open;
        for (const auto& step : state.steps)
            if (decides ? step.approval && step.status == engine::step_status::waiting
                        : !step.expanded && !step.in_flight && step.status != engine::step_status::succeeded)
                open.push_back(&step);
        if (open.empty())
            return std::nullopt;
        const auto& step = *open[static_cast<std::size_t>(word.part) % open.size()];
        if (rules)
            said.step = step.id;
        if (decides) {
            said.approval = step.approval->id;
            said.by = "bob"; // who asked does not decide
        }
        if (rules)
            said.evidence = value::map({{"ticket", "T-1"}});
        return said;
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
            for (const auto& run : runs_.rows())
                if (run.state == "paused")
                    look_after(run);
            world_.run_for(std::chrono::hours(12));
        }
    }

    // Somebody had ruled that a step is done that is not: what reads it back stops however often it is let go on.
    void look_after(const runtime::run_row& row)
    {
        constexpr int in_vain = 3;
        const auto* run = runs_.follow(row);
        const bool ruled =
            run != nullptr && std::any_of(run->facts.begin(), run->facts.end(), [](const engine::fact& one) {
                return std::holds_alternative<engine::step_ruled>(one.what);
            });
        if (ruled && ++let_go_on_[row.id] > in_vain)
            return tell(row.id, {engine::verb::rollback, "", "alice", "it was never done"});
        tell(row.id, {engine::verb::resume, "", "alice", "go on"});
    }

    // Everything that was ready has run; nothing moves while this looks.
    void look()
    {
        if (looking_ || world_.commits() == looked_at_)
            return;
        if (world_.commits() > told_.commits_max)
            throw round_in_circles{};
        looking_ = true;
        looked_at_ = world_.commits();
        for (const auto& row : runs_.rows()) {
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
        const auto* run = runs_.follow(row);
        if (run == nullptr)
            return seen_.complaints.push_back("P2: the history of " + row.id.text + " cannot be followed");
        const auto alive = runs_.held(row.id);
        if (alive && !(*alive == run->state))
            seen_.complaints.push_back("P2: " + row.id.text + " lives otherwise than its history says");
        if (row != runtime::row_of(run->state))
            seen_.complaints.push_back("P2: the row of " + row.id.text + " says otherwise than its history");
        const auto& state = run->state.status;
        const bool turned_back = state == engine::run_status::rolled_back ||
                                 state == engine::run_status::rolled_back_partial ||
                                 state == engine::run_status::rollback_failed;
        if (const int person = person_of_event(row.event.id); person >= 0)
            person_of_subject_[row.subject] = person;
        if (turned_back)
            remember_profile(row.id, person_of_subject(row.subject));
        time_point standing{};
        if (!row.open && runs_.has_armed_timer(row.id, standing))
            seen_.complaints.push_back("P11: run " + row.id.text + " has ended and a timer stands for " +
                                       to_rfc3339(standing));
    }

    int person_of_subject(const person_key& subject) const
    {
        const auto known = person_of_subject_.find(subject);
        return known == person_of_subject_.end() ? -1 : known->second;
    }

    void remember_profile(const run_id& id, int person)
    {
        if (person < 0)
            return; // nobody of the story, as the managers are
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
        seen_.died_after = world_.died_after();
        seen_.simulated = told_.end - told_.start;
        auto rows = runs_.rows();
        std::reverse(rows.begin(), rows.end());
        for (auto& row : rows) {
            run_record run;
            const auto* followed = runs_.follow(row);
            const auto whole = runs_.folded(row.id);
            if (followed == nullptr || !whole || !(*whole == followed->state))
                seen_.complaints.push_back("P2: the history of " + row.id.text + " is not what it was");
            if (followed != nullptr)
                run.facts = followed->facts;
            run.row = std::move(row);
            run.person = person_of_subject(run.row.subject); // one that was started by hand has no event
            read_facts(run, seen_.jumps);
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

    const story& told_;
    daemon::rehearsal world_;
    run_watch runs_{world_};
    std::multimap<time_point, moment> timeline_;
    evidence seen_;
    bool looking_ = false;
    std::uint64_t looked_at_ = 0;
    std::size_t ledger_seen_ = 0;
    std::map<run_id, std::uint64_t> known_seq_;
    std::map<run_id, int> let_go_on_;
    std::map<person_key, int> person_of_subject_;
};

} // namespace

evidence play(const story& told) { return stage(told).play(); }

} // namespace jmld::simulation

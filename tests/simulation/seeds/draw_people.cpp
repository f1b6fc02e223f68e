// What personnel enters about each person, in the order of entry, as it could happen; and how the senders deliver it:
// late, in another order, twice.
#include "tests/simulation/seeds/dice.hpp"
#include "tests/simulation/seeds/story.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

class life
{
public:
    life(story& into, dice& chance, dice& more, int number)
        : into_(into), chance_(chance), more_(more), number_(number), fuller_(more.percent(30))
    {
        who_.id = std::to_string(300'000 + number);
        who_.universal_id = "U-" + who_.id;
        who_.first = std::string("Person") + static_cast<char>('a' + number);
        who_.last = some_name();
        who_.department = some_department();
        who_.zone = chance.of(std::vector<std::string>{"UTC", "UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix",
                                                       "Pacific/Kiritimati"});
        now_ = into.start + chance.minutes(1, 4 * 24 * 60);
        if (more.percent(8))
            into.accounts.push_back(
                {number, who_, more.of(std::vector<std::string>{"ACTIVE", "ACTIVE", "STAGED", "DEPROVISIONED"})});
    }

    void live()
    {
        hired(hr_kind::hire, days_later(today(), chance_.between(-4, 16)));
        const int more = chance_.weighted<int>({{2, 0}, {4, 1}, {4, 2}, {3, 3}, {2, 5}});
        for (int i = 0; i < more; ++i) {
            now_ += chance_.percent(30) ? chance_.minutes(1, 60) : chance_.minutes(60, 5 * 24 * 60);
            if (here_)
                something_changes();
            else
                come_back();
        }
    }

private:
    date today() const { return local_day(now_, who_.zone); }
    bool has_started() const { return started_ <= today(); }
    std::string some_department() { return chance_.of(into_.access.departments).first; }
    std::string some_name()
    {
        std::string name(1, static_cast<char>('A' + chance_.below(26)));
        for (int i = 0; i < 4; ++i)
            name += static_cast<char>('a' + chance_.below(26));
        return name;
    }

    hr_entry& enter(hr_kind what, date effective, const std::string& about = {})
    {
        hr_entry entry;
        entry.id = "p" + std::to_string(number_) + "e" + std::to_string(++entries_);
        entry.person = number_;
        entry.what = what;
        entry.entered = now_;
        entry.effective = effective;
        entry.who = who_;
        const auto day = std::max(effective, today());
        if (fuller_ && what != hr_kind::rename)
            entry.who.last = word_on(day, names_);
        if (what == hr_kind::leave || what == hr_kind::come_back)
            entry.who.department = word_on(day, departments_);
        entry.about = about;
        into_.entries.push_back(std::move(entry));
        return into_.entries.back();
    }

    void hired(hr_kind what, date start)
    {
        started_ = start;
        who_.start = to_text(start);
        constexpr int after_all_that_is_known = 10'000;
        if (!names_.empty())
            who_.last = word_on(days_later(today(), after_all_that_is_known), names_);
        names_ = {{std::max(start, today()), who_.last}};
        departments_ = {{std::max(start, today()), who_.department}};
        hire_ = enter(what, start).id;
        here_ = true;
        away_ = false;
        back_on_ = {};
        corrected_ = false;
    }

    using dated_words = std::vector<std::pair<date, std::string>>;

    /// A record is written as it will be on its day: of the words that are known by then, the one that comes last.
    static std::string word_on(date day, const dated_words& words)
    {
        const auto* last = &words.front();
        for (const auto& word : words)
            if (word.first <= day && last->first <= word.first)
                last = &word;
        return last->second;
    }

    bool goes_or_returns()
    {
        if (away_ && more_.percent(45)) {
            away_ = false;
            back_on_ = std::max(days_later(today(), more_.between(-2, 5)), days_later(left_on_, 1));
            enter(hr_kind::come_back, back_on_);
            return true;
        }
        if (away_ || !has_started() || !more_.percent(35))
            return false;
        away_ = true;
        left_on_ = std::max(days_later(today(), more_.between(0, 5)), back_on_);
        enter(hr_kind::leave, left_on_);
        return true;
    }

    void rename()
    {
        who_.last = some_name();
        const auto day = std::max(days_later(today(), chance_.between(-2, 6)), started_);
        renamed_ = fuller_ ? day : std::max(day, renamed_);
        names_.emplace_back(std::max(renamed_, today()), who_.last);
        enter(hr_kind::rename, renamed_);
    }

    void something_changes()
    {
        if (fuller_ && goes_or_returns())
            return;
        const int what = chance_.below(100);
        if (what < 35) {
            who_.department = some_department();
            const auto day = std::max(days_later(today(), chance_.between(-2, 6)), started_);
            departments_.emplace_back(std::max(day, today()), who_.department);
            enter(hr_kind::change, day);
        } else if (what < 50) {
            rename();
        } else if (what < 65) {
            correct_or_take_back();
        } else {
            leave();
        }
    }

    void correct_or_take_back()
    {
        if (has_started()) {
            if (started_ == today())
                gone(enter(hr_kind::no_show, today(), hire_));
            return;
        }
        if (chance_.percent(40))
            return gone(enter(hr_kind::rescind_hire, started_, hire_));
        if (corrected_)
            return;
        corrected_ = true;
        if (chance_.percent(60))
            started_ = days_later(started_, chance_.between(1, 6));
        else
            who_.department = some_department();
        who_.start = to_text(started_);
        departments_.emplace_back(std::max(started_, today()), who_.department);
        enter(hr_kind::correct, started_, hire_);
    }

    void leave()
    {
        const bool urgent = chance_.percent(25);
        last_day_ = urgent ? today() : days_later(today(), chance_.between(-3, 9));
        auto& entry = enter(hr_kind::terminate, last_day_);
        entry.urgent = urgent;
        gone(entry);
        end_ = entry.id;
    }
    void gone(const hr_entry& by)
    {
        here_ = false;
        last_day_ = std::max(by.effective, today());
        end_.clear();
    }

    void come_back()
    {
        const bool ahead = !end_.empty() && days_later(today(), 1) < last_day_;
        if (ahead && chance_.percent(50)) {
            enter(hr_kind::rescind_end, last_day_, end_);
            end_.clear();
            here_ = true;
            return;
        }
        if (ahead || !chance_.percent(50))
            return;
        if (chance_.percent(50))
            who_.department = some_department();
        hired(hr_kind::rehire, days_later(std::max(today(), last_day_), chance_.between(1, 10)));
    }

    story& into_;
    dice& chance_;
    dice& more_;
    int number_, entries_ = 0;
    bool fuller_;
    worker_story who_;
    time_point now_{};
    date started_{}, last_day_{}, renamed_{}, left_on_{}, back_on_{};
    bool here_ = false, corrected_ = false, away_ = false;
    dated_words names_, departments_;
    std::string hire_, end_;
};

std::string written(const hr_entry& entry, const std::string& id)
{
    const auto on = to_text(entry.effective);
    const auto named = value::map({{"eventWid", "wid-" + entry.about}, {"originalEventId", entry.about}});
    auto more = value::map({});
    if (entry.what == hr_kind::correct)
        more = value::map({{"corrects", named}});
    if (entry.what == hr_kind::rescind_hire || entry.what == hr_kind::no_show || entry.what == hr_kind::rescind_end)
        more = value::map({{"rescinds", named}});
    if (entry.what == hr_kind::terminate)
        more = value::map({{"terminationDate", on}, {"lastDayOfWork", on}, {"immediate", entry.urgent}});
    // A correction and a rescind repeat the process of what they change.
    const bool repeats = !entry.about.empty();
    const std::string action = entry.what == hr_kind::correct ? "correct" : repeats ? "rescind" : "complete";
    more = more.with("businessProcess", value::map({{"type", std::string(word_of(entry.what))},
                                                    {"eventWid", "wid-" + (repeats ? entry.about : entry.id)},
                                                    {"action", action},
                                                    {"completedMoment", to_rfc3339(entry.entered)}}));
    return event_text(id, std::string(word_of(entry.what)), to_rfc3339(entry.entered), on, entry.who, more);
}

} // namespace

void draw_people(story& into, dice& chance)
{
    into.people = chance.weighted<int>({{2, 1}, {3, 2}, {2, 3}, {1, 5}});
    // By dice of their own: what else a seed draws stays as it was before these were drawn.
    dice more(into.seed ^ 0x9e37'79b9'7f4a'7c15U);
    into.people_sign_in = more.percent(30);
    for (int number = 0; number < into.people; ++number)
        life(into, chance, more, number).live();
    const bool shuffled = chance.percent(40);
    for (auto& entry : into.entries) {
        entry.body = written(entry, entry.id);
        auto at = entry.entered + chance.minutes(0, 3);
        if (shuffled && chance.percent(40))
            at += chance.minutes(10, 6 * 24 * 60);
        into.deliveries.push_back({at, entry.id, entry.body});
        if (chance.percent(15))
            into.deliveries.push_back({at + chance.minutes(0, 2 * 24 * 60), entry.id, entry.body});
        if (chance.percent(5)) // the sender forgot that it was sent, and gives it a new id
            into.deliveries.push_back(
                {at + chance.minutes(0, 24 * 60), entry.id + "again", written(entry, entry.id + "again")});
    }
    std::sort(into.deliveries.begin(), into.deliveries.end(), [](const auto& left, const auto& right) {
        return std::pair(left.at, left.id) < std::pair(right.at, right.id);
    });
}

} // namespace jmld::simulation

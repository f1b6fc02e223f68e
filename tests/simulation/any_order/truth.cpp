// Believe by entry, act by effect: the last word counts, of changes the one that comes into force last. It also knows
// which lives cannot be: what is drawn, and what is left when a tale is made smaller, must be one that can.
#include "tests/simulation/any_order/tale.hpp"

#include <algorithm>
#include <tuple>

namespace jmld::simulation::any_order {

namespace {

struct spoken
{
    date in_force{};
    time_point entered{};
    std::string text;
};

class life
{
public:
    bool take(const entry& one)
    {
        today_ = day_of(one.entered);
        switch (one.what) {
        case said::hire:
            return !was_here_ && begin(one);
        case said::rehire:
            return was_here_ && !here_ && one.on > gone_from_ && begin(one);
        case said::correct:
            return here_ && one.about == hire_ && today_ < started_ && !corrected_ && correct(one);
        case said::rescind_hire:
            return here_ && one.about == hire_ && today_ < started_ && end(one);
        case said::no_show:
            return here_ && one.about == hire_ && today_ == started_ && !spoke_since_ && end(one);
        case said::change:
            return here_ && one.on >= started_ && in_order(department_, one) &&
                   change(department_, one, one.who.department);
        case said::rename:
            return here_ && one.on >= started_ && in_order(last_, one) && change(last_, one, one.who.last);
        case said::leave:
            return here_ && !away_ && started_ <= today_ && std::max(today_, back_on_) <= one.on && leave(one);
        case said::come_back:
            return here_ && away_ && one.on > left_on_ && come_back(one);
        case said::terminate:
            return here_ && end(one);
        case said::rescind_end:
            return !here_ && end_ != 0 && one.about == end_ && today_ < gone_from_ && take_back();
        }
        return false;
    }

    truth now() const { return {here_, here_ && away_, was_here_, last_.text, department_.text}; }

private:
    bool begin(const entry& one)
    {
        here_ = was_here_ = true;
        away_ = corrected_ = spoke_since_ = false;
        hire_ = one.number;
        hired_at_ = one.entered;
        started_ = one.on;
        end_ = 0;
        last_ = department_ = {};
        say(last_, one, one.who.last);
        say(department_, one, one.who.department);
        return true;
    }
    bool correct(const entry& one)
    {
        corrected_ = true;
        started_ = one.on;
        if (department_.entered == hired_at_)
            department_ = {};
        if (last_.entered == hired_at_)
            last_ = {};
        say(department_, one, one.who.department);
        say(last_, one, one.who.last);
        return true;
    }
    // Whoever writes the next entry repeats the record as it is then; which that is must be plain.
    bool in_order(const spoken& what, const entry& one) const { return std::max(one.on, today_) >= what.in_force; }
    bool change(spoken& what, const entry& one, const std::string& text)
    {
        spoke_since_ = true;
        say(what, one, text);
        return true;
    }
    bool leave(const entry& one)
    {
        spoke_since_ = true;
        away_ = true;
        left_on_ = one.on;
        return true;
    }
    bool come_back(const entry& one)
    {
        away_ = false;
        back_on_ = one.on;
        return true;
    }
    bool end(const entry& one)
    {
        here_ = false;
        end_ = one.what == said::terminate ? one.number : 0;
        gone_from_ = std::max(one.on, today_);
        return true;
    }
    bool take_back()
    {
        here_ = true;
        end_ = 0;
        return true;
    }
    void say(spoken& what, const entry& one, const std::string& text)
    {
        const spoken fresh{std::max(one.on, today_), one.entered, text};
        if (what.text.empty() || std::tie(what.in_force, what.entered) <= std::tie(fresh.in_force, fresh.entered))
            what = fresh;
    }

    bool here_ = false, was_here_ = false, away_ = false, corrected_ = false, spoke_since_ = false;
    int hire_ = 0, end_ = 0;
    date today_{}, started_{}, gone_from_{}, left_on_{}, back_on_{};
    time_point hired_at_{};
    spoken last_, department_;
};

} // namespace

std::optional<truth> truth_of(const std::vector<entry>& entries)
{
    life lived;
    for (const auto& one : entries)
        if (!lived.take(one))
            return std::nullopt;
    return lived.now();
}

} // namespace jmld::simulation::any_order

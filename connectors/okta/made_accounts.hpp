// Accounts that this process made itself, the latest ones: nothing stood in them before, so nothing has to be read
// about them. Whatever is forgotten, or was made by another run before a restart, is simply read; it is a saving, never
// a proof.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace jmld::okta {

class made_accounts
{
public:
    void insert(std::string id)
    {
        if (id.empty() || !known_.insert(id).second)
            return;
        order_.push_back(std::move(id));
        if (order_.size() > remembered_max) {
            known_.erase(order_.front());
            order_.pop_front();
        }
    }
    bool contains(std::string_view id) const { return known_.contains(id); }

private:
    static constexpr std::size_t remembered_max = 10'000;
    std::set<std::string, std::less<>> known_;
    std::deque<std::string> order_;
};

} // namespace jmld::okta

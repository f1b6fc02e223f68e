// One stack whose jmld has the faulty disk: hands hires in, remembers what was promised, and settles the account after
// each fault. Every promise is checked here, once for all sweeps.
#pragma once

#include "tests/end_to_end/stack.hpp"
#include "tests/storage_faults/faulty_disk.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::storage_faults {

using end_to_end::milliseconds;

/// How jmld ends when its log fails.
inline constexpr int storage_failed = 74;

/// Everything, as often as it takes (JMLD_STORAGE_FAULTS=all), or a sample.
bool exhaustive();

class trial
{
public:
    trial();

    end_to_end::stack& here() { return stack_; }
    faulty_disk& disk() { return disk_; }

    /// A new person's hire; its status, or 0 when no answer came. 202 is remembered as a promise.
    int hand_in_next();
    /// The same person's again, as a sender does who got no 2xx.
    int hand_in_again();
    int hand_in(const std::string& body, const std::string& event_id);
    /// From now on some 200 pages in the log are enough for jmld to copy them back, instead of 4,000.
    void copy_back_early();
    /// Large deliveries that start nothing yet, until the log has been copied back into the database once, jmld has
    /// ended, or a fault was met. Something must be armed, or counted, on the database.
    void fill_the_log();
    /// The same without a fault.
    void empty_the_log();
    const std::string& last_event() const { return event_; }

    /// Until jmld has ended, the last hire's run has ended, or the fault was met and `after` has passed.
    void go_on(milliseconds after);
    /// State of the last hire's run; empty when there is none or nobody answers.
    std::string state_of_run(const std::string& event_id);

    /// The disk is whole again: jmld is up (started if it ended), whatever was not promised is sent again, every run
    /// succeeds, no effect is in the ledger twice, each new person is there once.
    void settle();
    /// The last of it: a clean stop and a whole file with every promise in it.
    void finish();

    const std::vector<std::string>& promised() const { return promised_; }

private:
    void settle_now();
    bool is_promised(const std::string& event_id) const;
    void expect_each_person_once();

    test::temporary_folder folder_;
    faulty_disk disk_;
    end_to_end::stack stack_;
    int number_ = 0, large_ = 0;
    std::size_t large_bytes_ = 200'000;
    std::string event_, body_;
    std::vector<std::string> promised_;
    std::vector<std::string> unsettled_; ///< events whose runs have not been seen to end
};

/// Code with which jmld ended, once it has; nothing while it runs.
std::optional<int> ended(end_to_end::stack& here, milliseconds longest);

} // namespace jmld::storage_faults

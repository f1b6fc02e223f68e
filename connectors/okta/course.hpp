// Inner seam of the verification: how far it has come, as it is handed from one look to the next and survives restarts.
// It counts and remembers; it sends nothing.
#pragma once

#include "connectors/okta/sight.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jmld::okta {

/// How often the same thing is taken away again: once, and twice more.
inline constexpr int containments_max = 3;

class course
{
public:
    course(const engine::value& progress, time_point now);

    /// What is there now and was not when the run read the person, or was gone at an earlier look. The first look
    /// learns what was there all along.
    std::vector<finding> came_back(const judgement& seen, const work& now);
    /// The status was as wanted when the run read the person: whoever has another one now got it since.
    void status_was_fitting() { status_fitted_ = true; }
    /// Writes down what came back, and what of it will be taken away: not what no call can remove, nor what came back
    /// too often.
    void contain(const std::vector<finding>& what);
    /// One clean look; false when it is too soon after the one before to count.
    bool count(duration apart);
    void not_clean();

    int clean_reads() const { return static_cast<int>(clean_.size()); }
    time_point last_clean() const { return clean_.back(); }
    /// Since when it has not been as wanted.
    time_point since() const { return since_; }
    /// How long to wait before the next look while it is not: 1 s, 2 s, 4 s, then 5 s.
    duration pause();
    const std::vector<finding>& to_contain() const { return to_contain_; }
    bool contains_anything() const { return !to_contain_.empty(); }
    /// They have been sent.
    void contained();

    /// For the next look; `came_back` of it names what only this look has found.
    engine::value progress() const;
    /// What came back in the whole of it, and when each clean look was.
    engine::value drift() const { return engine::value(drift_); }
    engine::value reads() const;
    bool took_something_away() const { return took_away_; }

private:
    time_point now_, since_;
    std::vector<time_point> clean_;
    std::set<std::string> left_; ///< there all along
    std::map<std::string, int> times_;
    std::vector<finding> to_contain_;
    engine::value_list drift_, news_;
    int looks_ = 0; ///< since it is not as wanted
    bool began_ = false, status_fitted_ = false, took_away_ = false;
};

} // namespace jmld::okta

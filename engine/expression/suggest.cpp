// "did you mean": the nearest known word by edit distance, swaps of neighbours counted once, case ignored. Far words
// are no help and are not told.
#include "engine/expression/expression.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

constexpr std::size_t word_bytes_max = 64;

std::string lowered(std::string_view word)
{
    std::string text(word);
    for (auto& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

std::size_t distance(const std::string& from, const std::string& to)
{
    std::vector<std::size_t> two_back(to.size() + 1);
    std::vector<std::size_t> before(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j)
        before[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            auto const changed = before[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({before[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                row[j] = std::min(row[j], two_back[j - 2] + 1);
        }
        std::swap(two_back, before);
        std::swap(before, row);
    }
    return before[to.size()];
}

} // namespace

std::string suggest(std::string_view wrong, const std::vector<std::string>& known)
{
    if (wrong.empty() || wrong.size() > word_bytes_max)
        return {};
    auto const typed = lowered(wrong);
    auto const near = std::max<std::size_t>(wrong.size() / 3, 1);
    std::string best;
    auto best_distance = std::min(near + 1, wrong.size());
    for (auto const& candidate : known) {
        if (candidate == wrong || candidate.size() > word_bytes_max)
            continue;
        auto const found = distance(typed, lowered(candidate));
        if (found < best_distance) {
            best = candidate;
            best_distance = found;
        }
    }
    return best;
}

} // namespace jmld::engine::expression

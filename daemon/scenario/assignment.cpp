// Augmenting paths: whoever finds his item taken asks its owner to take another.
#include "daemon/scenario/assignment.hpp"

namespace jmld::daemon::scenario {

namespace {

class matching
{
public:
    matching(std::size_t wanted, std::size_t there, const std::function<bool(std::size_t, std::size_t)>& fits)
        : owner_(there), fit_(wanted, std::vector<bool>(there))
    {
        for (std::size_t i = 0; i < wanted; ++i)
            for (std::size_t j = 0; j < there; ++j)
                fit_[i][j] = fits(i, j);
    }

    void find(std::size_t wanted)
    {
        asked_.assign(owner_.size(), false);
        take(wanted);
    }

    std::vector<std::optional<std::size_t>> result() const
    {
        std::vector<std::optional<std::size_t>> own(fit_.size());
        for (std::size_t j = 0; j < owner_.size(); ++j)
            if (owner_[j])
                own[*owner_[j]] = j;
        return own;
    }

private:
    bool take(std::size_t wanted)
    {
        for (std::size_t j = 0; j < owner_.size(); ++j) {
            if (!fit_[wanted][j] || asked_[j])
                continue;
            asked_[j] = true;
            if (!owner_[j] || take(*owner_[j])) {
                owner_[j] = wanted;
                return true;
            }
        }
        return false;
    }

    std::vector<std::optional<std::size_t>> owner_;
    std::vector<std::vector<bool>> fit_;
    std::vector<bool> asked_;
};

} // namespace

std::vector<std::optional<std::size_t>> assign(std::size_t wanted, std::size_t there,
                                               const std::function<bool(std::size_t, std::size_t)>& fits)
{
    matching work(wanted, there, fits);
    for (std::size_t i = 0; i < wanted; ++i)
        work.find(i);
    return work.result();
}

} // namespace jmld::daemon::scenario

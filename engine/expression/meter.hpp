// What one evaluation has used of its budget. It measures work and made bytes; it knows no clock.
#pragma once

#include "engine/expression/expression.hpp"

#include <string>

namespace jmld::engine::expression {

class meter
{
public:
    explicit meter(const budget& limits) : limits_(limits), steps_left_(limits.steps_max) {}

    /// False from the moment that the budget is used up; it never recovers.
    bool spend(std::int64_t steps = 1)
    {
        if (steps_left_ >= 0)
            steps_left_ -= steps;
        return steps_left_ >= 0;
    }
    /// Work that grows with the length of a text.
    bool read(std::size_t bytes) { return spend(1 + static_cast<std::int64_t>(bytes / 64)); }
    /// Bytes of new values, those in between included: otherwise a text doubled thirty times fills the memory.
    bool make(std::size_t bytes)
    {
        bytes_made_ += bytes;
        return read(bytes) && bytes_made_ <= limits_.output_bytes_max;
    }
    bool exhausted() const { return steps_left_ < 0 || bytes_made_ > limits_.output_bytes_max; }
    std::string complaint() const
    {
        return steps_left_ < 0 ? "the expression took more than " + std::to_string(limits_.steps_max) + " steps"
                               : "the expression made more than " + std::to_string(limits_.output_bytes_max) + " bytes";
    }

private:
    budget limits_;
    std::int64_t steps_left_;
    std::size_t bytes_made_ = 0;
};

} // namespace jmld::engine::expression

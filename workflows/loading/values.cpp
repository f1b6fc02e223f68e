// Small readers that several keys share: durations, choices, retry policies, single expressions. Each reports what it
// does not understand together with what it accepts.
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace jmld::workflows::loading {

using engine::expression::program;
using engine::expression::shape;

std::optional<duration> read_duration(reading& in, const yaml::node& scalar, std::string_view what)
{
    const std::optional<duration> length = scalar.is_scalar() ? parse_duration(scalar.text) : std::nullopt;
    if (length && *length > duration::zero())
        return length;
    const bool bare_number = yaml::as_number(scalar).has_value();
    if (bare_number)
        in.problems.error(scalar, fmt::format("{} needs a unit: '{}s', or ms, m, h, d", what, scalar.text));
    else
        in.problems.error(scalar,
                          fmt::format("{} is a length of time above zero with its unit: 250ms, 30s, 5m, 1d12h", what));
    return std::nullopt;
}

std::optional<engine::on_exhausted> read_on_exhausted(reading& in, const yaml::node& scalar, std::string_view what)
{
    if (scalar.is_scalar()) {
        if (scalar.text == "rollback")
            return engine::on_exhausted::rollback;
        if (scalar.text == "pause")
            return engine::on_exhausted::pause;
        if (scalar.text == "continue")
            return engine::on_exhausted::proceed;
        if (scalar.text == "fail")
            return engine::on_exhausted::fail;
    }
    in.problems.error(scalar, fmt::format("{} is rollback, pause, continue or fail", what));
    return std::nullopt;
}

namespace {

void read_max_attempts(reading& in, const yaml::node& scalar, int& into)
{
    constexpr long long most = 1000;
    const std::optional<long long> count = yaml::as_integer(scalar);
    if (!count || *count < 1 || *count > most)
        in.problems.error(
            scalar, fmt::format("max_attempts is a whole number from 1 to {}; it includes the first attempt", most));
    else
        into = static_cast<int>(*count);
}

void read_coefficient(reading& in, const yaml::node& scalar, double& into)
{
    constexpr double most = 100;
    const std::optional<double> factor = yaml::as_number(scalar);
    if (!factor || *factor < 1 || *factor > most)
        in.problems.error(scalar, "backoff_coefficient is a number from 1 to 100");
    else
        into = *factor;
}

} // namespace

void read_retry(reading& in, const yaml::node& map, engine::retry_policy& into)
{
    if (!check_keys(in.problems, map, "retry", retry_keys()))
        return;
    for (const yaml::node::entry& entry : map.entries) {
        const auto length = [&](duration& target) {
            if (const std::optional<duration> read = read_duration(in, entry.content, entry.key))
                target = *read;
        };
        if (entry.key == "max_attempts")
            read_max_attempts(in, entry.content, into.max_attempts);
        else if (entry.key == "initial_interval")
            length(into.initial_interval);
        else if (entry.key == "backoff_coefficient")
            read_coefficient(in, entry.content, into.backoff_coefficient);
        else if (entry.key == "max_interval")
            length(into.max_interval);
        else if (entry.key == "max_throttle")
            length(into.max_throttle);
        else if (entry.key == "jitter" && (entry.content.text == "full" || entry.content.text == "none"))
            into.full_jitter = entry.content.text == "full";
        else if (entry.key == "jitter")
            in.problems.error(entry.content, "jitter is full or none");
    }
}

std::optional<engine::parameter_type> parse_input_type(std::string_view name)
{
    using engine::parameter_type;
    constexpr std::pair<std::string_view, parameter_type> types[] = {
        {"string", parameter_type::text},       {"int", parameter_type::integer},
        {"bool", parameter_type::boolean},      {"list", parameter_type::list},
        {"map", parameter_type::map},           {"timestamp", parameter_type::timestamp},
        {"duration", parameter_type::duration}, {"any", parameter_type::any}};
    for (const auto& [known, type] : types)
        if (known == name)
            return type;
    return std::nullopt;
}

std::optional<program> read_program(reading& in, const yaml::node& scalar, const shape& roots)
{
    if (!scalar.is_scalar()) {
        in.problems.error(scalar, "an expression is wanted here: ${{ … }}");
        return std::nullopt;
    }
    auto compiled = engine::expression::compile_bare(scalar.text, roots);
    if (compiled)
        return std::move(*compiled);
    in.problems.error(scalar, compiled.error());
    return std::nullopt;
}

bool is_identifier(std::string_view name)
{
    constexpr std::string_view words[] = {"true", "false", "null", "in"};
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !name.empty() && name.size() <= 64 && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); }) &&
           std::ranges::find(words, name) == std::end(words);
}

std::size_t workflow_draft::index_of(std::string_view id) const
{
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i].step.id == id)
            return i;
    return steps.size();
}

} // namespace jmld::workflows::loading

// Evaluates a layout's fields for one element of a message and turns what they give into canonical types, noting what
// is wrong. Private to the mapping.
#pragma once

#include "workflows/events/source_mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

class field_reader
{
public:
    /// All must outlive it.
    field_reader(const layout& how, const message& incoming, const engine::value& item, const engine::value& vars)
        : how_(how), incoming_(incoming), item_(item), vars_(vars)
    {}

    /// Empty when not said; a mistake is noted.
    std::string text(std::string_view field);
    std::string text(const field_rule& rule);
    /// Every field except id and type.
    void read_into(canonical_event& event);
    void missing(std::string_view field, std::string what);
    const std::vector<field_problem>& problems() const { return problems_; }

    static bool holds(const engine::expression::program& when, const message& incoming);
    static engine::value vars_of(const layout& how, const message& incoming, const engine::value& item);
    /// The text says why it is no list.
    static std::expected<engine::value, std::string> list(const engine::expression::program& expression,
                                                          const layout& how, const message& incoming);

private:
    const field_rule* find(std::string_view field) const;
    /// Null when not said.
    engine::value evaluate(const field_rule& rule);
    std::optional<date> day(std::string_view field);
    std::optional<time_point> instant(std::string_view field);
    bool flag(std::string_view field);
    std::string address(std::string_view field);
    void read_worker(worker& who);
    void read_name(worker& who);
    void refuse(const field_rule& rule, std::string what);

    const layout& how_;
    const message& incoming_;
    const engine::value& item_;
    const engine::value& vars_;
    std::vector<field_problem> problems_;
};

} // namespace jmld::workflows

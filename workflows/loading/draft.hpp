// A workflow while it is being checked: the definition so far, and where each part of it stands in the file. Private to
// the loader; the YAML tree must outlive it.
#pragma once

#include "engine/definition.hpp"
#include "workflows/loading/loader.hpp"
#include "workflows/loading/report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::workflows::loading {

/// One path that an expression of a step reads, and the scalar in which it does.
struct path_read
{
    engine::expression::path path;
    const yaml::node* scalar = nullptr;
    bool item_allowed = false;
    std::optional<engine::parameter_type> wanted = {}; ///< the path is the whole value of a parameter of this type
};

struct explicit_need
{
    std::string id;
    const yaml::node* scalar = nullptr;
    std::optional<engine::need_result> wanted = {}; ///< how it must have ended, when that was said
};

struct step_draft
{
    engine::step_definition step;
    const yaml::node::entry* entry = nullptr; ///< key: the id; content: the map
    std::vector<explicit_need> needs;
    std::vector<path_read> reads;
    const yaml::node* on_exhausted_given = nullptr;
    const yaml::node* compensate_given = nullptr;
    const yaml::node* on_timeout_given = nullptr;

    const yaml::node* find(std::string_view key) const { return entry->content.find(key); }
    yaml::place where() const { return entry->key_where; }
};

struct workflow_draft
{
    engine::workflow_definition definition; ///< without steps until finish()
    std::vector<step_draft> steps;          ///< in the order of the file
    std::vector<std::string> input_names;
    std::vector<std::string> var_names; ///< also of those that were refused, so that one mistake is told once
    const yaml::node* trigger_event = nullptr;
    std::optional<yaml::node::entry> name;

    std::size_t index_of(std::string_view id) const; ///< steps.size() when there is none
};

struct reading
{
    report& problems;
    const engine::action_catalogue& catalogue;
    const load_options& options;
};

/// Everything above and beside the steps.
void read_head(reading& in, const yaml::node& root, workflow_draft& into);
/// The steps, their values and expressions.
void read_steps(reading& in, const yaml::node& root, workflow_draft& into);
void read_with(reading& in, const engine::expression::shape& roots, step_draft& into);
/// The parameters against what their table says of them; `more` are parameters that were read elsewhere.
void read_parameters(reading& in, const std::vector<engine::parameter_description>& parameters,
                     const engine::expression::shape& roots, step_draft& into,
                     std::vector<std::pair<std::string, engine::expression::value_template>> more = {});
/// A step of the engine's own (core.*): what may stand in it and what its parameters mean.
void read_core(reading& in, const engine::expression::shape& roots, step_draft& into);
/// `compensate: {uses, with}`.
void read_undo(reading& in, const engine::expression::shape& roots, step_draft& into);
/// `outputs`: names of one's own.
void read_outputs(reading& in, const engine::expression::shape& roots, step_draft& into);
/// What expressions may read under `inputs`.
engine::expression::shape input_shape(const workflow_draft& draft);
/// `inputs` of the workflow.
void read_inputs(reading& in, const yaml::node& root, workflow_draft& into);
/// What one workflow of a set says of another: core.run.
void check_children(const std::vector<std::pair<report*, const workflow_draft*>>& set);
/// Whether an expression can give what a parameter takes, as far as that is known before anything runs.
bool fits(engine::parameter_type wanted, engine::value_kind given);
bool fits(engine::parameter_type wanted, engine::parameter_type answered);
std::string_view accepted(engine::parameter_type type);
/// Parameters against the declared types of the outputs that they read.
void check_types(reading& in, const workflow_draft& checked);
/// Every name that `uses` may say.
std::vector<std::string> action_names(const engine::action_catalogue& catalogue);
/// needs from references, unknown and own steps, cycles; puts `steps` into an order that satisfies them.
void order_steps(reading& in, workflow_draft& into);
/// What a saga demands: pivots, compensation, probes, what a revoke workflow may hold, scopes.
void check_saga(reading& in, const workflow_draft& checked);

// ---- small readers
// ------------------------------------------------------------------------------------------------------
std::optional<duration> read_duration(reading& in, const yaml::node& scalar, std::string_view what);
std::optional<engine::on_exhausted> read_on_exhausted(reading& in, const yaml::node& scalar, std::string_view what);
std::optional<engine::parameter_type> parse_input_type(std::string_view name);
/// The literal as the type wants it; nothing when it does not fit.
std::optional<engine::value> literal_of(engine::parameter_type type, const yaml::node& scalar);
void read_retry(reading& in, const yaml::node& map, engine::retry_policy& into);
/// Compiles and notes what it reads; empty after a problem.
std::optional<engine::expression::program> read_program(reading& in, const yaml::node& scalar,
                                                        const engine::expression::shape& roots);
/// Compiles the scalar as a text with `${{ }}` inside; what it reads is added to `reads`. Empty after a problem.
std::optional<engine::expression::value_template>
read_text(reading& in, const yaml::node& scalar, const engine::expression::shape& roots, std::vector<path_read>& reads);
/// A value of no particular type: plain true, false and decimal numbers are what they look like, all else is text.
std::optional<engine::expression::value_template> read_template(reading& in, const yaml::node& node,
                                                                const engine::expression::shape& roots,
                                                                std::vector<path_read>& reads);
bool has_expression(std::string_view text);
/// The whole text is one `${{ … }}`: its value keeps its kind.
bool is_whole_expression(std::string_view text);
/// Letters, digits and _, not beginning with a digit, at most 64, no word of the expression language.
bool is_identifier(std::string_view name);

} // namespace jmld::workflows::loading

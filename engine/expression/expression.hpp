// Expressions `${{ … }}`: a total, bounded subset of CEL — compiled once, checked against the names that exist,
// evaluated within a step budget. No loops, no environment, no secrets, no I/O; data is never evaluated as an
// expression.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::engine::expression {

/// What can stand under a name, as far as it is known before anything runs. Used to refuse unknown names with a
/// suggestion.
struct shape
{
    bool open = true; ///< unknown members are allowed (their value is dynamic)
    std::map<std::string, shape> members;
    std::shared_ptr<const shape> element; ///< of a list; null = unknown
    /// A closed map of these members.
    static shape closed(std::map<std::string, shape> members);
    /// Anything at all.
    static shape any() { return {}; }
};

/// A mistake in the text: byte offset and length within the expression's own text, and what to do.
struct problem
{
    std::size_t offset = 0;
    std::size_t length = 1;
    std::string what; ///< "unknown name 'steps.create_usr'; did you mean 'create_user'?"
};

struct node; // the checked syntax tree; private to the room

/// A path read by an expression, as far as it is constant: {"steps","create_user","outputs","id"}.
using path = std::vector<std::string>;

/// Compiled and immutable; cheap to copy.
class program
{
public:
    program() = default;
    const std::string& text() const;
    /// Every constant path it reads, roots first; bound variables of macros excluded.
    const std::vector<path>& reads() const;
    /// What kind its value has, when that is known before anything runs.
    std::optional<value_kind> kind() const { return kind_; }
    explicit operator bool() const { return root_ != nullptr; }

private:
    friend class compiler;
    friend class evaluator;
    std::shared_ptr<const node> root_;
    std::shared_ptr<const std::string> text_;
    std::shared_ptr<const std::vector<path>> reads_;
    std::optional<value_kind> kind_;
};

/// Parses and checks one expression (without the `${{ }}`). `roots` names what may be read.
std::expected<program, problem> compile(std::string_view text, const shape& roots);

/// Where an evaluation finds its roots; nullptr = no such root.
using scope = std::function<const value*(std::string_view root)>;

struct budget
{
    std::int64_t steps_max = 100'000; ///< nodes, items gone through, and work on long texts
    std::size_t output_bytes_max =
        1'000'000; ///< of the result as written out, and of all that is made on the way to it
};

/// Missing member (also of null, and a place behind the end of a list): an error unless under has() or coalesce();
/// `missing` is true then, so that a mapping can read it as "not said". The text names paths and kinds, never values.
struct evaluation_error
{
    std::string what;
    bool missing = false;
    std::size_t offset = 0; ///< in the program's text
};
std::expected<value, evaluation_error> evaluate(const program& compiled, const scope& roots, const budget& limits = {});

/// What `if` and `when` accept: only a bool counts. Anything else is an error.
std::expected<bool, evaluation_error> evaluate_condition(const program& compiled, const scope& roots,
                                                         const budget& limits = {});

/// A tree of literals, texts with `${{ }}` inside, whole-value expressions, lists and maps: what stands under `with:`.
class value_template
{
public:
    struct part
    {
        std::string literal;
        program computed;
    }; ///< one of the two

    static value_template literal(value content);
    static value_template computed(program whole);
    static value_template joined(std::vector<part> parts); ///< result is a text
    static value_template list(std::vector<value_template> items);
    static value_template map(std::vector<std::pair<std::string, value_template>> entries);

    /// Errors as evaluate(); the text says under which key (`profile.login`). With `skip_missing`, a map entry whose
    /// expression or text reads a missing member is left out (source mappings) instead of failing.
    std::expected<value, evaluation_error> evaluate(const scope& roots, bool skip_missing = false) const;
    /// Every path that any expression in it reads.
    std::vector<path> reads() const;
    /// Of a whole-value expression: its program; nullptr for anything else.
    const program* whole() const { return kind_ == kind::computed ? &program_ : nullptr; }

private:
    enum class kind { literal, computed, joined, list, map };
    /// On failure `place` holds the key of the entry that failed, from here on.
    std::expected<value, evaluation_error> evaluate_at(const scope& roots, bool skip_missing, std::string& place) const;
    std::expected<value, evaluation_error> evaluate_list(const scope& roots, bool skip_missing,
                                                         std::string& place) const;
    std::expected<value, evaluation_error> evaluate_map(const scope& roots, bool skip_missing,
                                                        std::string& place) const;
    kind kind_ = kind::literal;
    value literal_;
    program program_;
    std::vector<part> parts_;
    std::vector<value_template> items_;
    std::vector<std::pair<std::string, value_template>> entries_;
};

/// Compiles a scalar's text: `${{ e }}` alone → computed, mixed → joined, none → literal text. Offsets of problems are
/// into `text`.
std::expected<value_template, problem> compile_text(std::string_view text, const shape& roots);
/// `if`/`when`/mapping fields: with or without `${{ }}`.
std::expected<program, problem> compile_bare(std::string_view text, const shape& roots);

/// The nearest of `known` by edit distance, when near enough to be a likely typing mistake; empty otherwise.
std::string suggest(std::string_view wrong, const std::vector<std::string>& known);

} // namespace jmld::engine::expression

// The table of functions and the questions asked of it. What each does is in text_functions.cpp, conversions.cpp and
// time_functions.cpp.
#include "engine/expression/functions.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

using enum value_kind;

constexpr kind_set texts{text};
constexpr kind_set integers{integer};

constexpr std::array<function, 17> table{{
    {"size", "size(text, list or map)", true, true, 1, 1, {{{text, list, map}}}, integer, functions::size},
    {"startsWith", "text.startsWith(beginning)", false, true, 2, 2, {{texts, texts}}, boolean, functions::starts_with},
    {"endsWith", "text.endsWith(end)", false, true, 2, 2, {{texts, texts}}, boolean, functions::ends_with},
    {"contains", "text.contains(part)", false, true, 2, 2, {{texts, texts}}, boolean, functions::contains},
    {"matches", "text.matches(pattern)", true, true, 2, 2, {{texts, texts}}, boolean, functions::matches},
    {"lowerAscii", "text.lowerAscii()", false, true, 1, 1, {{texts}}, text, functions::lower_ascii},
    {"upperAscii", "text.upperAscii()", false, true, 1, 1, {{texts}}, text, functions::upper_ascii},
    {"trim", "text.trim()", false, true, 1, 1, {{texts}}, text, functions::trim},
    {"split", "text.split(separator[, most])", false, true, 2, 3, {{texts, texts, integers}}, list, functions::split},
    {"join", "list.join([separator])", false, true, 1, 2, {{{list}, texts}}, text, functions::join},
    {"string",
     "string(x)",
     true,
     false,
     1,
     1,
     {{{boolean, integer, real, text, value_kind::date, timestamp, value_kind::duration}}},
     text,
     functions::to_string},
    {"int", "int(x)", true, false, 1, 1, {{{integer, real, text, timestamp}}}, integer, functions::to_int},
    {"double", "double(x)", true, false, 1, 1, {{{integer, real, text}}}, real, functions::to_double},
    {"bool", "bool(x)", true, false, 1, 1, {{{boolean, text}}}, boolean, functions::to_bool},
    {"duration",
     "duration(\"7d\")",
     true,
     false,
     1,
     1,
     {{{text, value_kind::duration}}},
     value_kind::duration,
     functions::to_duration,
     true},
    {"timestamp",
     "timestamp(\"2027-02-01T09:00:00Z\")",
     true,
     false,
     1,
     1,
     {{{text, integer, timestamp}}},
     timestamp,
     functions::to_timestamp,
     true},
    {"date",
     "date(\"2027-02-01\")",
     true,
     false,
     1,
     1,
     {{{text, value_kind::date}}},
     value_kind::date,
     functions::to_date,
     true},
}};

struct left_out
{
    std::string_view name;
    std::string_view why;
};

constexpr std::string_view no_types = "types as values are left out of these expressions";
constexpr std::string_view no_calendar =
    "the parts of a date are left out of these expressions; compare dates and timestamps as they are";
constexpr std::string_view no_text = "this function of CEL's strings extension is left out of these expressions";

constexpr std::array<left_out, 28> left_out_names{{
    {"uint", "unsigned integers are left out of these expressions; use int()"},
    {"bytes", "bytes are left out of these expressions; use strings"},
    {"dyn", "dyn() is left out of these expressions: every value is dynamic already, so leave it away"},
    {"type", no_types},
    {"charAt", no_text},
    {"indexOf", no_text},
    {"lastIndexOf", no_text},
    {"replace", no_text},
    {"substring", no_text},
    {"reverse", no_text},
    {"quote", no_text},
    {"format", "format() is left out of these expressions; put ${{ }} into a text, or join with +"},
    {"getFullYear", no_calendar},
    {"getMonth", no_calendar},
    {"getDate", no_calendar},
    {"getDayOfMonth", no_calendar},
    {"getDayOfWeek", no_calendar},
    {"getDayOfYear", no_calendar},
    {"getHours", no_calendar},
    {"getMinutes", no_calendar},
    {"getSeconds", no_calendar},
    {"getMilliseconds", no_calendar},
    {"transformList", "macros with two variables are left out of these expressions; use map(x, …)"},
    {"transformMap", "macros with two variables are left out of these expressions; use map(x, …)"},
    {"orValue", "optional values are left out of these expressions; use coalesce()"},
    {"hasValue", "optional values are left out of these expressions; use has()"},
    {"optMap", "optional values are left out of these expressions; use has() and ? :"},
    {"existsOne", "it is written exists_one here"},
}};

} // namespace

std::string to_text(kind_set kinds)
{
    std::vector<std::string_view> names;
    for (auto const kind :
         {null, boolean, integer, real, text, value_kind::date, timestamp, value_kind::duration, list, map})
    {
        if (kinds.holds(kind))
            names.push_back(engine::to_text(kind));
    }
    std::string told;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            told += i + 1 == names.size() ? " or " : ", ";
        told += names[i];
    }
    return told;
}

const function* find_function(std::string_view name)
{
    auto const found = std::ranges::find(table, name, &function::name);
    return found != table.end() ? &*found : nullptr;
}

std::vector<std::string> function_names()
{
    std::vector<std::string> names{"has", "coalesce", "all", "exists", "exists_one", "filter", "map"};
    for (auto const& known : table)
        names.emplace_back(known.name);
    return names;
}

std::string_view why_left_out(std::string_view name)
{
    auto const found = std::ranges::find(left_out_names, name, &left_out::name);
    return found != left_out_names.end() ? found->why : std::string_view();
}

std::optional<std::string> check_kind(const function& called, std::size_t index, value_kind kind)
{
    if (called.takes[index].holds(kind))
        return std::nullopt;
    auto const place = index == 0      ? std::string()
                       : called.global ? " as its second argument"
                       : index == 1    ? " in the brackets"
                                       : " as its second argument";
    return std::string(called.name) + "() takes " + to_text(called.takes[index]) + place + ", not " +
           std::string(engine::to_text(kind)) + "; it is written " + std::string(called.usage);
}

} // namespace jmld::engine::expression

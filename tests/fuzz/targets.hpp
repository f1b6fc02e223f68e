// What is fuzzed: each function takes any bytes, and either comes back or shows a mistake of ours by ending the
// process. They hold what they read against a second reading; they know nothing of libFuzzer or GoogleTest.
#pragma once

#include <array>
#include <string_view>

namespace jmld::fuzz {

void expression(std::string_view bytes);  ///< parser, checker, evaluator, texts with `${{ }}`
void workflow(std::string_view bytes);    ///< YAML reader and loader
void event(std::string_view bytes);       ///< JSON, CloudEvents, the shipped mapping
void framing(std::string_view bytes);     ///< the raw header of a request
void okta_answer(std::string_view bytes); ///< status, header fields and body of what Okta, or somebody before it, says

struct target
{
    std::string_view name;
    void (*run)(std::string_view bytes);
};
inline constexpr std::array targets{target{"expression", expression}, target{"workflow", workflow},
                                    target{"event", event}, target{"framing", framing},
                                    target{"okta_answer", okta_answer}};

/// Ends the process, saying what does not hold: both a fuzzer and a test see it.
void must(bool holds, const char* what);

} // namespace jmld::fuzz

// Loads texts as files named a.yaml, b.yaml … against the fake catalogue, and words expectations about the messages.
#pragma once

#include "tests/workflows/loading/fake_catalogue.hpp"
#include "workflows/loading/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jmld::tests {

inline const fake_catalogue& catalogue()
{
    static const fake_catalogue actions;
    return actions;
}

inline workflows::loading::load_result load(const std::vector<std::string>& texts,
                                            const workflows::loading::load_options& options = {})
{
    std::vector<workflows::loading::named_text> files;
    for (const std::string& text : texts)
        files.push_back({std::string(1, static_cast<char>('a' + files.size())) + ".yaml", text});
    return workflows::loading::load_workflows(files, catalogue(), options);
}

/// The messages of a text that must not load.
inline std::vector<std::string> refused(const std::string& text, const workflows::loading::load_options& options = {})
{
    const auto loaded = load({text}, options);
    EXPECT_FALSE(loaded.ok) << text;
    EXPECT_TRUE(loaded.workflows.empty());
    return loaded.messages;
}

/// The definition of a text that must load.
inline engine::definition_pointer loaded(const std::string& text, const workflows::loading::load_options& options = {})
{
    const auto result = load({text}, options);
    EXPECT_TRUE(result.ok) << (result.messages.empty() ? text : result.messages.front());
    return result.workflows.empty() ? std::make_shared<engine::workflow_definition>() : result.workflows.front();
}

/// A workflow with these steps (indented by two) behind four lines of head; steps begin in line 5.
inline std::string with_steps(const std::string& steps, const std::string& direction = "grant")
{
    return "name: test\ntrigger: { event: worker.hired }\ndirection: " + direction + "\nsteps:\n" + steps;
}

} // namespace jmld::tests

// The JSON Schema says of each key and action what the tables say.
#include "tests/workflows/loading/fake_catalogue.hpp"
#include "workflows/loading/schema.hpp"

#include "engine/json/json.hpp"

#include <gtest/gtest.h>

using jmld::engine::value;

TEST(WorkflowSchema, KnowsKeysActionsAndTheirParameters)
{
    const jmld::tests::fake_catalogue catalogue;
    const value schema = jmld::workflows::loading::workflow_schema(catalogue);
    EXPECT_EQ(schema["$schema"], value("http://json-schema.org/draft-07/schema#"));
    EXPECT_EQ(schema["additionalProperties"], value(false));
    EXPECT_NE(schema["properties"].find("trigger"), nullptr);
    for (const char* key : {"finally", "inputs", "concurrency"})
        EXPECT_NE(schema["properties"].find(key), nullptr) << key;
    const value& step = schema["definitions"]["step"];
    const auto usable = catalogue.all().size() + 4 - 1; // the engine's own are there, what is for people is not
    EXPECT_EQ(step["properties"]["uses"]["enum"].items().size(), usable);
    ASSERT_EQ(step["allOf"].items().size(), usable);
    const value& create = step["allOf"].items()[4];
    EXPECT_EQ(create["if"]["properties"]["uses"]["const"], value("okta.users.create"));
    EXPECT_EQ(create["then"]["properties"]["with"]["required"].items().front(), value("profile"));
    EXPECT_TRUE(jmld::engine::json::parse(jmld::engine::json::write_pretty(schema)).has_value());
}

TEST(WorkflowSchema, EveryKeyHasADescription)
{
    const value schema = jmld::workflows::loading::workflow_schema(jmld::tests::fake_catalogue());
    for (const value* map :
         {&schema, &schema["definitions"]["step"], &schema["definitions"]["retry"], &schema["definitions"]["trigger"]})
        for (const auto& [key, content] : (*map)["properties"].entries())
            EXPECT_FALSE(content["description"].text_or().empty()) << key;
}

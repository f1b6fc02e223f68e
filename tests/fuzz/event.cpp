// Any bytes as a delivery of the shipped sender: the first line says in which of the forms it comes. Whatever JSON
// takes is written and read again.
#include "tests/fuzz/targets.hpp"

#include "daemon/webhooks/reading.hpp"
#include "engine/json/json.hpp"
#include "tests/support/source_files.hpp"

namespace jmld::fuzz {

namespace {

const workflows::source_mapping& mapping()
{
    static const auto read = [] {
        auto made = workflows::read_mapping("workday.yaml", test::shipped("config/sources/workday.yaml"));
        must(made.has_value(), "the shipped mapping can be read");
        return std::move(*made);
    }();
    return read;
}

void deliver(std::string_view body, http::header_list headers)
{
    const auto read = daemon::read_delivery({"workday", &mapping(), "msg_1", time_point{}}, headers, body);
    if (!read) {
        must(read.error().code == errc::invalid_input, "what cannot be read is the sender's mistake");
        return;
    }
    must(!read->empty(), "a delivery that can be read brings at least one event");
    for (const auto& one : *read)
        must(!one.incoming.event.key.id.empty(), "an event has an id");
}

} // namespace

void event(std::string_view bytes)
{
    if (const auto content = engine::json::parse(bytes)) {
        const auto text = engine::json::write(*content);
        const auto again = engine::json::parse(text);
        must(again && engine::json::write(*again) == text, "what was written is read back as it was");
        const auto decoded = engine::json::decode(engine::json::encode(*content));
        must(decoded && *decoded == *content, "what the store keeps comes back");
    }
    deliver(bytes, {{"Content-Type", "application/json"}});
    deliver(bytes, {{"Content-Type", "application/cloudevents+json"}});
    deliver(bytes, {{"Content-Type", "application/cloudevents-batch+json"}});
    const auto line = bytes.find('\n');
    if (line == std::string_view::npos || line > 200)
        return;
    const std::string attribute(bytes.substr(0, line));
    deliver(bytes.substr(line + 1), {{"Content-Type", "application/json"},
                                     {"ce-specversion", "1.0"},
                                     {"ce-id", attribute},
                                     {"ce-type", attribute},
                                     {"ce-source", "/fuzz"}});
}

} // namespace jmld::fuzz

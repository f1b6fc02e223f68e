// CloudEvents 1.0 over HTTP: the three ways an event can be wrapped, and taking it out. Unknown attributes are kept,
// unknown content is not looked at.
#include "workflows/events/cloud_event.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <array>
#include <optional>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_map;

constexpr std::array<std::string_view, 4> required{"specversion", "id", "source", "type"};

bool has_required(const value& event)
{
    for (const auto name : required)
        if (event[name].text_or().empty())
            return false;
    return true;
}

std::unexpected<error> refuse(std::string what)
{
    return failure(errc::invalid_input, std::move(what),
                   "a CloudEvent 1.0 has specversion, id, source and type as texts, and its content in data");
}

result<value> data_of(const value& event, const std::string& place)
{
    const auto* encoded = event.find("data_base64");
    if (encoded == nullptr)
        return event["data"];
    const auto bytes = digest::base64_decode(encoded->text_or());
    if (!bytes)
        return refuse(place + "/data_base64 is no base64");
    auto parsed = engine::json::parse(*bytes);
    if (!parsed)
        return refuse(place + "/data_base64 holds no JSON: " + parsed.error().what);
    return parsed;
}

result<message> structured(const message& request, const value& event, const std::string& place)
{
    if (!event.is_map())
        return refuse(place + "/ is no CloudEvent: an object is expected");
    for (const auto name : required)
        if (event[name].text_or().empty())
            return refuse(place + "/" + std::string(name) + " is missing or no text");
    if (!event["specversion"].text_or().starts_with("1."))
        return refuse(place + "/specversion must be 1.0");
    auto data = data_of(event, place);
    if (!data)
        return std::unexpected(std::move(data.error()));
    message unwrapped = request;
    unwrapped.ce = event.without("data").without("data_base64");
    unwrapped.body = std::move(*data);
    unwrapped.enveloped = true;
    return unwrapped;
}

result<std::vector<message>> batch(const message& request)
{
    if (!request.body.is_list())
        return refuse("a batch of CloudEvents is a JSON array");
    std::vector<message> events;
    for (const auto& item : request.body.items()) {
        auto one = structured(request, item, "/" + std::to_string(events.size()));
        if (!one)
            return std::unexpected(std::move(one.error()));
        one->position = events.size();
        events.push_back(std::move(*one));
    }
    if (events.empty())
        return refuse("the batch is empty");
    return events;
}

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The HTTP binding percent-encodes what a header cannot carry.
std::string percent_decoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool encoded =
            text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
        decoded += encoded ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
        i += encoded ? 2 : 0;
    }
    return decoded;
}

result<std::vector<message>> binary(message request)
{
    value_map attributes;
    for (const auto& [name, content] : request.headers.entries())
        if (name.starts_with("ce-"))
            attributes.emplace_back(name.substr(3), value(percent_decoded(content.text_or())));
    request.ce = value(std::move(attributes));
    for (const auto name : required)
        if (request.ce[name].text_or().empty())
            return refuse("the header ce-" + std::string(name) + " is missing or empty");
    if (!request.ce["specversion"].text_or().starts_with("1."))
        return refuse("the header ce-specversion must be 1.0");
    request.enveloped = true;
    return std::vector<message>{std::move(request)};
}

bool is_batch(const value& body)
{
    if (!body.is_list() || body.items().empty())
        return false;
    for (const auto& item : body.items())
        if (!has_required(item))
            return false;
    return true;
}

} // namespace

result<std::vector<message>> unwrap(message request, std::string_view content_type)
{
    const bool said_batch = content_type.starts_with("application/cloudevents-batch");
    const bool said_one = !said_batch && content_type.starts_with("application/cloudevents");
    if (said_batch || (!said_one && is_batch(request.body)))
        return batch(request);
    if (said_one || has_required(request.body)) {
        auto one = structured(request, request.body, "");
        if (!one)
            return std::unexpected(std::move(one.error()));
        return std::vector<message>{std::move(*one)};
    }
    if (request.headers.find("ce-specversion") != nullptr)
        return binary(std::move(request));
    return std::vector<message>{std::move(request)};
}

} // namespace jmld::workflows

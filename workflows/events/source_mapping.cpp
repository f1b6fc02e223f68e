// From a message to canonical events by a compiled mapping. Total: whatever the body holds, the answer is events,
// ignored, or unreadable with the fields that are wrong.
#include "workflows/events/source_mapping.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "workflows/events/field_reader.hpp"

#include <array>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_map;

struct known_segment
{
    std::string_view sent, canonical;
};
// The table of the contract; a mapping's own `types` go before it.
constexpr std::array<known_segment, 13> segments{{{"hire", "worker.hired"},
                                                  {"rehire", "worker.rehired"},
                                                  {"hire_corrected", "worker.hired"},
                                                  {"hire_rescinded", "worker.hire_rescinded"},
                                                  {"no_show", "worker.no_show"},
                                                  {"termination_rescinded", "worker.termination_rescinded"},
                                                  {"termination", "worker.terminated"},
                                                  {"contract_ended", "worker.contract_ended"},
                                                  {"leave_started", "worker.leave_started"},
                                                  {"leave_ended", "worker.leave_ended"},
                                                  {"name_change", "worker.renamed"},
                                                  {"job_change", "worker.changed"},
                                                  {"manager_change", "worker.changed"}}};

std::string built_in(std::string_view sent)
{
    if (is_canonical_type(sent))
        return std::string(sent);
    const auto last = last_segment(sent);
    for (const auto& segment : segments)
        if (segment.sent == last)
            return std::string(segment.canonical);
    const auto canonical = "worker." + std::string(last);
    return is_canonical_type(canonical) ? canonical : std::string{};
}

/// Everything that one element of one message is read from.
struct element
{
    const layout& how;
    std::string_view source;
    const message& incoming;
    value item;
    std::string default_id;
    std::string type; ///< as sent, later canonical
};

using element_outcome = std::variant<canonical_event, ignored, unreadable, thin_notification>;

std::string canonical_type(field_reader& reader, const element& from, const canonical_event& event)
{
    const auto own = from.how.types.find(last_segment(from.type));
    auto type = own == from.how.types.end() ? built_in(from.type) : reader.text(own->second);
    // An employment that goes on under another contract keeps its account.
    if (type == "worker.hired" && event.reason.id.starts_with("Convert"))
        type = "worker.converted";
    return type;
}

void require(field_reader& reader, const canonical_event& event)
{
    const auto& who = event.subject;
    const bool dated = event.effective_on || event.effective_at;
    const bool named = !who.given_name.empty() || !who.family_name.empty();
    if (begins_employment(event.type)) {
        if (!dated && !who.start)
            reader.missing("worker.start", "a hire needs the day it begins");
        if (!named)
            reader.missing("worker.given_name", "a hire needs a name");
    } else if (who.id.empty() && who.universal_id.empty() && !named && who.login.empty() && who.email.empty())
        reader.missing("worker.id", "the event names nobody: a worker id, a universal id or a name is needed");
    if (ends_employment(event.type) && !dated && !who.end && !who.last_day && !event.urgent)
        reader.missing("worker.end", "an end needs its day, or must be urgent");
}

element_outcome read(element from, const value& vars)
{
    field_reader reader(from.how, from.incoming, from.item, vars);
    canonical_event event;
    event.key = {std::string(from.source), reader.text("id")};
    if (event.key.id.empty())
        event.key.id = std::move(from.default_id);
    from.type = reader.text("type");
    if (from.how.thin)
        return thin_notification{event.key, from.type, "the notification names a person but says nothing of them"};
    if (from.type.empty())
        return ignored{event.key, {}, "the body says no event type"};
    reader.read_into(event);
    event.type = canonical_type(reader, from, event);
    if (event.type.empty())
        return ignored{event.key, from.type, "this type of event is not handled"};
    if (!is_canonical_type(event.type))
        reader.missing("type", "the mapping gives no canonical event type");
    else
        require(reader, event);
    if (!reader.problems().empty())
        return unreadable{event.key, is_canonical_type(event.type) ? event.type : from.type, reader.problems()};
    return event;
}

const layout* choose(const source_mapping& mapping, const message& incoming)
{
    for (const auto& candidate : mapping.layouts)
        if (!candidate.when || field_reader::holds(*candidate.when, incoming))
            return &candidate;
    return nullptr;
}

std::string default_id(const message& incoming, std::size_t index, std::size_t count)
{
    if (auto id = incoming.ce["id"].text_or(); !id.empty())
        return count > 1 ? id + "." + std::to_string(index) : id;
    // One request may hold several events without ids of their own: their place makes them different.
    std::string id = incoming.raw_sha256;
    if (incoming.position > 0)
        id += "." + std::to_string(incoming.position);
    if (count > 1)
        id += "." + std::to_string(index);
    return id;
}

mapping_outcome map_items(const layout& how, std::string_view source, const message& incoming,
                          const engine::value_list& items)
{
    mapped events;
    events.listed = how.for_each.has_value();
    for (std::size_t index = 0; index < items.size(); ++index) {
        const auto vars = field_reader::vars_of(how, incoming, items[index]);
        auto outcome = read({how, source, incoming, items[index], default_id(incoming, index, items.size()), {}}, vars);
        if (auto* event = std::get_if<canonical_event>(&outcome))
            events.events.push_back(std::move(*event));
        else if (auto* bad = std::get_if<unreadable>(&outcome))
            return std::move(*bad);
        else if (auto* thin = std::get_if<thin_notification>(&outcome))
            return std::move(*thin);
        else if (items.size() == 1)
            return std::get<ignored>(std::move(outcome));
    }
    if (events.events.empty())
        return ignored{
            {std::string(source), default_id(incoming, 0, 1)}, {}, "the list holds no event that is handled"};
    return events;
}

} // namespace

std::string_view last_segment(std::string_view type)
{
    const auto dot = type.rfind('.');
    return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

mapping_outcome map(const source_mapping& mapping, std::string_view source, const message& incoming)
{
    const event_key key{std::string(source), default_id(incoming, 0, 1)};
    const auto* how = choose(mapping, incoming);
    if (how == nullptr)
        return ignored{key, incoming.body["type"].text_or(incoming.ce["type"].text_or()),
                       "no layout of the mapping fits the body"};
    if (!how->for_each)
        return map_items(*how, source, incoming, {value()});
    const auto list = field_reader::list(*how->for_each, *how, incoming);
    if (!list)
        return unreadable{key, {}, {{"/", "for_each", list.error()}}};
    if (list->items().empty())
        return ignored{key, {}, "the list is empty"};
    return map_items(*how, source, incoming, list->items());
}

std::string canonical_sha256(const canonical_event& event)
{
    return digest::sha256_hex(engine::json::encode(to_value(event)));
}

} // namespace jmld::workflows

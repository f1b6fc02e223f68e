// The canonical event and the worker record as values and back, and how one record is laid over another. Nothing here
// knows a sender's layout.
#include "workflows/events/canonical_event.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_map;

struct text_field
{
    std::string_view name;
    std::string worker::* member;
};
constexpr std::array<text_field, 13> worker_texts{{{"id", &worker::id},
                                                   {"universal_id", &worker::universal_id},
                                                   {"kind", &worker::kind},
                                                   {"given_name", &worker::given_name},
                                                   {"family_name", &worker::family_name},
                                                   {"preferred_name", &worker::preferred_name},
                                                   {"login", &worker::login},
                                                   {"email", &worker::email},
                                                   {"personal_email", &worker::personal_email},
                                                   {"title", &worker::title},
                                                   {"department", &worker::department},
                                                   {"organisation", &worker::organisation},
                                                   {"cost_center", &worker::cost_center}}};
struct date_field
{
    std::string_view name;
    std::optional<date> worker::* member;
};
constexpr std::array<date_field, 3> worker_dates{
    {{"start", &worker::start}, {"end", &worker::end}, {"last_day", &worker::last_day}}};

struct event_text_field
{
    std::string_view name;
    std::string canonical_event::* member;
};
constexpr std::array<event_text_field, 5> event_texts{{{"type", &canonical_event::type},
                                                       {"process_id", &canonical_event::process_id},
                                                       {"action", &canonical_event::action},
                                                       {"corrects", &canonical_event::corrects},
                                                       {"rescinds", &canonical_event::rescinds}}};

void put(value_map& into, std::string_view name, const std::string& text)
{
    if (!text.empty())
        into.emplace_back(name, value(text));
}

template <class T> void put(value_map& into, std::string_view name, const std::optional<T>& content)
{
    if (content)
        into.emplace_back(name, value(*content));
}

// Reading back collects the first mistake only: the bytes are ours, so a mistake means that they are damaged.
class reader
{
public:
    explicit reader(const value& content, std::string path = {}) : content_(content), path_(std::move(path)) {}

    void text(std::string_view name, std::string& into)
    {
        const value* found = content_.find(name);
        if (found == nullptr || found->is_null())
            return;
        if (const auto* said = found->if_text())
            into = *said;
        else
            refuse(name, "must be a text");
    }
    template <class T> void typed(std::string_view name, std::optional<T>& into, std::string_view accepted)
    {
        const value* found = content_.find(name);
        if (found == nullptr || found->is_null())
            return;
        if (const T* said = get<T>(*found))
            into = *said;
        else
            refuse(name, accepted);
    }
    void flag(std::string_view name, bool& into)
    {
        const value* found = content_.find(name);
        if (found == nullptr || found->is_null())
            return;
        if (const bool* said = found->if_bool())
            into = *said;
        else
            refuse(name, "must be true or false");
    }
    reader below(std::string_view name) const { return reader(content_[name], path_ + "/" + std::string(name)); }
    void take(reader& inner)
    {
        if (problem_.empty())
            problem_ = std::move(inner.problem_);
    }
    const std::string& problem() const { return problem_; }

private:
    template <class T> static const T* get(const value& found)
    {
        if constexpr (std::is_same_v<T, date>)
            return found.if_date();
        else
            return found.if_timestamp();
    }
    void refuse(std::string_view name, std::string_view accepted)
    {
        if (problem_.empty())
            problem_ = path_ + "/" + std::string(name) + " " + std::string(accepted);
    }

    const value& content_;
    std::string path_;
    std::string problem_;
};

void read_worker(reader& from, worker& into)
{
    for (const auto& field : worker_texts)
        from.text(field.name, into.*field.member);
    for (const auto& field : worker_dates)
        from.typed(field.name, into.*field.member, "must be a date");
    auto manager = from.below("manager");
    manager.text("id", into.manager.id);
    manager.text("name", into.manager.name);
    from.take(manager);
    auto location = from.below("location");
    location.text("time_zone", into.time_zone);
    from.take(location);
}

} // namespace

const std::vector<std::string_view>& canonical_types()
{
    static const std::vector<std::string_view> types{"worker.hired",
                                                     "worker.rehired",
                                                     "worker.converted",
                                                     "worker.changed",
                                                     "worker.renamed",
                                                     "worker.terminated",
                                                     "worker.contract_ended",
                                                     "worker.leave_started",
                                                     "worker.leave_ended",
                                                     "worker.hire_rescinded",
                                                     "worker.termination_rescinded",
                                                     "worker.no_show",
                                                     "worker.snapshot"};
    return types;
}

bool is_canonical_type(std::string_view type)
{
    const auto& types = canonical_types();
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool begins_employment(std::string_view type)
{
    return type == "worker.hired" || type == "worker.rehired" || type == "worker.converted";
}

bool ends_employment(std::string_view type) { return type == "worker.terminated" || type == "worker.contract_ended"; }

bool rescinds_something(std::string_view type)
{
    return type == "worker.hire_rescinded" || type == "worker.no_show" || type == "worker.termination_rescinded";
}

value to_value(const worker& who)
{
    value_map map;
    for (const auto& field : worker_texts)
        put(map, field.name, who.*field.member);
    for (const auto& field : worker_dates)
        put(map, field.name, who.*field.member);
    value_map manager;
    put(manager, "id", who.manager.id);
    put(manager, "name", who.manager.name);
    map.emplace_back("manager", value(std::move(manager)));
    value_map location;
    put(location, "time_zone", who.time_zone);
    map.emplace_back("location", value(std::move(location)));
    return value(std::move(map));
}

value to_value(const canonical_event& event)
{
    value_map map;
    put(map, "source", event.key.source);
    put(map, "id", event.key.id);
    for (const auto& field : event_texts)
        put(map, field.name, event.*field.member);
    put(map, "entered_at", event.entered_at);
    put(map, "effective_on", event.effective_on);
    put(map, "effective_at", event.effective_at);
    map.emplace_back("worker", to_value(event.subject));
    value_map reason;
    put(reason, "id", event.reason.id);
    put(reason, "label", event.reason.label);
    map.emplace_back("reason", value(std::move(reason)));
    map.emplace_back("urgent", value(event.urgent));
    for (const auto& field : worker_dates)
        put(map, field.name, event.subject.*field.member);
    return value(std::move(map));
}

result<worker> worker_from_value(const value& content)
{
    if (!content.is_map())
        return failure(errc::invalid_input, "a worker record is a map");
    worker who;
    reader from(content);
    read_worker(from, who);
    if (!from.problem().empty())
        return failure(errc::invalid_input, from.problem());
    return who;
}

result<canonical_event> event_from_value(const value& content)
{
    if (!content.is_map())
        return failure(errc::invalid_input, "a canonical event is a map");
    canonical_event event;
    reader from(content);
    from.text("source", event.key.source);
    from.text("id", event.key.id);
    for (const auto& field : event_texts)
        from.text(field.name, event.*field.member);
    from.typed("entered_at", event.entered_at, "must be a timestamp");
    from.typed("effective_on", event.effective_on, "must be a date");
    from.typed("effective_at", event.effective_at, "must be a timestamp");
    from.flag("urgent", event.urgent);
    auto reason = from.below("reason");
    reason.text("id", event.reason.id);
    reason.text("label", event.reason.label);
    from.take(reason);
    auto who = from.below("worker");
    read_worker(who, event.subject);
    from.take(who);
    if (!from.problem().empty())
        return failure(errc::invalid_input, from.problem());
    if (!is_canonical_type(event.type))
        return failure(errc::invalid_input, "/type is no canonical event type");
    return event;
}

worker merge(worker older, const worker& newer)
{
    for (const auto& field : worker_texts)
        if (!(newer.*field.member).empty())
            older.*field.member = newer.*field.member;
    for (const auto& field : worker_dates)
        if (newer.*field.member)
            older.*field.member = newer.*field.member;
    // A manager is one thing: another person's name must not stay beside a new id.
    if (!newer.manager.id.empty() || !newer.manager.name.empty())
        older.manager = newer.manager;
    if (!newer.time_zone.empty())
        older.time_zone = newer.time_zone;
    return older;
}

} // namespace jmld::workflows

// Devices and their lifecycle, which is idempotent and synchronous. Devices appear only by loading an organisation.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/filter.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

device* device_at(call& asked)
{
    auto const found = asked.org.devices.find(asked.values.at(0));
    return found == asked.org.devices.end() ? nullptr : &found->second;
}

http::response no_device(const call& asked) { return not_found(asked.values[0], "Device"); }

http::response list_devices(call& asked)
{
    auto const read = filter::parse(asked.argument("search").value_or("id pr"));
    if (!read)
        return refuse("E0000031", {read.error().what});
    std::vector<const device*> found;
    for (auto const& [id, held] : asked.org.devices) {
        auto const rendered = asked.show.device_object(held);
        if (read->holds([&](const comparison& one) { return compares(at_path(rendered, one.attribute), one, true); }))
            found.push_back(&held);
    }
    page_rules rules;
    rules.cursor_error = "E0000031";
    return paged(asked, found, rules, [&](const device& one) { return asked.show.device_object(one); });
}

http::response get_device(call& asked)
{
    auto const* const held = device_at(asked);
    if (held == nullptr)
        return no_device(asked);
    auto rendered = asked.show.device_object(*held);
    if (rendered.find("_embedded") == nullptr)
        rendered = rendered.with("_embedded", value::map({{"originatedFrom", value_list{}}}));
    return ok(rendered);
}

http::response list_users_of_device(call& asked)
{
    auto const* const held = device_at(asked);
    if (held == nullptr)
        return not_found(asked.values[0], "GenericUDObject");
    value_list users;
    for (auto const& id : held->users) {
        if (auto const* const who = find_user(asked.org, id))
            users.push_back(value::map({{"created", okta_time(held->created)},
                                        {"managementStatus", "NOT_MANAGED"},
                                        {"user", asked.show.user_object(*who)}}));
    }
    return ok(users);
}

http::response change_status(call& asked, std::string_view from, std::string_view to, std::string_view event)
{
    auto* const held = device_at(asked);
    if (held == nullptr)
        return no_device(asked);
    if (held->status == to)
        return no_content();
    bool const allowed = from.empty() ? held->status != "DEACTIVATED" : held->status == from;
    if (!allowed)
        return refuse("E0000152");
    held->status = to;
    held->last_updated = asked.now();
    asked.did({std::string(event), {}, {}, {}, {}});
    asked.change.note(event, {{held->id, "Device", {}}});
    return no_content();
}

http::response activate(call& asked)
{
    auto const* const held = device_at(asked);
    bool const created = held != nullptr && held->status == "CREATED";
    return change_status(asked, created ? "CREATED" : "DEACTIVATED", "ACTIVE", "device.lifecycle.activate");
}

http::response deactivate(call& asked)
{
    return change_status(asked, {}, "DEACTIVATED", "device.lifecycle.deactivate");
}
http::response suspend(call& asked) { return change_status(asked, "ACTIVE", "SUSPENDED", "device.lifecycle.suspend"); }
http::response unsuspend(call& asked)
{
    return change_status(asked, "SUSPENDED", "ACTIVE", "device.lifecycle.unsuspend");
}

http::response delete_device(call& asked)
{
    auto const* const held = device_at(asked);
    if (held == nullptr)
        return no_device(asked);
    if (held->status != "DEACTIVATED")
        return refuse("E0000152");
    asked.org.devices.erase(held->id);
    asked.did({"device.lifecycle.delete", {}, {}, {}, {}});
    return no_content();
}

} // namespace

std::span<const route> device_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/devices", list_devices},
        {"GET", "/api/v1/devices/{}", get_device},
        {"DELETE", "/api/v1/devices/{}", delete_device},
        {"GET", "/api/v1/devices/{}/users", list_users_of_device},
        {"POST", "/api/v1/devices/{}/lifecycle/activate", activate},
        {"POST", "/api/v1/devices/{}/lifecycle/deactivate", deactivate},
        {"POST", "/api/v1/devices/{}/lifecycle/suspend", suspend},
        {"POST", "/api/v1/devices/{}/lifecycle/unsuspend", unsuspend},
    });
    return routes;
}

} // namespace jmld::okta_sim

// Rows about devices. Suspending is the reversible way; deactivating destroys the keys that the device signs in with.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view manage = "okta.devices.manage", read = "okta.devices.read";

operation_parameter device_in_path() { return path("device", parameter_type::text, "id of the device"); }

operation change(std::string_view name, std::string_view tool, std::string_view summary, std::string_view template_,
                 std::string_view status, effect_class effect)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "POST",
            .path = template_,
            .parameters = {device_in_path()},
            .outputs = object_outputs(),
            .scope = manage,
            .bucket = devices_bucket,
            .effect = effect,
            .success = {204},
            .how = conduct::object,
            .probe = probe_kind::looks,
            .looks = {.row = "okta.devices.get", .shows = sign::field, .at = "status", .as = status}};
}

operation undoable(operation row, std::string_view undone_by)
{
    row.inverse = inverse_kind::opposite;
    row.undone_by = undone_by;
    return row;
}

operation activate()
{
    auto row = change("okta.devices.activate", "activate_device", "Lets a deactivated device be used again.",
                      "/api/v1/devices/{device}/lifecycle/activate", "ACTIVE", effect_class::grants);
    row.no_inverse = "deactivating would destroy more than it undoes";
    return row;
}

operation deactivate()
{
    auto row = change("okta.devices.deactivate", "deactivate_device", "Ends a device: its factors and certificates go.",
                      "/api/v1/devices/{device}/lifecycle/deactivate", "DEACTIVATED", effect_class::revokes);
    row.no_inverse = "factors and certificates of the device are destroyed";
    row.destructive = true;
    return row;
}

operation remove()
{
    auto row = change("okta.devices.delete", "delete_device", "Deactivates a device and deletes it, for good.",
                      "/api/v1/devices/{device}", {}, effect_class::revokes);
    row.method = "DELETE";
    row.repeat = repeatability::converges;
    row.already = {{404, "E0000007", false}, {410, "E0000153", false}};
    row.no_inverse = "a deleted device must be enrolled anew";
    row.destructive = true;
    row.looks = {.row = "okta.devices.get", .shows = sign::gone};
    row.closed_by = "okta.devices.deactivate";
    row.seed = "DEL /api/v1/devices/{deviceId}";
    return row;
}

} // namespace

std::vector<operation> of_devices()
{
    return {
        seeded("GET /api/v1/devices",
               listing("okta.devices.list", "list_devices", "Lists devices by a search, which lags behind writes.",
                       "/api/v1/devices",
                       {query("search", "search", parameter_type::text, "", "expression"), page_size()}, read,
                       devices_bucket)),
        reading("okta.devices.get", "get_device", "Reads one device.", "/api/v1/devices/{device}", {device_in_path()},
                read, devices_bucket),
        listing("okta.devices.users", "list_device_users", "Lists who uses a device.", "/api/v1/devices/{device}/users",
                {device_in_path()}, read, device_users_bucket),
        activate(),
        deactivate(),
        undoable(change("okta.devices.suspend", "suspend_device", "Keeps a device from being used, for a time.",
                        "/api/v1/devices/{device}/lifecycle/suspend", "SUSPENDED", effect_class::revokes),
                 "okta.devices.unsuspend"),
        undoable(change("okta.devices.unsuspend", "unsuspend_device", "Lets a suspended device be used again.",
                        "/api/v1/devices/{device}/lifecycle/unsuspend", "ACTIVE", effect_class::grants),
                 "okta.devices.suspend"),
        remove(),
    };
}

} // namespace jmld::okta::rows

// The list of reports with their columns; programs read these names, so they stay.
#include "daemon/reports/report.hpp"

#include <algorithm>

namespace jmld::daemon {

const std::vector<report_kind>& all_reports()
{
    static const std::vector<report_kind> all = {
        {"leavers",
         "everybody who left in the period, with the time until contained, closed and read back, and who was late; "
         "who should have left by now and has not",
         {"worker_id",
          "universal_id",
          "name",
          "login",
          "okta_id",
          "run",
          "event",
          "type",
          "reason",
          "state",
          "effective_at",
          "entered_at",
          "received_at",
          "contained_at",
          "closed_at",
          "verified_at",
          "ended_at",
          "contained_after_s",
          "contained_after_receipt_s",
          "closed_after_s",
          "verified_after_s",
          "sla_s",
          "within_sla",
          "late_by",
          "late_hr_s",
          "late_delivery_s",
          "late_jmld_s",
          "late_okta_s",
          "residue",
          "evidence",
          "why"},
         leavers_report},
        {"movers",
         "what a change left with somebody that the rules do not give, and what it could not take",
         {"worker_id", "universal_id", "name", "login", "okta_id", "run", "event", "ended_at", "why", "kind", "what",
          "owner", "evidence"},
         movers_report},
        {"orphans",
         "accounts in Okta, not deactivated, of nobody whom the last report of a source lists",
         {"okta_id", "login", "name", "status", "employee_number", "created", "last_login", "why"},
         orphans_report},
        {"failed-sign-ins",
         "sign-ins that Okta refused, from its System Log",
         {"published", "uuid", "event", "outcome", "reason", "actor_id", "actor", "actor_type", "client_ip",
          "request_id"},
         sign_ins_report},
        {"memberships",
         "who was put into or taken out of groups and apps, and by whom, from Okta's System Log",
         {"published", "uuid", "event", "outcome", "reason", "actor_id", "actor", "actor_type", "user_id", "user",
          "object_type", "object_id", "object", "request_id"},
         memberships_report},
    };
    return all;
}

const report_kind* find_report(std::string_view name)
{
    const auto& all = all_reports();
    const auto found = std::find_if(all.begin(), all.end(), [&](const report_kind& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace jmld::daemon

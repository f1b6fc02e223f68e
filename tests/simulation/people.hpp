// People as personnel writes about them: events in the layout of the shipped mapping, and readers for what became of
// them in an organisation. It plays nothing.
#pragma once

#include "engine/json/json.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"
#include "tests/support/places.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::simulation {

using engine::value;

inline time_point at(const std::string& text) { return parse_rfc3339(text).value(); }

struct worker_story
{
    std::string id = "100900", universal_id = "U-000900", first = "Jane", last = "Smith", department = "Marketing",
                zone = "UTC";
    std::string start = "2027-02-01";
};

inline std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline const std::filesystem::path source_dir = test::source_folder;

inline value worker_value(const worker_story& who)
{
    return value::map({{"workerId", who.id},
                       {"universalId", who.universal_id},
                       {"workerType", "Employee"},
                       {"legalName", value::map({{"first", who.first}, {"last", who.last}})},
                       {"preferredName", value::map({{"first", who.first}, {"last", who.last}})},
                       {"homeEmail", "private@example.net"},
                       {"hireDate", who.start},
                       {"position", value::map({{"businessTitle", "Clerk"},
                                                {"department", who.department},
                                                {"location", value::map({{"timeZone", who.zone}})}})},
                       {"manager", value::map({{"workerId", "100101"}, {"name", "Bob Lee"}})}});
}

/// An event in the layout of the shipped mapping.
inline std::string event_text(const std::string& id, const std::string& type, const std::string& entered,
                              const std::string& effective, const worker_story& who, const value& more = value::map({}))
{
    auto data = value::map(
        {{"businessProcess",
          value::map(
              {{"type", type}, {"eventWid", "wid-" + id}, {"action", "complete"}, {"completedMoment", entered}})},
         {"effectiveDate", effective},
         {"worker", worker_value(who)}});
    for (const auto& [key, content] : more.entries())
        data = data.with(key, content);
    return engine::json::write(
        value::map({{"id", id}, {"type", "workday.worker." + type}, {"timestamp", entered}, {"data", data}}));
}

inline std::string hire(const std::string& id, const std::string& entered, const worker_story& who)
{
    return event_text(id, "hire", entered, who.start, who);
}
inline std::string termination(const std::string& id, const std::string& entered, const std::string& day,
                               const worker_story& who, const std::string& reason = "Resignation")
{
    return event_text(id, "termination", entered, day, who,
                      value::map({{"terminationDate", day},
                                  {"lastDayOfWork", day},
                                  {"reason", value::map({{"id", reason}, {"label", reason}})}}));
}
inline std::string job_change(const std::string& id, const std::string& entered, const std::string& day,
                              worker_story who, const std::string& department)
{
    who.department = department;
    return event_text(id, "job_change", entered, day, who);
}

inline value user_by_login(const value& org, const std::string& login)
{
    for (const auto& user : org["users"].items())
        if (user["profile"]["login"].text_or() == login)
            return user;
    return {};
}
inline std::vector<std::string> names_of(const value& list, std::string_view key)
{
    std::vector<std::string> names;
    for (const auto& item : list.items())
        names.push_back(item[key].text_or());
    return names;
}

} // namespace jmld::simulation

// Verbs of whoever runs jmld: the audit record, backups, the kill switch, the shell's completion.
#include "daemon/ctl/audit.hpp"
#include "daemon/ctl/command_line.hpp"
#include "daemon/ctl/evidence.hpp"
#include "daemon/ctl/report_text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

struct administration_words
{
    std::string file, outbound, run, shell;
    std::string report, from, to, sla, person;
    bool csv = false, json = false, system_log = false;
};
using words = std::shared_ptr<administration_words>;

exit_code verify_file(const std::string& file)
{
    const auto content = read_file(file);
    if (const auto evidence = evidence_in(content))
        return verify_evidence(*evidence);
    return verify_records(audit_records_in(content));
}

asio::awaitable<exit_code> verify(context at, words given)
{
    if (!given->file.empty())
        co_return verify_file(given->file);
    auto of_audit = co_await audit_verify(at);
    auto of_evidence = co_await verify_evidence_of_server(at);
    co_return of_audit == exit_code::done ? of_evidence : of_audit;
}

asio::awaitable<exit_code> post(context at, std::string target, value body, std::vector<column> lines,
                                std::string id_key)
{
    if (at.dry_run) {
        fmt::print(stderr, "would ask for {} {}\n", target, engine::json::write(body));
        co_return exit_code::done;
    }
    auto answer = co_await at.server.post(target, std::move(body));
    print_one(answer, lines, id_key, at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> log_of(context at, words given)
{
    auto told = co_await at.server.get(under("/v1/evidence/", given->run) + "/system-log");
    auto output = at.output;
    if (output.format == output_format::table)
        output.format = output_format::json;
    print_one(told, {}, "run", output);
    co_return told["entries"].is_list() ? exit_code::done : exit_code::failed;
}

asio::awaitable<exit_code> report(context at, words given)
{
    if (given->report.empty()) {
        auto kinds = co_await at.server.get("/v1/reports");
        print_list(kinds["reports"], {{"name", "name"}, {"says", "says"}}, "name", at.output);
        co_return exit_code::done;
    }
    const auto filters = jmld::ctl::given(
        {{"from", given->from}, {"to", given->to}, {"sla", given->sla}, {"format", given->json ? "json" : "csv"}});
    csv_end csv;
    json_end json;
    const auto hand_on = [&](std::string_view piece) {
        fmt::print("{}", piece);
        csv.read(piece);
        json.read(piece);
    };
    co_await at.server.get_pieces(with_query(under("/v1/reports/", given->report), filters), hand_on);
    const bool whole = given->json ? json.is_whole() : csv.is_whole();
    if (whole)
        co_return exit_code::done;
    fmt::print(stderr, "the report is not complete; its last line says why\n");
    co_return exit_code::failed;
}

} // namespace

void add_administration_verbs(command_line& line)
{
    const auto given = std::make_shared<administration_words>();
    auto& audit = line.group("audit", "who changed what");
    line.verb(audit, "verify", "hold the record and the evidence, or a file of either, to their chains of hashes",
              [given](context at) { return verify(at, given); })
        .add_option("file", given->file, "of 'audit export', 'evidence' or 'simulate', or - for standard input");
    line.verb(audit, "export", "all of it, oldest first, one record a line",
              [](context at) { return audit_export(at); });
    auto& evidence =
        line.verb(line.app(), "evidence", "what an ended run is proved with: a page to print, or with -o json to keep",
                  [given](context at) {
                      if (given->system_log)
                          return log_of(at, given);
                      if (given->run.empty())
                          return show_evidence(at, {});
                      return for_each_id(given->run, [at](const std::string& run) { return show_evidence(at, run); });
                  });
    auto& of_run = *evidence.add_option(
        "run", given->run, "its id, or - to read them from standard input; all, oldest first as JSON, when left out");
    evidence.add_flag("--system-log", given->system_log, "what Okta's own log says of that time instead, asked now")
        ->needs(&of_run);
    auto& reports =
        line.verb(line.app(), "report", "what an auditor asks for, as CSV or JSON; without a name: the list",
                  [given](context at) { return report(at, given); });
    reports.add_option("name", given->report, "leavers, movers, orphans, failed-sign-ins, memberships");
    reports.add_option("--from", given->from, "RFC 3339; left out, 30 days before --to");
    reports.add_option("--to", given->to, "RFC 3339; left out, now");
    reports.add_option("--sla", given->sla, "within which somebody who leaves must be contained (24h)");
    auto& csv = *reports.add_flag("--csv", given->csv, "the default");
    reports.add_flag("--json", given->json)->excludes(&csv);
    auto& erase =
        line.verb(line.app(), "erase", "erase a person who has left from what jmld keeps", [&line, given](context at) {
            return post(at, under("/v1/people/", given->person) + "/erase",
                        value::map({{"reason", line.shared().reason}}),
                        {{"person", "person"}, {"state", "state"}, {"at", "at"}}, "person");
        });
    erase.add_option("person", given->person, "key, worker id or universal id")->required();
    line.destructive(erase);
    line.verb(line.app(), "backup", "copy the database to a new file on jmld's machine",
              [&line, given](context at) {
                  // The daemon writes it; a relative path is this shell's.
                  const auto file = std::filesystem::absolute(given->file).lexically_normal().string();
                  return post(at, "/v1/backup", value::map({{"file", file}, {"reason", line.shared().reason}}),
                              {{"file", "file"}, {"at", "at"}}, "file");
              })
        .add_option("file", given->file)
        ->required();
    auto& outbound = line.verb(
        line.app(), "switch", "off: nothing is written to Okta any more, until on", [&line, given](context at) {
            return post(at, "/v1/switch", value::map({{"outbound", given->outbound}, {"reason", line.shared().reason}}),
                        {{"outbound", "outbound"}, {"in flight", "in_flight"}, {"queued", "queued"}}, "outbound");
        });
    outbound.add_option("outbound", given->outbound, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
    line.destructive(outbound);
    line.local_verb(line.app(), "completion", "a script for your shell: bash, zsh or fish",
                    [given, &line] {
                        fmt::print("{}", completion_script(line.app(), given->shell));
                        return exit_code::done;
                    })
        .add_option("shell", given->shell)
        ->required();
}

} // namespace jmld::ctl

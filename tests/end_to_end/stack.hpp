// okta-sim and jmld side by side in a folder of the test's own, driven only through their doors: sockets, signals, the
// database file after the daemon has ended. It expects nothing; a wait whose condition never comes throws with the
// daemon's last words.
#pragma once

#include "tests/end_to_end/events.hpp"
#include "tests/end_to_end/http.hpp"
#include "tests/end_to_end/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jmld::end_to_end {

struct stack_options
{
    value organisation = company();
    bool service_app = false; ///< private_key_jwt instead of an API token
    std::string policy = "{ verify: { clean_reads: 2, apart: 100ms } }";
    std::string settings{};                 ///< further top-level keys of jmld.yaml
    std::string verification{};             ///< of source workday; empty: Standard Webhooks with secret()
    std::string mapping{};                  ///< of source workday; empty: the shipped one
    std::string database{};                 ///< empty: in the folder
    std::vector<std::string> environment{}; ///< of jmld
};

class stack
{
public:
    /// Starts okta-sim (TLS, a certificate made now) and writes jmld.yaml; jmld itself is started by start().
    explicit stack(stack_options options = {});

    /// Starts jmld on the same database and waits until it listens.
    void start();
    /// The same without waiting.
    void launch();
    /// Waits until every listener has told its address; false when jmld ended first.
    bool listening();
    void kill();
    /// SIGTERM; its exit code.
    int stop();
    process& daemon() { return *daemon_; }

    http::response post(const http::request& message) { return hooks_->send(message); }
    /// The same while jmld may be down.
    result<http::response> try_post(const http::request& message) { return hooks_->try_send(message); }
    /// Signed and sent to source workday.
    http::response hand_in(const std::string& body) { return post(signed_post(body)); }
    /// As the admin; `who` is another operator (viewer), or empty for no token.
    http::response ask(const std::string& method, const std::string& target, const std::string& body = {},
                       const std::string& who = "admin");
    /// The same, as the admin, while jmld may be down.
    result<http::response> try_ask(const std::string& method, const std::string& target);
    /// GET as the admin; throws unless 200.
    value get(const std::string& target);
    value sim(const std::string& method, const std::string& path, const std::string& body = {});
    value organisation() { return sim("GET", "/_sim/org"); }
    void fault(const std::string& json) { sim("POST", "/_sim/faults", json); }
    /// A copy of the shipped workflows in folder `flows`, for `settings = "workflows: flows\n"`.
    void copy_workflows();
    /// As an operator: admin, operator, approver or viewer; `input` is what stands on standard input.
    finished ctl(std::vector<std::string> arguments, const std::string& who = "admin", const std::string& input = {});

    /// The run that the event started; waits for it.
    value run_of(const std::string& event_id);
    /// The same, once it has ended.
    value ended_run_of(const std::string& event_id);
    /// Events that the ledger of okta-sim has twice: what was done and done again.
    std::vector<std::string> doubled_effects();

    /// Looks until it holds. Throws when it does not come, or when jmld ends meanwhile.
    void await(const std::string& what, const std::function<bool()>& reached,
               std::chrono::seconds longest = std::chrono::seconds(40));

    const std::filesystem::path& folder() const { return folder_.path(); }
    std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
    std::filesystem::path database() const { return database_; }
    std::string log() const { return read_text(file("jmld.err")); }
    const std::string& hooks_url() const { return hooks_url_; }
    const std::string& ops_url() const { return ops_url_; }
    const std::string& okta_url() const { return okta_url_; }
    std::string token(const std::string& who) const { return "token-of-" + who + "-0123456789"; }

private:
    void start_okta();
    void write_settings();

    test::temporary_folder folder_;
    stack_options options_;
    std::filesystem::path database_;
    std::unique_ptr<process> okta_, daemon_;
    std::unique_ptr<far_end> sim_, hooks_, ops_;
    std::string okta_url_, hooks_url_, ops_url_;
    int starts_ = 0;
};

/// What `PRAGMA integrity_check` says of the file, opened read-only.
std::string integrity_of(const std::filesystem::path& database);
/// Every column of every row outside `payload`, as one text.
std::string dump_without_payloads(const std::filesystem::path& database);

bool has_ended(const std::string& run_state);

} // namespace jmld::end_to_end

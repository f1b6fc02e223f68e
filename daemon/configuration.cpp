// Every part is read even when an earlier one failed, so that people mend a configuration in one go.
#include "daemon/configuration.hpp"

#include "config/secrets.hpp"
#include "workflows/loading/folder.hpp"
#include "workflows/loading/loader.hpp"

#include <pwd.h>

#include <fstream>
#include <iterator>

namespace jmld::daemon {

namespace {

using messages = std::vector<std::string>;

void add(messages& to, const messages& more) { to.insert(to.end(), more.begin(), more.end()); }

std::optional<std::string> read_text(const std::filesystem::path& file, messages& problems)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        problems.push_back(file.string() + ": error: cannot be read");
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::vector<std::string> lower(std::vector<std::string> names)
{
    for (auto& name : names)
        for (auto& c : name)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return names;
}

class reader
{
public:
    reader(const config::settings& settings, const std::string& credentials, const engine::action_catalogue& catalogue)
        : settings_(settings), credentials_(credentials), catalogue_(catalogue)
    {}

    rule_book_pointer rules()
    {
        auto book = std::make_shared<rule_book>();
        read_workflows(*book);
        if (const auto text = read_text(settings_.access, problems)) {
            auto access = workflows::read_access(settings_.access.string(), *text);
            if (access)
                book->access = std::move(*access);
            else
                add(problems, access.error());
        }
        auto policy = workflows::read_policy(settings_.file.string(), settings_.policy_yaml, settings_.policy_line);
        if (policy) {
            add(warnings, policy->warnings);
            book->policy = std::move(*policy);
        } else {
            add(problems, policy.error());
        }
        return book;
    }

    source_set_pointer sources()
    {
        auto all = std::make_shared<source_set>();
        for (const auto& source : settings_.sources) {
            event_source made;
            made.name = source.name;
            if (auto scheme = scheme_of(source))
                made.scheme = std::move(*scheme);
            if (const auto text = read_text(source.mapping, problems)) {
                auto mapping = workflows::read_mapping(source.mapping.string(), *text);
                if (mapping)
                    made.mapping = std::move(*mapping);
                else
                    add(problems, mapping.error().messages);
            }
            all->emplace(source.name, std::move(made));
        }
        return all;
    }

    std::shared_ptr<const operators> known_operators()
    {
        std::vector<operator_entry> entries;
        for (const auto& one : settings_.operators) {
            operator_entry entry{one.name, parse_role(one.role).value_or(role::viewer), one.token_sha256, std::nullopt};
            if (!one.unix_user.empty()) {
                const auto* found = ::getpwnam(one.unix_user.c_str());
                if (found == nullptr)
                    problems.push_back(settings_.file.string() + ": error: operators: there is no unix user '" +
                                       one.unix_user + "'");
                else
                    entry.uid = found->pw_uid;
            }
            entries.push_back(std::move(entry));
        }
        return std::make_shared<const operators>(std::move(entries));
    }

    messages problems, warnings;

private:
    void read_workflows(rule_book& book)
    {
        const auto files = workflows::loading::read_workflow_folder(settings_.workflows);
        if (!files) {
            add(problems, files.error());
            return;
        }
        workflows::loading::load_options options;
        if (!settings_.okta.auth.client_id.empty())
            options.granted_scopes = settings_.okta.scopes;
        // A person without admin roles causes no call that needs a role scope: the shipped set only warns.
        options.missing_scopes_only_warn = settings_.workflows == config::shipped().workflows;
        auto loaded = workflows::loading::load_workflows(*files, catalogue_, options);
        add(loaded.ok ? warnings : problems, loaded.messages);
        book.workflows = std::move(loaded.workflows);
    }

    std::optional<verification_scheme> scheme_of(const config::source_settings& source)
    {
        const auto& verify = source.verify;
        const auto where = settings_.file.string() + ": error: sources." + source.name + ".verify: ";
        if (!verify.standard_webhooks.empty()) {
            standard_webhooks_scheme scheme;
            scheme.tolerance = verify.tolerance;
            for (const auto& reference : verify.standard_webhooks) {
                const auto secret = config::read_secret(reference, credentials_);
                const auto key = secret ? standard_webhooks_key(secret->reveal()) : std::unexpected(secret.error());
                if (key)
                    scheme.keys.push_back(*key);
                else
                    problems.push_back(where + key.error().what +
                                       (key.error().remedy.empty() ? "" : "; " + key.error().remedy));
            }
            return scheme;
        }
        if (verify.hmac) {
            const auto secret = config::read_secret(verify.hmac->secret, credentials_);
            if (!secret) {
                problems.push_back(where + secret.error().what);
                return std::nullopt;
            }
            return hmac_scheme{secret->reveal(), verify.hmac->header, verify.hmac->prefix,
                               verify.hmac->timestamp_header, verify.tolerance};
        }
        if (!verify.mtls_names.empty())
            return mtls_scheme{lower(verify.mtls_names)};
        if (verify.basic) {
            basic_scheme scheme{verify.basic->username, {}};
            for (const auto& reference : verify.basic->passwords) {
                const auto secret = config::read_secret(reference, credentials_);
                if (secret)
                    scheme.passwords.push_back(secret->reveal());
                else
                    problems.push_back(where + secret.error().what);
            }
            return scheme;
        }
        return bearer_scheme{verify.bearer_sha256};
    }

    const config::settings& settings_;
    const std::string& credentials_;
    const engine::action_catalogue& catalogue_;
};

} // namespace

std::expected<configuration, configuration_problems> read_configuration(const std::filesystem::path& file,
                                                                        const std::string& credentials,
                                                                        const engine::action_catalogue& catalogue)
{
    auto settings = config::read_settings(file);
    if (!settings) {
        auto problems = std::move(settings.error().messages);
        if (const auto& so_far = settings.error().so_far) {
            reader further(*so_far, credentials, catalogue);
            static_cast<void>(further.rules());
            add(problems, further.problems);
        }
        return std::unexpected(configuration_problems{std::move(problems)});
    }
    configuration made;
    made.settings = std::move(*settings);
    reader reading(made.settings, credentials, catalogue);
    made.rules = reading.rules();
    made.sources = reading.sources();
    made.known_operators = reading.known_operators();
    made.warnings = made.settings.warnings;
    add(made.warnings, reading.warnings);
    if (!reading.problems.empty())
        return std::unexpected(configuration_problems{std::move(reading.problems)});
    return made;
}

} // namespace jmld::daemon

// jmld.yaml as a whole: its top level, the defaults for what is left out, and the text of the policy that workflows/
// reads.
#include "config/settings.hpp"

#include "config/reader.hpp"
#include "config/yaml_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace jmld::config {
namespace {

settings with_defaults(const std::filesystem::path& file)
{
    settings defaults;
    const shipped_files ours = shipped();
    defaults.file = file;
    defaults.webhooks.address = "127.0.0.1:8441";
    defaults.ops.address = "127.0.0.1:8442";
    defaults.database = "/var/lib/jmld/jmld.db";
    defaults.workflows = ours.workflows;
    defaults.access = ours.access;
    source_settings workday;
    workday.name = "workday";
    workday.mapping = ours.sources / "workday.yaml";
    workday.verify.standard_webhooks = {secret_reference{"workday", {}, {}}};
    defaults.sources = {std::move(workday)};
    defaults.okta.scopes = {"okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.roles.manage"};
    return defaults;
}

void read_store(reader& in, const yaml::node& node, settings& into)
{
    if (!in.keys(node, "store", {"sqlite"}))
        return;
    if (const yaml::node* sqlite = node.find("sqlite"))
        into.database = in.path(*sqlite, "sqlite");
}

void read_log(reader& in, const yaml::node& node, settings& into)
{
    if (!in.keys(node, "log", {"level", "format"}))
        return;
    if (const yaml::node* level = node.find("level"))
        into.log_level = in.choice(*level, "level", {"trace", "debug", "info", "warning", "error"}, into.log_level);
    if (const yaml::node* format = node.find("format"))
        into.log_format = in.choice(*format, "format", {"json", "text", "journald"}, into.log_format);
}

/// The policy's own lines, with blanks where the file holds something else before it, so that columns stay true.
void read_policy_text(std::string_view source, const yaml::node& root, settings& into)
{
    const auto entry = std::ranges::find(root.entries, "policy", &yaml::node::entry::key);
    if (entry == root.entries.end() || entry->content.what == yaml::node::kind::null)
        return;
    const yaml::source_text lines(source);
    const std::size_t begin = lines.offset(entry->content.where);
    const auto next = entry + 1;
    std::size_t end = next == root.entries.end() ? source.size() : lines.offset(next->key_where);
    const bool flow = lines.offset(root.where) < source.size() && source[lines.offset(root.where)] == '{';
    if (flow) // what separates it from the next entry, or closes the whole map, is not the policy's
        end = source.find_last_of(next == root.entries.end() ? '}' : ',', end - 1);
    into.policy_line = entry->content.where.line;
    into.policy_yaml = std::string(static_cast<std::size_t>(entry->content.where.column - 1), ' ');
    into.policy_yaml += source.substr(begin, end - begin);
}

void read_top(reader& in, const yaml::node& root, settings& into)
{
    if (!in.keys(root, "jmld.yaml",
                 {"listen", "store", "workflows", "access", "sources", "okta", "http", "operators", "policy", "log"}))
        return;
    if (const yaml::node* listen = root.find("listen"))
        read_listen(in, *listen, into);
    if (const yaml::node* store = root.find("store"))
        read_store(in, *store, into);
    if (const yaml::node* workflows = root.find("workflows"))
        into.workflows = in.path(*workflows, "workflows");
    if (const yaml::node* access = root.find("access"))
        into.access = in.path(*access, "access");
    if (const yaml::node* sources = root.find("sources"))
        read_sources(in, *sources, into);
    if (const yaml::node* okta = root.find("okta"))
        read_okta(in, *okta, into);
    else
        in.error(root.where, "'okta' is missing: it says which organisation this is and how to sign in to it");
    if (const yaml::node* http = root.find("http"))
        read_http(in, *http, into);
    if (const yaml::node* operators = root.find("operators"))
        read_operators(in, *operators, into);
    if (const yaml::node* policy = root.find("policy");
        policy != nullptr && !policy->is_map() && policy->what != yaml::node::kind::null)
        in.error(*policy, "'policy' is a map: pre_hire, last_day, guard, verify …");
    if (const yaml::node* log = root.find("log"))
        read_log(in, *log, into);
}

} // namespace

shipped_files shipped()
{
    const std::filesystem::path installed(JMLD_SHARE_DIR);
    std::error_code ignored;
    if (std::filesystem::is_directory(installed / "workflows", ignored))
        return {installed / "workflows", installed / "access.yaml", installed / "sources"};
    const std::filesystem::path tree(JMLD_SOURCE_TREE);
    return {tree / "workflows", tree / "config" / "access.yaml", tree / "config" / "sources"};
}

std::expected<settings, settings_problems> parse_settings(const std::filesystem::path& file, const std::string& text)
{
    std::string_view source = text;
    if (source.starts_with("\xEF\xBB\xBF"))
        source.remove_prefix(3);
    const auto root = yaml::parse(source);
    if (!root)
        return std::unexpected(settings_problems{{yaml::format(file.string(), source, root.error())}});
    settings read = with_defaults(file);
    reader in(file, source);
    read_top(in, *root, read);
    read_policy_text(source, *root, read);
    if (!in.good())
        return std::unexpected(settings_problems{in.errors(), std::make_shared<const settings>(std::move(read))});
    read.warnings = in.warnings();
    return read;
}

std::expected<settings, settings_problems> read_settings(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    if (stream)
        content << stream.rdbuf();
    if (!stream || std::filesystem::is_directory(file))
        return std::unexpected(
            settings_problems{{fmt::format("{}: error: the file cannot be read; is the path right, and may "
                                           "this user read it?",
                                           file.string())}});
    return parse_settings(file, content.str());
}

} // namespace jmld::config

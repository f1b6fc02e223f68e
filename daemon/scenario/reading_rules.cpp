// What is in force in a scenario: workflows, access rules, policy and sources, each inline, as a path, or as shipped.
// Inline parts go to the very readers that read the files, with the scenario's own lines and columns.
#include "daemon/scenario/reading.hpp"

#include "daemon/all_actions.hpp"
#include "daemon/scenario/document.hpp"
#include "workflows/loading/folder.hpp"
#include "workflows/loading/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;
namespace loading = workflows::loading;

namespace {

bool is_there(const yaml::node* node) { return node != nullptr && node->what != yaml::node::kind::null; }

class rules_reader
{
public:
    /// `base`: what holds where the scenario says nothing.
    rules_reader(reading& at, const yaml::node* config, config::settings base)
        : at_(at), config_(config), base_(std::move(base))
    {}

    /// The rules in force so far, with the access rules and the policy that are said here.
    rule_book_pointer change()
    {
        auto book = std::make_shared<rule_book>(at_.into.rules ? *at_.into.rules : rule_book{});
        if (part("access") != nullptr)
            read_access(*book);
        if (part("policy") != nullptr)
            read_policy(*book);
        return book;
    }

    void read()
    {
        auto book = std::make_shared<rule_book>();
        read_workflows(*book);
        read_access(*book);
        read_policy(*book);
        at_.into.rules = std::move(book);
        read_sources();
    }

private:
    const yaml::node* part(std::string_view key) const
    {
        const auto* found = config_ == nullptr ? nullptr : config_->find(key);
        return is_there(found) ? found : nullptr;
    }
    std::string file() const { return at_.into.file.string(); }
    std::string own(const yaml::node& inline_part) const { return own_text(at_.into.source, at_.root, inline_part); }

    std::optional<std::string> shipped_text(const std::filesystem::path& path)
    {
        std::ifstream stream(path, std::ios::binary);
        if (stream)
            return std::string(std::istreambuf_iterator<char>(stream), {});
        at_.add({fmt::format("{}: error: cannot be read", path.string())});
        return std::nullopt;
    }

    // ---- workflows: a folder, a file, or a list of shipped names, files and inline definitions.

    void read_workflows(rule_book& book)
    {
        std::vector<loading::named_text> texts;
        const auto* node = part("workflows");
        if (node == nullptr)
            add_folder(texts, base_.workflows);
        else if (node->is_scalar())
            add_path(texts, *node);
        else if (node->is_map() && node->find("steps") != nullptr)
            texts.push_back({file(), own(*node)});
        else if (node->is_map())
            for (const auto& entry : node->entries)
                add_named(texts, entry);
        else if (node->is_list())
            for (const auto& item : node->items)
                add_item(texts, item);
        else
            at_.in.error(*node, "'workflows' is a folder, or a list of shipped names, files and workflows written out");
        if (!at_.in.good())
            return;
        static const daemon::all_actions catalogue;
        auto loaded = loading::load_workflows(texts, catalogue, {});
        if (!loaded.ok)
            at_.add(loaded.messages);
        else
            at_.into.warnings.insert(at_.into.warnings.end(), loaded.messages.begin(), loaded.messages.end());
        book.workflows = std::move(loaded.workflows);
    }

    void add_item(std::vector<loading::named_text>& texts, const yaml::node& item)
    {
        if (item.is_map())
            texts.push_back({file(), own(item)});
        else if (item.text.contains('/') || item.text.ends_with(".yaml") || item.text.ends_with(".yml"))
            add_path(texts, item);
        else
            add_shipped(texts, item);
    }

    // `joiner:` alone is the shipped one.
    void add_named(std::vector<loading::named_text>& texts, const yaml::node::entry& entry)
    {
        if (is_there(&entry.content)) {
            add_item(texts, entry.content);
            return;
        }
        yaml::node name;
        name.what = yaml::node::kind::scalar;
        name.where = entry.key_where;
        name.text = entry.key;
        add_shipped(texts, name);
    }

    void add_shipped(std::vector<loading::named_text>& texts, const yaml::node& name)
    {
        const auto folder = config::shipped().workflows;
        if (auto text = loading::read_workflow_file(folder / (name.text + ".yaml"))) {
            texts.push_back(std::move(*text));
            return;
        }
        std::string known;
        if (const auto all = loading::read_workflow_folder(folder))
            for (const auto& one : *all)
                known += (known.empty() ? "" : ", ") + std::filesystem::path(one.file).stem().string();
        at_.in.error(name, fmt::format("there is no shipped workflow '{}'; shipped are {}; a file ends in .yaml",
                                       name.text, known));
    }

    void add_path(std::vector<loading::named_text>& texts, const yaml::node& node)
    {
        const auto path = at_.in.path(node, "workflows");
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored))
            add_folder(texts, path);
        else if (auto text = loading::read_workflow_file(path))
            texts.push_back(std::move(*text));
        else
            at_.in.error(node, text.error());
    }

    void add_folder(std::vector<loading::named_text>& texts, const std::filesystem::path& folder)
    {
        auto all = loading::read_workflow_folder(folder);
        if (!all)
            at_.add(all.error());
        else
            std::move(all->begin(), all->end(), std::back_inserter(texts));
    }

    // ---- access and policy

    void read_access(rule_book& book)
    {
        const auto* node = part("access");
        std::string name = file();
        std::optional<std::string> text;
        if (node == nullptr) {
            name = base_.access.string();
            text = shipped_text(name);
        } else if (const auto* path = node->is_scalar() ? node : reading::file_of(*node)) {
            name = at_.in.path(*path, "access").string();
            text = at_.file_bytes(*path);
        } else {
            text = own(*node);
        }
        if (!text)
            return;
        auto access = workflows::read_access(name, *text);
        if (access)
            book.access = std::move(*access);
        else
            at_.add(access.error());
    }

    void read_policy(rule_book& book)
    {
        const auto* node = part("policy");
        std::string name = base_.file.empty() ? file() : base_.file.string(), text = base_.policy_yaml;
        int first_line = base_.policy_line;
        if (node != nullptr) {
            name = file();
            first_line = 1;
            if (const auto* path = node->is_scalar() ? node : reading::file_of(*node)) {
                name = at_.in.path(*path, "policy").string();
                text = at_.file_bytes(*path).value_or("");
            } else {
                text = own(*node);
            }
        }
        auto policy = workflows::read_policy(name, text, first_line);
        if (policy) {
            at_.into.warnings.insert(at_.into.warnings.end(), policy->warnings.begin(), policy->warnings.end());
            book.policy = std::move(*policy);
        } else {
            at_.add(policy.error());
        }
    }

    // ---- sources: the shipped ones, and what the scenario says instead or beside them

    void read_sources()
    {
        auto all = std::make_shared<source_set>();
        const auto* given = part("sources");
        if (given != nullptr && !given->is_map()) {
            at_.in.error(*given, "'sources' is a map of names to mappings: {workday: sources/workday.yaml}");
            given = nullptr;
        }
        for (const auto& source : base_.sources)
            if (given == nullptr || given->find(source.name) == nullptr)
                add_source(*all, source.name, source.mapping.string(), shipped_text(source.mapping));
        if (given != nullptr)
            for (const auto& entry : given->entries)
                read_source(*all, entry);
        at_.into.sources = std::move(all);
    }

    // As in jmld.yaml (`mapping:`, `verify:`), a path, or the mapping itself.
    void read_source(source_set& all, const yaml::node::entry& entry)
    {
        const auto* mapping = &entry.content;
        if (mapping->is_map() && (mapping->find("mapping") != nullptr || mapping->find("verify") != nullptr)) {
            at_.in.keys(*mapping, "a source", {"mapping", "verify"});
            mapping = mapping->find("mapping");
        }
        if (!is_there(mapping) || (mapping->is_map() && mapping->entries.empty())) {
            const auto shipped = config::shipped().sources / (entry.key + ".yaml");
            std::error_code ignored;
            if (!std::filesystem::exists(shipped, ignored))
                at_.in.error_at_key(
                    entry, fmt::format("there is no shipped mapping '{}'; give a path, or the mapping", entry.key));
            else
                add_source(all, entry.key, shipped.string(), shipped_text(shipped));
            return;
        }
        if (const auto* path = mapping->is_scalar() ? mapping : reading::file_of(*mapping))
            add_source(all, entry.key, at_.in.path(*path, "mapping").string(), at_.file_bytes(*path));
        else
            add_source(all, entry.key, file(), own(*mapping));
    }

    void add_source(source_set& all, const std::string& name, const std::string& in_file,
                    const std::optional<std::string>& text)
    {
        event_source made;
        made.name = name;
        if (text) {
            auto mapping = workflows::read_mapping(in_file, *text);
            if (mapping)
                made.mapping = std::move(*mapping);
            else
                at_.add(mapping.error().messages);
        }
        all.emplace(name, std::move(made));
    }

    reading& at_;
    const yaml::node* config_;
    config::settings base_;
};

config::settings as_shipped()
{
    config::settings base;
    const auto ours = config::shipped();
    base.workflows = ours.workflows;
    base.access = ours.access;
    base.sources.push_back({"workday", ours.sources / "workday.yaml", {}});
    return base;
}

} // namespace

void read_rules(reading& at, const yaml::node* config)
{
    auto base = as_shipped();
    if (is_there(config) && config->is_scalar()) { // the daemon's own file: its workflows, access, policy and sources
        auto read = config::read_settings(at.in.path(*config, "config"));
        if (read)
            base = std::move(*read);
        else
            at.add(read.error().messages);
        config = nullptr;
    } else if (is_there(config) && !at.in.keys(*config, "config", {"access", "policy", "workflows", "sources"})) {
        config = nullptr;
    }
    rules_reader(at, is_there(config) ? config : nullptr, std::move(base)).read();
}

rule_book_pointer read_changed_rules(reading& at, const yaml::node& node)
{
    return rules_reader(at, &node, as_shipped()).change();
}

} // namespace jmld::daemon::scenario

// A source mapping's YAML to compiled layouts: every key is a canonical field or a mistake, every expression is
// compiled once. It maps nothing; source_mapping.cpp does.
#include "workflows/events/source_mapping.hpp"

#include "engine/digest.hpp"
#include "workflows/events/document.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using config::yaml::node;
using engine::value;
using engine::expression::shape;
using engine::expression::value_template;

const std::vector<std::string> plain_fields{"type",       "id",     "entered_at", "effective_on", "effective_at",
                                            "process_id", "action", "corrects",   "rescinds",     "urgent"};
/// `name` is a whole name, split at its last blank.
const std::vector<std::string> worker_fields{"id",    "universal_id",   "kind",         "given_name",  "family_name",
                                             "name",  "preferred_name", "login",        "email",       "personal_email",
                                             "title", "department",     "organisation", "cost_center", "start",
                                             "end",   "last_day"};

std::vector<std::string> with(std::vector<std::string> names, std::initializer_list<const char*> more)
{
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

class layout_reader
{
public:
    layout_reader(document& file, const node& map) : file_(file), map_(map) {}

    layout read(std::vector<std::string> known)
    {
        layout made;
        if (!file_.expect_map(map_, "a mapping", known))
            return made;
        if (const auto* name = map_.find("name"))
            made.name = name->text;
        const auto* each = map_.find("for_each");
        if (each != nullptr) {
            members_.emplace("item", shape::any());
            roots_ = shape::closed(members_);
        }
        read_vars(made);
        auto whole = members_; // which layout and which list is asked of the message, not of one of its elements
        whole.erase("item");
        if (const auto* when = map_.find("when"))
            made.when = file_.condition(*when, shape::closed(whole));
        if (each != nullptr)
            made.for_each = file_.condition(*each, shape::closed(whole));
        if (const auto* thin = map_.find("thin"))
            made.thin = file_.flag(*thin, "'thin'").value_or(false);
        read_fields(made);
        read_types(made);
        return made;
    }

private:
    void read_vars(layout& into)
    {
        const auto* map = map_.find("vars");
        std::map<std::string, shape> names;
        if (map != nullptr && !map->is_map())
            file_.refuse(*map, "'vars' is a map of names to expressions");
        else if (map != nullptr)
            for (const auto& entry : map->entries) {
                if (auto rule = field(entry.key, entry.content))
                    into.vars.push_back(std::move(*rule));
                names.emplace(entry.key, shape::any());
                members_.insert_or_assign("vars", shape::closed(names));
                roots_ = shape::closed(members_);
            }
        for (const auto& rule : into.vars)
            var_pointers_.emplace(rule.field, rule.pointer);
    }

    void read_fields(layout& into)
    {
        for (const auto& name : plain_fields)
            add(into, name, map_.find(name));
        if (map_.find("type") == nullptr && !into.thin)
            file_.refuse(
                map_.where,
                "a mapping needs 'type': a canonical type, or an expression that gives what the sender calls it");
        if (const auto* reason = map_.find("reason"); reason != nullptr && !reason->is_map())
            add(into, "reason.id", reason);
        else if (reason != nullptr)
            add_all(into, *reason, "reason", {"id", "label"}, {});
        if (const auto* worker = map_.find("worker"))
            read_worker(into, *worker);
    }

    void read_worker(layout& into, const node& worker)
    {
        add_all(into, worker, "worker", worker_fields, {"manager", "location"});
        if (const auto* manager = worker.find("manager"))
            add_all(into, *manager, "worker.manager", {"id", "name"}, {});
        if (const auto* location = worker.find("location"))
            add_all(into, *location, "worker.location", {"time_zone"}, {});
    }

    void read_types(layout& into)
    {
        const auto* types = map_.find("types");
        if (types == nullptr)
            return;
        if (!types->is_map()) {
            file_.refuse(*types,
                         "'types' is a map: the last segment of the type sent, and the canonical type it means");
            return;
        }
        for (const auto& entry : types->entries)
            if (auto rule = field("type", entry.content))
                into.types.insert_or_assign(entry.key, std::move(*rule));
    }

    void add_all(layout& into, const node& map, const std::string& under, const std::vector<std::string>& names,
                 std::initializer_list<const char*> maps)
    {
        if (!file_.expect_map(map, "'" + under + "'", with(names, maps)))
            return;
        for (const auto& name : names)
            add(into, under + "." + name, map.find(name));
    }

    void add(layout& into, const std::string& name, const node* content)
    {
        if (content == nullptr)
            return;
        if (auto rule = field(name, *content))
            into.fields.push_back(std::move(*rule));
    }

    std::optional<field_rule> field(const std::string& name, const node& scalar)
    {
        field_rule rule{name, {}, {}};
        if (is_word(name, scalar)) {
            rule.content = value_template::literal(value(scalar.text));
            return rule;
        }
        if (scalar.is_scalar() && scalar.text.find("${{") == std::string::npos) {
            auto compiled = file_.condition(scalar, roots_);
            if (!compiled)
                return std::nullopt;
            rule.content = value_template::computed(std::move(*compiled));
        } else {
            auto compiled = file_.content(scalar, roots_);
            if (!compiled)
                return std::nullopt;
            rule.content = std::move(*compiled);
        }
        rule.pointer = pointer(rule.content);
        return rule;
    }

    // A mapping holds expressions; these few words may stand without quotes of their own.
    static bool is_word(const std::string& field, const node& scalar)
    {
        if (field == "type")
            return is_canonical_type(scalar.text);
        return field == "worker.kind" && (scalar.text == "employee" || scalar.text == "contingent_worker");
    }

    std::string pointer(const value_template& content) const
    {
        for (const auto& read : content.reads()) {
            std::size_t from = 1;
            std::string path;
            if (read.size() > 1 && read[0] == "vars") {
                const auto var = var_pointers_.find(read[1]);
                path = var == var_pointers_.end() ? "" : var->second;
                from = 2;
            } else if (read.empty() || (read[0] != "body" && read[0] != "item"))
                continue;
            for (std::size_t i = from; i < read.size(); ++i)
                path += "/" + read[i];
            if (!path.empty())
                return path;
        }
        return {};
    }

    document& file_;
    const node& map_;
    std::map<std::string, shape> members_{{"body", shape::any()}, {"headers", shape::any()}, {"ce", shape::any()}};
    shape roots_ = shape::closed(members_);
    std::map<std::string, std::string, std::less<>> var_pointers_;
};

} // namespace

std::expected<source_mapping, mapping_problems> read_mapping(std::string_view file_name, std::string_view text)
{
    const auto layout_keys =
        with(plain_fields, {"name", "when", "for_each", "thin", "vars", "types", "worker", "reason"});
    document file(file_name, text);
    source_mapping mapping;
    mapping.name = std::string(file_name);
    mapping.sha256 = digest::sha256_hex(text);
    if (const auto root = file.parse()) {
        const auto* layouts = root->find("layouts");
        if (layouts == nullptr)
            mapping.layouts.push_back(layout_reader(file, *root).read(with(layout_keys, {"description", "layouts"})));
        else if (file.expect_map(*root, "a mapping with layouts", {"name", "description", "layouts"})) {
            if (!layouts->is_list() || layouts->items.empty())
                file.refuse(*layouts, "'layouts' is a list; the first whose 'when' holds is used");
            for (const auto& item : layouts->items)
                mapping.layouts.push_back(layout_reader(file, item).read(layout_keys));
        }
    }
    if (!file.good())
        return std::unexpected(mapping_problems{std::move(file).messages()});
    return mapping;
}

} // namespace jmld::workflows

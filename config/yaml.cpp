// Builds the strict tree from yaml-cpp's events, so that every rule is checked where its place is still known. It never
// uses yaml-cpp's own node tree: that one keeps duplicate keys, shares aliases and drops tags without a word.
#include "config/yaml.hpp"

#include "config/yaml_source.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace jmld::config::yaml {
namespace {

/// Leaves yaml-cpp from inside one of its callbacks; caught in parse() and nowhere else.
struct refusal
{
    problem mistake;
};

struct frame
{
    node content;
    std::string key;
    place key_where;
    bool has_key = false;
    std::map<std::string, int> lines_of_keys;
};

class builder final : public YAML::EventHandler
{
public:
    builder(const source_text& source, const limits& bounds) : source_(source), bounds_(bounds) {}

    node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_properties(mark); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        throw refusal{explain_alias(source_, source_.at(mark.line, mark.column))};
    }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override
    {
        count(mark);
        if (expects_key())
            refuse(mark, "a key must be a text");
        node empty;
        empty.where = source_.at(mark.line, mark.column);
        // yaml-cpp says where the next token stands; a value left out belongs to its key.
        if (!stack_.empty() && stack_.back().has_key && !source_.is_null_word(mark.pos))
            empty.where = stack_.back().key_where;
        add(std::move(empty));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& text) override
    {
        count(mark);
        refuse_properties(mark);
        if (tag != "?" && tag != "!")
            throw refusal{explain_tag(source_, source_.at(mark.line, mark.column))};
        node scalar;
        scalar.what = node::kind::scalar;
        scalar.where = source_.at(mark.line, mark.column);
        scalar.text = text;
        scalar.quoted = tag == "!";
        if (!source_.closes_quote(mark.pos))
            refuse(mark, "this quote is never closed");
        if (expects_key())
            take_key(scalar);
        else
            add(std::move(scalar));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override
    {
        open(mark, tag, node::kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        open(mark, tag, node::kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    [[noreturn]] void refuse(const YAML::Mark& mark, std::string what, std::size_t length = 1) const
    {
        throw refusal{problem{source_.at(mark.line, mark.column), std::move(what), length}};
    }

    /// A node that begins with `!` or `&` carries a tag or an anchor, whatever yaml-cpp makes of the rest.
    void refuse_properties(const YAML::Mark& mark) const
    {
        const char first = source_.byte(mark.pos);
        if (first == '!')
            throw refusal{explain_tag(source_, source_.at(mark.line, mark.column))};
        if (first == '&')
            throw refusal{explain_anchor(source_, source_.at(mark.line, mark.column))};
    }

    void count(const YAML::Mark& mark)
    {
        if (++nodes_ > bounds_.nodes_max)
            refuse(mark, fmt::format("too many values; at most {} are accepted in one file", bounds_.nodes_max));
    }

    bool expects_key() const { return !stack_.empty() && stack_.back().content.is_map() && !stack_.back().has_key; }

    void take_key(const node& scalar)
    {
        frame& top = stack_.back();
        const std::size_t length = std::max<std::size_t>(characters(scalar.text), 1);
        if (scalar.text == "<<" && !scalar.quoted)
            throw refusal{problem{scalar.where, "merge keys ('<<') are not accepted; write the keys out", 2}};
        const auto [earlier, fresh] = top.lines_of_keys.try_emplace(scalar.text, scalar.where.line);
        if (!fresh)
            throw refusal{problem{
                scalar.where,
                fmt::format("duplicate key '{}'; it stands already in line {}", scalar.text, earlier->second), length}};
        top.key = scalar.text;
        top.key_where = scalar.where;
        top.has_key = true;
    }

    void open(const YAML::Mark& mark, const std::string& tag, node::kind what)
    {
        count(mark);
        refuse_properties(mark);
        if (tag != "?" && !tag.empty())
            throw refusal{explain_tag(source_, source_.at(mark.line, mark.column))};
        if (expects_key())
            throw refusal{explain_key(source_, source_.at(mark.line, mark.column), mark.pos)};
        if (stack_.size() >= static_cast<std::size_t>(bounds_.depth_max))
            refuse(mark, fmt::format("nested too deep; at most {} levels are accepted", bounds_.depth_max));
        frame fresh;
        fresh.content.what = what;
        fresh.content.where = source_.at(mark.line, mark.column);
        stack_.push_back(std::move(fresh));
    }

    void close()
    {
        node finished = std::move(stack_.back().content);
        stack_.pop_back();
        add(std::move(finished));
    }

    void add(node content)
    {
        if (stack_.empty()) {
            root_ = std::move(content);
            return;
        }
        frame& top = stack_.back();
        if (top.content.is_list()) {
            top.content.items.push_back(std::move(content));
            return;
        }
        top.content.entries.push_back(node::entry{std::move(top.key), top.key_where, std::move(content)});
        top.key.clear();
        top.has_key = false;
    }

    const source_text& source_;
    const limits& bounds_;
    std::vector<frame> stack_;
    node root_;
    std::size_t nodes_ = 0;
};

/// Only learns where a second document begins.
class second_document final : public YAML::EventHandler
{
public:
    void OnDocumentStart(const YAML::Mark& mark) override { throw YAML::ParserException(mark, "second document"); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

std::optional<problem> find_second_document(YAML::Parser& parser, const source_text& source)
{
    second_document watch;
    try {
        parser.HandleNextDocument(watch);
    } catch (const YAML::Exception& found) {
        const place where = found.mark.is_null() ? source.end() : source.at(found.mark.line, found.mark.column);
        return problem{where, "a second document begins here; a file holds exactly one", 1};
    }
    return std::nullopt;
}

} // namespace

std::expected<node, problem> parse(std::string_view text, const limits& bounds)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (text.size() > bounds.bytes_max)
        return std::unexpected(problem{
            {}, fmt::format("the file has {} bytes; at most {} are accepted", text.size(), bounds.bytes_max), 1});
    const source_text source(text);
    if (std::optional<problem> broken = source.find_bad_character())
        return std::unexpected(std::move(*broken));

    std::istringstream stream{std::string(text)};
    builder build(source, bounds);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(build))
            return node{};
        if (std::optional<problem> second = find_second_document(parser, source))
            return std::unexpected(std::move(*second));
    } catch (const refusal& refused) {
        return std::unexpected(refused.mistake);
    } catch (const YAML::Exception& broken) {
        const place where = broken.mark.is_null() ? source.end() : source.at(broken.mark.line, broken.mark.column);
        return std::unexpected(explain_syntax(source, where, broken.msg));
    }
    return build.take();
}

const node* node::find(std::string_view key) const
{
    for (const entry& candidate : entries)
        if (candidate.key == key)
            return &candidate.content;
    return nullptr;
}

} // namespace jmld::config::yaml

// Reads one file's keys by the table that each section hands in: unknown keys with a suggestion, wrong values with what
// is accepted, all at once. For config/ and for the scenarios of rehearsals.
#pragma once

#include "config/settings.hpp"
#include "config/yaml.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::config {

class reader
{
public:
    reader(std::filesystem::path file, std::string_view text);

    void error(yaml::place where, std::string what, std::size_t length = 1);
    void error(const yaml::node& at, std::string what);
    void error_at_key(const yaml::node::entry& entry, std::string what);
    void warn(const yaml::node& at, std::string what);

    /// False, and an error, when it is no map; every unknown key is an error. `what` names it: "listen".
    bool keys(const yaml::node& map, std::string_view what, std::initializer_list<std::string_view> known);
    /// The scalar's text, not empty; an error otherwise, and empty.
    std::string text(const yaml::node& scalar, std::string_view what);
    /// One of `accepted`; an error otherwise, and `otherwise`.
    std::string choice(const yaml::node& scalar, std::string_view what,
                       std::initializer_list<std::string_view> accepted, std::string_view otherwise);
    /// Texts of a list, or one text.
    std::vector<std::string> texts(const yaml::node& list, std::string_view what);
    /// Made absolute against the file's folder.
    std::filesystem::path path(const yaml::node& scalar, std::string_view what);
    /// 64 hex digits, as lower case.
    std::string sha256(const yaml::node& scalar, std::string_view what);
    secret_reference secret(const yaml::node& node, std::string_view what);

    std::string_view source() const { return text_; }
    bool good() const { return good_; }
    /// Errors by place.
    std::vector<std::string> errors() const;
    std::vector<std::string> warnings() const;

private:
    struct note
    {
        yaml::problem problem;
        bool is_error;
    };
    std::vector<std::string> printed(bool errors) const;

    std::filesystem::path file_;
    std::string_view text_;
    std::vector<note> notes_;
    bool good_ = true;
};

/// The nearest of `known`, when a typing mistake is likely; else empty.
std::string nearest(std::string_view wrong, const std::vector<std::string_view>& known);

/// One section of jmld.yaml each.
void read_listen(reader& in, const yaml::node& node, settings& into);
void read_okta(reader& in, const yaml::node& node, settings& into);
void read_http(reader& in, const yaml::node& node, settings& into);
void read_sources(reader& in, const yaml::node& node, settings& into);
void read_operators(reader& in, const yaml::node& node, settings& into);

/// `host:port` or `[v6]:port`; nothing when it is neither.
struct endpoint
{
    std::string host;
    int port = 0;
};
std::optional<endpoint> parse_endpoint(std::string_view address);
bool is_loopback(std::string_view host);

} // namespace jmld::config

// Keys, texts, paths and secret references of a settings file. It opens nothing that the file names.
#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <tuple>

namespace jmld::config {

reader::reader(std::filesystem::path file, std::string_view text) : file_(std::move(file)), text_(text) {}

void reader::error(yaml::place where, std::string what, std::size_t length)
{
    notes_.push_back({{where, std::move(what), length}, true});
    good_ = false;
}

void reader::error(const yaml::node& at, std::string what)
{
    error(at.where, std::move(what), at.is_scalar() ? at.text.size() + (at.quoted ? 2 : 0) : 1);
}

void reader::error_at_key(const yaml::node::entry& entry, std::string what)
{
    error(entry.key_where, std::move(what), entry.key.size());
}

void reader::warn(const yaml::node& at, std::string what) { notes_.push_back({{at.where, std::move(what), 1}, false}); }

bool reader::keys(const yaml::node& map, std::string_view what, std::initializer_list<std::string_view> known)
{
    if (!map.is_map()) {
        error(map, fmt::format("'{}' is a map with the keys {}", what, fmt::join(known, ", ")));
        return false;
    }
    for (const yaml::node::entry& entry : map.entries) {
        if (std::ranges::find(known, entry.key) != known.end())
            continue;
        const std::string near = nearest(entry.key, {known.begin(), known.end()});
        error_at_key(
            entry, near.empty()
                       ? fmt::format("unknown key '{}' in {}; accepted are {}", entry.key, what, fmt::join(known, ", "))
                       : fmt::format("unknown key '{}' in {}; did you mean '{}'?", entry.key, what, near));
    }
    return true;
}

std::string reader::text(const yaml::node& scalar, std::string_view what)
{
    if (scalar.is_scalar() && !scalar.text.empty())
        return scalar.text;
    error(scalar, fmt::format("'{}' is a text that is not empty", what));
    return {};
}

std::string reader::choice(const yaml::node& scalar, std::string_view what,
                           std::initializer_list<std::string_view> accepted, std::string_view otherwise)
{
    if (scalar.is_scalar() && std::ranges::find(accepted, scalar.text) != accepted.end())
        return scalar.text;
    error(scalar, fmt::format("'{}' is one of {}", what, fmt::join(accepted, ", ")));
    return std::string(otherwise);
}

std::vector<std::string> reader::texts(const yaml::node& list, std::string_view what)
{
    if (list.is_scalar())
        return {text(list, what)};
    std::vector<std::string> all;
    if (!list.is_list())
        error(list, fmt::format("'{}' is a list of texts", what));
    for (const yaml::node& item : list.items)
        all.push_back(text(item, what));
    return all;
}

std::filesystem::path reader::path(const yaml::node& scalar, std::string_view what)
{
    const std::string written = text(scalar, what);
    if (written.empty())
        return {};
    return (std::filesystem::absolute(file_).parent_path() / written).lexically_normal();
}

std::string reader::sha256(const yaml::node& scalar, std::string_view what)
{
    std::string hex = scalar.is_scalar() ? scalar.text : std::string();
    for (char& digit : hex)
        if (digit >= 'A' && digit <= 'F')
            digit = static_cast<char>(digit - 'A' + 'a');
    if (hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == std::string::npos)
        return hex;
    error(scalar, fmt::format("'{}' is the SHA-256 of a token as 64 hex digits, never the token itself: "
                              "printf %s \"$TOKEN\" | sha256sum",
                              what));
    return {};
}

secret_reference reader::secret(const yaml::node& node, std::string_view what)
{
    constexpr std::string_view accepted = "{credential: NAME}, {file: PATH} or {env: NAME}";
    if (!node.is_map()) {
        error(node.where, fmt::format("'{}' is a secret and never stands in this file; name it as {}", what, accepted));
        return {};
    }
    if (!keys(node, what, {"credential", "file", "env"}))
        return {};
    if (node.entries.size() != 1) {
        error(node, fmt::format("'{}' names one place: {}", what, accepted));
        return {};
    }
    secret_reference reference;
    if (const yaml::node* credential = node.find("credential")) {
        reference.credential = text(*credential, "credential");
        if (reference.credential.contains('/') || reference.credential.starts_with('.'))
            error(*credential, "a credential is a name without '/', as LoadCredential= gives it");
    } else if (const yaml::node* file = node.find("file")) {
        reference.file = path(*file, "file").string();
    } else if (const yaml::node* env = node.find("env")) {
        reference.env = text(*env, "env");
        warn(node,
             fmt::format("'{}' is read from the environment, which other processes of this user can see; better is "
                         "{{credential: NAME}} or {{file: PATH}}",
                         what));
    }
    return reference;
}

std::vector<std::string> reader::printed(bool errors) const
{
    std::vector<std::size_t> order(notes_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [this](std::size_t i) {
        return std::tuple(notes_[i].problem.where.line, notes_[i].problem.where.column, i);
    });
    std::vector<std::string> texts;
    for (const std::size_t i : order)
        if (notes_[i].is_error == errors)
            texts.push_back(yaml::format(file_.string(), text_, notes_[i].problem, errors ? "error" : "warning"));
    return texts;
}

std::vector<std::string> reader::errors() const { return printed(true); }

std::vector<std::string> reader::warnings() const { return printed(false); }

namespace {

std::size_t edit_distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

} // namespace

std::string nearest(std::string_view wrong, const std::vector<std::string_view>& known)
{
    constexpr std::size_t longest = 64;
    if (wrong.size() > longest)
        return {};
    std::string_view best;
    std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
    for (const std::string_view candidate : known)
        if (const std::size_t distance = edit_distance(wrong, candidate); distance < least) {
            best = candidate;
            least = distance;
        }
    return std::string(best);
}

std::optional<endpoint> parse_endpoint(std::string_view address)
{
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return std::nullopt;
    std::string_view host = address.substr(0, colon);
    const std::string_view digits = address.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    if (host.empty() || (!bracketed && host.contains(':')))
        return std::nullopt;
    int port = -1;
    const auto [stopped, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (code != std::errc{} || stopped != digits.data() + digits.size() || port < 0 || port > 65535)
        return std::nullopt;
    return endpoint{std::string(host), port};
}

bool is_loopback(std::string_view host)
{
    if (host == "localhost" || host == "::1")
        return true;
    // 127.0.0.0/8, written out: a name that only begins so is somebody else's.
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos &&
           std::ranges::count(host, '.') == 3;
}

} // namespace jmld::config

// From a row and its arguments to bytes for the wire, and from a Link header to the next page. What could leave its
// place in a path or lead to another origin is refused here.
#include "connectors/okta/client.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <cctype>

namespace jmld::okta {

namespace {

using engine::parameter_type;
using engine::value;

bool names_object(parameter_type type)
{
    return type == parameter_type::user || type == parameter_type::group || type == parameter_type::app ||
           type == parameter_type::factor || type == parameter_type::role;
}

std::string text_of(const value& content)
{
    if (const auto* text = content.if_text())
        return *text;
    if (const auto* flag = content.if_bool())
        return *flag ? "true" : "false";
    if (const auto* number = content.if_integer())
        return std::to_string(*number);
    if (const auto* instant = content.if_timestamp())
        return to_rfc3339(*instant);
    return {};
}

/// What a body carries for a parameter.
value body_content(const operation_parameter& parameter, const value& argument)
{
    if (parameter.type == parameter_type::role)
        return argument.is_map() ? argument["type"] : argument;
    return names_object(parameter.type) ? value(id_of(argument)) : argument;
}

/// `credentials.userName` into nested maps.
value placed(const value& body, std::string_view dotted, const value& content)
{
    const auto dot = dotted.find('.');
    const std::string head(dotted.substr(0, dot));
    if (dot == std::string_view::npos)
        return body.with(head, content);
    return body.with(head, placed(body[head], dotted.substr(dot + 1), content));
}

std::unexpected<error> bad_argument(const operation& row, std::string_view parameter, std::string_view why)
{
    return failure(errc::invalid_input,
                   std::string(row.name) + ": parameter '" + std::string(parameter) + "' " + std::string(why));
}

class builder
{
public:
    builder(const operation& row, const value& arguments) : row_(row), arguments_(arguments), path_(row.path) {}

    result<void> add(const operation_parameter& parameter)
    {
        const auto& argument = arguments_[parameter.name];
        if (argument.is_null() && parameter.required && parameter.where != place::local)
            return bad_argument(row_, parameter.name, "is missing");
        switch (parameter.where) {
        case place::path:
            return add_to_path(parameter, argument);
        case place::query:
            return add_to_query(parameter, argument);
        case place::body:
            if (!argument.is_null())
                body_ = placed(body_, parameter.wire, body_content(parameter, argument));
            else if (!parameter.otherwise.empty())
                body_ = placed(body_, parameter.wire, value(parameter.otherwise));
            return {};
        case place::whole:
            return add_whole(parameter, argument);
        case place::form:
            if (const auto text = argument.is_null() ? std::string(parameter.otherwise) : text_of(argument);
                !text.empty())
                form_ += (form_.empty() ? "" : "&") + std::string(parameter.wire) + "=" + http::percent_encode(text);
            return {};
        case place::local:
            return {};
        }
        return {};
    }

    http::request finish(const std::string& if_match) &&
    {
        http::request message;
        message.method = row_.method;
        message.target = path_ + (query_.empty() ? "" : "?" + query_);
        message.headers.emplace_back("Accept", "application/json");
        if (!if_match.empty())
            message.headers.emplace_back("If-Match", if_match);
        if (!form_.empty()) {
            message.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
            message.body = form_;
        } else if (body_.is_map()) {
            message.headers.emplace_back("Content-Type", "application/json");
            message.body = engine::json::write(body_);
        } else if (message.method == "POST" || message.method == "PUT") {
            message.headers.emplace_back("Content-Type", "application/json");
            message.headers.emplace_back("Content-Length", "0"); // Okta answers 411 without it
        }
        return message;
    }
    const value& body() const { return body_; }

private:
    result<void> add_whole(const operation_parameter& parameter, const value& argument)
    {
        if (!argument.is_null() && !argument.is_map())
            return bad_argument(row_, parameter.name, "is not a map");
        for (const auto& [key, content] : argument.entries())
            body_ = body_.with(key, content);
        return {};
    }

    result<void> add_to_path(const operation_parameter& parameter, const value& argument)
    {
        const auto id = names_object(parameter.type) ? id_of(argument) : text_of(argument);
        if (!is_safe_id(id))
            return bad_argument(
                row_, parameter.name,
                "is no id: a text (or a map with 'id') without / \\ ? # % and control characters, at most "
                "255 bytes long, is accepted");
        const auto mark = "{" + std::string(parameter.wire) + "}";
        const auto at = path_.find(mark);
        if (at != std::string::npos)
            path_.replace(at, mark.size(), http::percent_encode(id));
        return {};
    }

    result<void> add_to_query(const operation_parameter& parameter, const value& argument)
    {
        const bool is_moment = parameter.type == parameter_type::timestamp; // whose "now" somebody else says
        const auto otherwise = is_moment ? std::string_view() : parameter.otherwise;
        const auto text = argument.is_null() ? std::string(otherwise) : text_of(argument);
        if (text.empty())
            return argument.is_null() ? result<void>{}
                                      : bad_argument(row_, parameter.name, "is not a text, a number or a bool");
        query_ += (query_.empty() ? "" : "&") + std::string(parameter.wire) + "=" + http::percent_encode(text);
        return {};
    }

    const operation& row_;
    const value& arguments_;
    std::string path_, query_, form_;
    value body_;
};

std::string lower(std::string_view text)
{
    std::string copy(text);
    std::ranges::transform(copy, copy.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return copy;
}

/// scheme://host[:port], lower case, default ports left out.
std::string origin_of(std::string_view url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    auto origin = lower(url.substr(0, url.find_first_of("/?#", scheme + 3)));
    if (origin.starts_with("https://") && origin.ends_with(":443"))
        origin.resize(origin.size() - 4);
    if (origin.starts_with("http://") && origin.ends_with(":80"))
        origin.resize(origin.size() - 3);
    return origin;
}

bool is_next(std::string_view parameters)
{
    const auto text = lower(parameters);
    return text.find("rel=\"next\"") != std::string::npos || text.find("rel=next") != std::string::npos;
}

/// The URL of rel=next in one header line: `<URL>; rel="next", <URL>; rel="self"`.
std::optional<std::string_view> next_in(std::string_view line)
{
    for (auto open = line.find('<'); open != std::string_view::npos; open = line.find('<', open + 1)) {
        const auto close = line.find('>', open);
        if (close == std::string_view::npos)
            return std::nullopt;
        const auto following = line.find('<', close);
        if (is_next(line.substr(close + 1, following == std::string_view::npos ? following : following - close - 1)))
            return line.substr(open + 1, close - open - 1);
        open = close;
    }
    return std::nullopt;
}

/// No bytes that end a target early, and no segment, encoded or not, that climbs or hides a slash.
bool stays_in_place(std::string_view target)
{
    constexpr std::size_t bytes_max = 8 * 1024;
    const auto path = lower(target.substr(0, target.find('?')));
    const bool plain =
        std::ranges::none_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '#' || c == '\\'; });
    return plain && target.size() <= bytes_max && !path.contains("/.") && !path.contains("%2e") &&
           !path.contains("%2f") && !path.contains("%5c");
}

} // namespace

std::string id_of(const value& argument)
{
    if (argument.is_map())
        return text_of(argument["id"]);
    return argument.text_or();
}

std::string name_of(const value& argument)
{
    for (const auto* key : {"name", "label", "type", "factorType", "login"})
        if (auto name = argument[key].text_or(); !name.empty())
            return name;
    return id_of(argument);
}

bool is_safe_id(std::string_view id)
{
    constexpr std::size_t bytes_max = 255;
    if (id.empty() || id.size() > bytes_max || id == "." || id == "..")
        return false;
    return std::ranges::none_of(id, [](unsigned char c) {
        return c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '?' || c == '#' || c == '%';
    });
}

result<http::request> build_request(const call& what)
{
    builder made(*what.row, what.arguments);
    for (const auto& parameter : what.row->parameters)
        if (auto added = made.add(parameter); !added)
            return std::unexpected(added.error());
    return std::move(made).finish(what.if_match);
}

value body_of(const call& what)
{
    builder made(*what.row, what.arguments);
    for (const auto& parameter : what.row->parameters)
        if (auto added = made.add(parameter); !added)
            return {};
    return made.body();
}

result<std::optional<std::string>> next_page(const http::header_list& headers, std::string_view origin)
{
    for (const auto line : http::all_headers(headers, "link")) {
        const auto url = next_in(line);
        if (!url)
            continue;
        auto target = *url;
        if (!target.starts_with('/') || target.starts_with("//")) {
            if (origin_of(target).empty() || origin_of(target) != origin_of(origin))
                return failure(errc::invalid_input, "the link to the next page leads to another origin");
            const auto slash = target.find('/', target.find("://") + 3);
            target = slash == std::string_view::npos ? "/" : target.substr(slash);
        }
        if (!target.starts_with("/api/v1/") || !stays_in_place(target))
            return failure(errc::invalid_input, "the link to the next page is not one of the API");
        return std::string(target);
    }
    return std::nullopt;
}

} // namespace jmld::okta

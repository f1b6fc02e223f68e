// Lines end with CR LF, as RFC 4180 has them.
#include "daemon/reports/writing.hpp"

#include "engine/json/json.hpp"

namespace jmld::daemon {

using engine::value;

namespace {

std::string text_of(const value& content)
{
    if (content.is_null())
        return {};
    return content.is_text() ? content.text_or() : engine::json::write(content);
}

bool looks_like_a_formula(std::string_view text)
{
    return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

} // namespace

std::string csv_field(const value& content)
{
    auto text = text_of(content);
    if (content.is_text() && looks_like_a_formula(text))
        text.insert(0, "'");
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& fields)
{
    std::string line;
    for (const auto& field : fields)
        line += (&field == &fields.front() ? "" : ",") + field;
    return line + "\r\n";
}

std::string csv_row(const value& row, const std::vector<std::string>& columns)
{
    std::vector<std::string> fields;
    for (const auto& column : columns)
        fields.push_back(csv_field(row[column]));
    return csv_line(fields);
}

std::string json_row(const value& row, const std::vector<std::string>& columns)
{
    std::string text;
    for (const auto& column : columns)
        text +=
            (text.empty() ? "{" : ",") + engine::json::write(value(column)) + ":" + engine::json::write(row[column]);
    return text + "}";
}

} // namespace jmld::daemon

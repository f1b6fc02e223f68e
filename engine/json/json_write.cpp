// Writing engine::value as JSON, plain for the outside world or stored with every kind marked; one writer does both.
// It refuses nothing: whatever a value can hold becomes text that can be read again.
#include "engine/json/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace jmld::engine::json {
namespace {

/// Which of the two languages to write: JSON of the outside world, or what decode() reads.
enum class form : bool { plain, stored };

enum class byte_class : std::uint8_t { plain, escaped, multibyte };

constexpr auto byte_classes = [] {
    std::array<byte_class, 256> classes{};
    for (std::size_t i = 0; i < 0x20; ++i)
        classes[i] = byte_class::escaped;
    for (std::size_t i = 0x80; i < 0x100; ++i)
        classes[i] = byte_class::multibyte;
    classes['"'] = byte_class::escaped;
    classes['\\'] = byte_class::escaped;
    return classes;
}();

/// How many bytes the UTF-8 sequence in front has; 0 when it is none (overlong, surrogate, beyond U+10FFFF, broken
/// off).
std::size_t sequence_length(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto const follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    auto const lead = byte(0);
    if (lead >= 0xC2 && lead <= 0xDF)
        return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        bool const overlong = lead == 0xE0 && byte(1) < 0xA0;
        bool const surrogate = lead == 0xED && byte(1) > 0x9F;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        bool const overlong = lead == 0xF0 && byte(1) < 0x90;
        bool const beyond = lead == 0xF4 && byte(1) > 0x8F;
        return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

void append_escape(std::string& out, char c)
{
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\b':
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        out += "\\u00";
        out += hex[static_cast<unsigned char>(c) >> 4U];
        out += hex[static_cast<unsigned char>(c) & 0xFU];
    }
}

class writer
{
public:
    writer(form language, bool pretty) : stored_(language == form::stored), pretty_(pretty)
    {
        out_.reserve(256); // most of what is written is about as long; growing there took four allocations
    }

    std::string take() { return std::move(out_); }

    void write(const value& content)
    {
        switch (content.kind()) {
        case value_kind::null:
            out_ += "null";
            break;
        case value_kind::boolean:
            out_ += *content.if_bool() ? "true" : "false";
            break;
        case value_kind::integer:
            write_integer(*content.if_integer());
            break;
        case value_kind::real:
            write_real(*content.if_real());
            break;
        case value_kind::text:
            write_text(*content.if_text());
            break;
        case value_kind::date:
            write_date(*content.if_date());
            break;
        case value_kind::timestamp:
            if (stored_)
                write_tagged("timestamp", content.if_timestamp()->time_since_epoch().count());
            else
                write_text(to_rfc3339(*content.if_timestamp()));
            break;
        case value_kind::duration:
            if (stored_)
                write_tagged("duration", content.if_duration()->count());
            else
                write_text(jmld::to_text(*content.if_duration()));
            break;
        case value_kind::list:
            write_list(content.items());
            break;
        case value_kind::map:
            write_map(content.entries());
            break;
        }
    }

private:
    template <class Number> void write_number(Number number)
    {
        std::array<char, 32> buffer; // the longest double has 24 characters
        auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
        out_.append(buffer.data(), end);
    }

    void write_integer(std::int64_t number) { write_number(number); }

    void write_tagged(std::string_view tag, std::int64_t count)
    {
        out_.append("{\"$").append(tag).append("\":");
        write_integer(count);
        out_ += '}';
    }

    void write_real(double number)
    {
        if (!std::isfinite(number)) { // JSON has no word for these
            if (!stored_)
                out_ += "null";
            else
                out_ += std::isnan(number) ? R"({"$double":"nan"})"
                                           : (number > 0 ? R"({"$double":"inf"})" : R"({"$double":"-inf"})");
            return;
        }
        auto const start = out_.size();
        write_number(number);
        if (out_.find_first_of(".e", start) == std::string::npos)
            out_ += ".0"; // so that it is read as a double again
    }

    void write_date(jmld::date day)
    {
        if (!stored_)
            return write_text(jmld::to_text(day));
        auto const year = static_cast<int>(day.year());
        if (day.ok() && year >= 0 && year <= 9999) {
            out_.append("{\"$date\":\"").append(jmld::to_text(day)).append("\"}");
            return;
        }
        // A day that no calendar has (31 April, the year 12000) is kept too: what can be held can be stored.
        out_ += "{\"$date\":[";
        write_integer(year);
        out_ += ',';
        write_integer(static_cast<unsigned>(day.month()));
        out_ += ',';
        write_integer(static_cast<unsigned>(day.day()));
        out_ += "]}";
    }

    /// Invalid UTF-8 becomes U+FFFD: whatever a peer sent, what is written here can be read again.
    void write_text(std::string_view text)
    {
        out_ += '"';
        std::size_t start = 0;
        std::size_t at = 0;
        while (at < text.size()) {
            auto const kind = byte_classes[static_cast<unsigned char>(text[at])];
            if (kind == byte_class::plain) {
                ++at;
                continue;
            }
            if (kind == byte_class::multibyte) {
                if (auto const length = sequence_length(text.substr(at)); length != 0) {
                    at += length;
                    continue;
                }
            }
            out_.append(text, start, at - start);
            if (kind == byte_class::escaped)
                append_escape(out_, text[at]);
            else
                out_ += "\xEF\xBF\xBD";
            start = ++at;
        }
        out_.append(text, start);
        out_ += '"';
    }

    void new_line()
    {
        if (!pretty_)
            return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    void write_list(const value_list& items)
    {
        if (items.empty()) {
            out_ += "[]";
            return;
        }
        out_ += '[';
        ++depth_;
        for (bool first = true; auto const& item : items) {
            if (!first)
                out_ += ',';
            first = false;
            new_line();
            write(item);
        }
        --depth_;
        new_line();
        out_ += ']';
    }

    void write_map(const value_map& entries)
    {
        bool const verbatim =
            stored_ && std::ranges::any_of(entries, [](auto const& e) { return e.first.starts_with('$'); });
        if (verbatim)
            out_ += "{\"$map\":";
        write_entries(entries);
        if (verbatim)
            out_ += '}';
    }

    void write_entries(const value_map& entries)
    {
        if (entries.empty()) {
            out_ += "{}";
            return;
        }
        out_ += '{';
        ++depth_;
        for (bool first = true; auto const& [key, content] : entries) {
            if (!first)
                out_ += ',';
            first = false;
            new_line();
            write_text(key);
            out_ += pretty_ ? ": " : ":";
            write(content);
        }
        --depth_;
        new_line();
        out_ += '}';
    }

    bool stored_;
    bool pretty_;
    std::size_t depth_ = 0;
    std::string out_;
};

std::string written(const value& content, form language, bool pretty)
{
    writer out(language, pretty);
    out.write(content);
    return out.take();
}

} // namespace

std::string write(const value& content) { return written(content, form::plain, false); }
std::string write_pretty(const value& content) { return written(content, form::plain, true); }
std::string encode(const value& content) { return written(content, form::stored, false); }

} // namespace jmld::engine::json

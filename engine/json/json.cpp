// JSON text to and from engine::value: a handler under Boost.JSON's parser, and one writer for the plain and the stored
// form. It builds no Boost.JSON values, repairs nothing while reading, and never puts content into an error's text.
#include "engine/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <compare>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace jmld::engine::json {
namespace {

namespace bj = boost::json;

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Which of the two languages the text is in: JSON of the outside world, or what encode() wrote.
enum class form : bool { plain, stored };

constexpr std::size_t somewhere = std::numeric_limits<std::size_t>::max();

/// The kinds that JSON lacks; nothing when the pair is none that encode() writes.
std::optional<value> untag(std::string_view tag, const value& content)
{
    if (tag == "$map")
        return content.is_map() ? std::optional(content) : std::nullopt;
    if (tag == "$date") {
        if (auto const text = content.if_text()) {
            auto const day = parse_date(*text);
            return day ? std::optional<value>(*day) : std::nullopt;
        }
        auto const& parts = content.items();
        if (parts.size() != 3)
            return std::nullopt;
        auto const year = parts[0].if_integer();
        auto const month = parts[1].if_integer();
        auto const day = parts[2].if_integer();
        if (year == nullptr || std::abs(*year) > 32767 || month == nullptr || day == nullptr || *month < 0 ||
            *month > 255 || *day < 0 || *day > 255)
            return std::nullopt;
        return date(std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                    std::chrono::day(static_cast<unsigned>(*day)));
    }
    if (tag == "$double") {
        auto const text = content.text_or();
        if (text == "nan")
            return std::numeric_limits<double>::quiet_NaN();
        if (text == "inf")
            return std::numeric_limits<double>::infinity();
        if (text == "-inf")
            return -std::numeric_limits<double>::infinity();
        return std::nullopt;
    }
    auto const count = content.if_integer();
    if (count == nullptr)
        return std::nullopt;
    if (tag == "$timestamp")
        return time_point(std::chrono::milliseconds(*count));
    if (tag == "$duration")
        return jmld::duration(*count);
    return std::nullopt;
}

/// Collects what the parser finds on one flat stack; an array or object takes its part off the top when it ends.
/// Answering false stops the parser; `complaint` then says why, `place` where if that is better known than by the
/// parser.
class handler
{
public:
    static constexpr std::size_t max_object_size = somewhere;
    static constexpr std::size_t max_array_size = somewhere;
    static constexpr std::size_t max_key_size = somewhere;
    static constexpr std::size_t max_string_size = somewhere;

    std::string_view complaint;
    std::size_t place = somewhere;

    handler(std::string_view input, form language, bool refuse_duplicate_keys)
        : input_(input), stored_(language == form::stored), refuse_duplicate_keys_(refuse_duplicate_keys)
    {}

    value take_result() { return std::move(stack_.back().content); }

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }

    bool on_object_begin(bj::error_code&)
    {
        // Inside {"$map": …} stand the keys of a map as they are, even when they look like a tag.
        bool const verbatim =
            stored_ && !frames_.empty() && frames_.back() == frame::object && keys_.back().text == "$map";
        frames_.push_back(verbatim ? frame::verbatim_object : frame::object);
        return true;
    }

    bool on_object_end(std::size_t count, bj::error_code&)
    {
        auto const first = stack_.end() - static_cast<std::ptrdiff_t>(count);
        auto const kind = frames_.back();
        frames_.pop_back();
        if (!arrange(first))
            return false;
        if (stored_ && kind == frame::object && std::any_of(first, stack_.end(), is_tagged)) {
            auto restored = count == 1 ? untag(first->key.text, first->content) : std::nullopt;
            if (!restored)
                return complain("a key beginning with \"$\" that stands for nothing");
            stack_.pop_back();
            return push(std::move(*restored));
        }
        value_map entries;
        entries.reserve(count);
        for (auto at = first; at != stack_.end(); ++at)
            entries.emplace_back(std::move(at->key.text), std::move(at->content));
        stack_.erase(first, stack_.end());
        return push(std::move(entries));
    }

    bool on_array_begin(bj::error_code&)
    {
        frames_.push_back(frame::array);
        return true;
    }

    bool on_array_end(std::size_t count, bj::error_code&)
    {
        auto const first = stack_.end() - static_cast<std::ptrdiff_t>(count);
        frames_.pop_back();
        value_list items;
        items.reserve(count);
        for (auto at = first; at != stack_.end(); ++at)
            items.push_back(std::move(at->content));
        stack_.erase(first, stack_.end());
        return push(std::move(items));
    }

    bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) { return gather(part); }
    bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) { return gather(part); }

    bool on_key(bj::string_view part, std::size_t total, bj::error_code&)
    {
        auto text = finish(part, total);
        if (!text)
            return false;
        keys_.push_back({std::move(*text), key_count_++, total == part.size() ? offset_of(part) : somewhere});
        return true;
    }

    bool on_string(bj::string_view part, std::size_t total, bj::error_code&)
    {
        auto text = finish(part, total);
        return text && push(std::move(*text));
    }

    bool on_number_part(bj::string_view, bj::error_code&) { return true; } // only of numbers that break off
    bool on_int64(std::int64_t number, bj::string_view, bj::error_code&) { return push(number); }

    bool on_uint64(std::uint64_t, bj::string_view text, bj::error_code&)
    {
        place = offset_of(text);
        return complain("an integer out of range");
    }

    bool on_double(double rough, bj::string_view text, bj::error_code&)
    {
        if (text.find_first_of(".eE") == bj::string_view::npos) {
            place = offset_of(text);
            return complain("an integer out of range");
        }
        // The parser's own conversion may be off in the last place, and what we write must come back exactly.
        double exact = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), exact).ec == std::errc())
            return push(exact);
        if (std::abs(rough) < 1) // too small to show
            return push(std::copysign(0.0, rough));
        place = offset_of(text);
        return complain("a number out of range");
    }

    bool on_bool(bool truth, bj::error_code&) { return push(truth); }
    bool on_null(bj::error_code&) { return push(nullptr); }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }

private:
    enum class frame : std::uint8_t { array, object, verbatim_object };

    struct key_text
    {
        std::string text;
        std::size_t ordinal = 0;        ///< counts all keys of the document
        std::size_t offset = somewhere; ///< of its first byte; unknown when it holds escapes
    };

    struct slot
    {
        key_text key; ///< empty for items of an array
        value content;
    };

    using slot_iterator = std::vector<slot>::iterator;

    static bool is_tagged(const slot& s) { return s.key.text.starts_with('$'); }

    bool complain(std::string_view why)
    {
        complaint = why;
        return false;
    }

    std::size_t offset_of(bj::string_view part) const
    {
        std::less<const char*> const before;
        if (before(part.data(), input_.data()) || before(input_.data() + input_.size(), part.data()))
            return somewhere; // in the parser's own buffer
        return static_cast<std::size_t>(part.data() - input_.data());
    }

    bool push(value content)
    {
        if (!frames_.empty() && frames_.back() != frame::array) {
            stack_.push_back({std::move(keys_.back()), std::move(content)});
            keys_.pop_back();
        } else {
            stack_.push_back({{}, std::move(content)});
        }
        return true;
    }

    /// A NUL can only come from an escape: a raw one is a control character, which the parser refuses.
    bool refuse_nul(bj::string_view part)
    {
        if (!stored_ && part.find('\0') != bj::string_view::npos)
            return complain("a NUL in a string");
        return true;
    }

    bool gather(bj::string_view part)
    {
        partial_.append(part.data(), part.size());
        return refuse_nul(part);
    }

    std::optional<std::string> finish(bj::string_view part, std::size_t total)
    {
        if (!refuse_nul(part))
            return std::nullopt;
        if (total == part.size())
            return std::string(part.data(), part.size());
        partial_.append(part.data(), part.size());
        return std::exchange(partial_, {});
    }

    /// Puts the entries from `first` on in order of their keys, equal keys as they came. value() would sort too, but
    /// only here is known where a duplicate stands.
    bool arrange(slot_iterator first)
    {
        auto const not_rising = [](const slot& left, const slot& right) { return left.key.text >= right.key.text; };
        if (std::adjacent_find(first, stack_.end(), not_rising) == stack_.end())
            return true;
        // Not std::stable_sort: libstdc++ 12 implements it with something that clang reports as deprecated.
        std::sort(first, stack_.end(), [](const slot& left, const slot& right) {
            auto const order = left.key.text <=> right.key.text;
            return order != 0 ? order < 0 : left.key.ordinal < right.key.ordinal;
        });
        if (!refuse_duplicate_keys_)
            return true;
        auto const same = std::adjacent_find(first, stack_.end(), not_rising);
        if (same == stack_.end())
            return true;
        place = (same + 1)->key.offset;
        return complain("a duplicate key");
    }

    std::string_view input_;
    bool stored_;
    bool refuse_duplicate_keys_;
    std::size_t key_count_ = 0;
    std::vector<frame> frames_;
    std::vector<key_text> keys_; ///< read, their values not yet
    std::vector<slot> stack_;
    std::string partial_; ///< the beginning of a string with escapes
};

std::unexpected<error> broken(form language, std::string_view why, std::size_t offset)
{
    auto const code = language == form::stored ? errc::corrupt : errc::invalid_input;
    return failure(code, "JSON: " + std::string(why) + " at byte " + std::to_string(offset));
}

result<value> read(std::string_view text, std::size_t depth_max, bool refuse_duplicate_keys, form language)
{
    bj::parse_options options;
    options.max_depth = depth_max;
    bj::basic_parser<handler> parser(options, text, language, refuse_duplicate_keys);
    bj::error_code problem;
    auto const used = parser.write_some(false, text.data(), text.size(), problem);
    auto& found = parser.handler();
    if (!found.complaint.empty())
        return broken(language, found.complaint, found.place != somewhere ? found.place : used);
    if (problem)
        return broken(language, problem.message(), used);
    if (used < text.size())
        return broken(language, "trailing bytes", used);
    return found.take_result();
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
    writer(form language, bool pretty) : stored_(language == form::stored), pretty_(pretty) {}

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

result<value> parse(std::string_view text, const limits& bounds)
{
    if (text.size() > bounds.bytes_max)
        return failure(errc::too_large, "JSON: " + std::to_string(text.size()) + " bytes, more than the " +
                                            std::to_string(bounds.bytes_max) + " allowed");
    auto const depth_max = static_cast<std::size_t>(std::max(bounds.depth_max, 0));
    return read(text, depth_max, bounds.refuse_duplicate_keys, form::plain);
}

std::string write(const value& content) { return written(content, form::plain, false); }
std::string write_pretty(const value& content) { return written(content, form::plain, true); }
std::string encode(const value& content) { return written(content, form::stored, false); }

result<value> decode(std::string_view text)
{
    // What encode() wrote must always come back, so nothing it can write is refused: its depth is that of values, which
    // the limits on the way in keep far below this; keys that differed only in invalid UTF-8 may have become equal.
    constexpr std::size_t depth_max = 2048;
    return read(text, depth_max, false, form::stored);
}

} // namespace jmld::engine::json

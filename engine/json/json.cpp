// Reading JSON into engine::value: a handler of our own under Boost.JSON's parser, for plain and for stored text alike.
// It builds no Boost.JSON values, repairs nothing, and never puts content into an error's text.
#include "engine/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
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
    {
        stack_.reserve(32);
    }

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

} // namespace

result<value> parse(std::string_view text, const limits& bounds)
{
    if (text.size() > bounds.bytes_max)
        return failure(errc::too_large, "JSON: " + std::to_string(text.size()) + " bytes, more than the " +
                                            std::to_string(bounds.bytes_max) + " allowed");
    auto const depth_max = static_cast<std::size_t>(std::max(bounds.depth_max, 0));
    return read(text, depth_max, bounds.refuse_duplicate_keys, form::plain);
}

result<value> decode(std::string_view text)
{
    // What encode() wrote must always come back, so nothing it can write is refused: its depth is that of values, which
    // the limits on the way in keep far below this; keys that differed only in invalid UTF-8 may have become equal.
    constexpr std::size_t depth_max = 2048;
    return read(text, depth_max, false, form::stored);
}

} // namespace jmld::engine::json

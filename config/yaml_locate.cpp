// Finds the place in a file at which a byte of a scalar's text was written, through quotes, escapes, folding and block
// indentation. Where the source is odder than that, it answers the nearest place it reached.
#include "config/yaml_source.hpp"

#include <algorithm>

namespace jmld::config::yaml {
namespace {

/// Walks source and scalar side by side.
class walker
{
public:
    walker(std::string_view source, std::size_t start) : source_(source), at_(start) {}

    std::size_t position() const { return at_; }

    void plain(std::string_view text)
    {
        for (std::size_t i = 0; i < text.size() && at_ < source_.size();)
            i += folded_break(text, i) ? break_characters(text, i) : one();
        skip_break();
    }

    void single_quoted(std::string_view text)
    {
        ++at_;
        for (std::size_t i = 0; i < text.size() && at_ < source_.size();) {
            if (text[i] == '\'' && source_.substr(at_).starts_with("''"))
                ++at_;
            i += folded_break(text, i) ? break_characters(text, i) : one();
        }
        skip_break();
    }

    void double_quoted(std::string_view text)
    {
        ++at_;
        for (std::size_t i = 0; i < text.size() && at_ < source_.size();) {
            if (source_[at_] == '\\')
                i += escape(text, i);
            else
                i += folded_break(text, i) ? break_characters(text, i) : one();
        }
        skip_break();
    }

    void block(std::string_view text)
    {
        next_line();
        const std::size_t indent = indentation();
        at_ += indent;
        for (std::size_t i = 0; i < text.size() && at_ < source_.size(); ++i) {
            if (source_[at_] != '\n' && source_[at_] != '\r') {
                ++at_;
                continue;
            }
            next_line();
            at_ += std::min(indent, indentation());
        }
    }

private:
    std::size_t one()
    {
        ++at_;
        return 1;
    }

    bool at_break() const
    {
        const std::size_t next = source_.find_first_not_of(" \t", at_);
        return next != std::string_view::npos && (source_[next] == '\n' || source_[next] == '\r');
    }
    bool folded_break(std::string_view text, std::size_t i) const
    {
        return (text[i] == ' ' || text[i] == '\n') && at_break();
    }
    /// Several line ends became that many newlines less one; a single one became a space.
    std::size_t break_characters(std::string_view text, std::size_t i)
    {
        skip_break();
        if (text[i] == ' ')
            return 1;
        const std::size_t next = text.find_first_not_of('\n', i);
        return (next == std::string_view::npos ? text.size() : next) - i;
    }
    void skip_break()
    {
        if (!at_break())
            return;
        const std::size_t next = source_.find_first_not_of(" \t\r\n", at_);
        at_ = next == std::string_view::npos ? source_.size() : next;
    }
    void next_line()
    {
        const std::size_t end = source_.find('\n', at_);
        at_ = end == std::string_view::npos ? source_.size() : end + 1;
    }
    std::size_t indentation() const
    {
        const std::size_t content = source_.find_first_not_of(' ', at_);
        return (content == std::string_view::npos ? source_.size() : content) - at_;
    }
    /// Bytes of the text that one escape made.
    std::size_t escape(std::string_view text, std::size_t i)
    {
        const char kind = at_ + 1 < source_.size() ? source_[at_ + 1] : '\0';
        const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        if (kind == '\n' || kind == '\r') { // an escaped line end leaves nothing
            ++at_;
            skip_break();
            return 0;
        }
        at_ += 2 + digits;
        return std::max<std::size_t>(character_bytes(text, i), 1);
    }

    std::string_view source_;
    std::size_t at_;
};

} // namespace

place locate(std::string_view source, const node& scalar, std::size_t offset)
{
    if (source.starts_with("\xEF\xBB\xBF"))
        source.remove_prefix(3);
    const source_text lines(source);
    const std::size_t start = lines.offset(scalar.where);
    const std::string_view before = std::string_view(scalar.text).substr(0, std::min(offset, scalar.text.size()));
    const char first = start < source.size() ? source[start] : '\0';
    walker walk(source, start);
    if (!scalar.quoted)
        walk.plain(before);
    else if (first == '\'')
        walk.single_quoted(before);
    else if (first == '"')
        walk.double_quoted(before);
    else
        walk.block(before);
    return lines.at_offset(walk.position());
}

} // namespace jmld::config::yaml

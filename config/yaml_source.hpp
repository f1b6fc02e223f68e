// The text of a YAML file by lines and characters, and what we say about its usual mistakes. Private to the reader:
// others use config/yaml.hpp.
#pragma once

#include "config/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::config::yaml {

/// Unicode characters in a UTF-8 text; a byte that is none counts as one.
std::size_t characters(std::string_view text);
/// Bytes of the character that begins at `offset`, or 0 when there is no valid one.
std::size_t character_bytes(std::string_view text, std::size_t offset);

/// Refers to the text it is made of, which must outlive it.
class source_text
{
public:
    explicit source_text(std::string_view text);

    /// From yaml-cpp's marks, which count lines from 0 and columns in bytes.
    place at(int line, int column_bytes) const;
    place end() const;
    char byte(int position) const;
    /// Whether `~` or `null` is written at this byte.
    bool is_null_word(int position) const;
    /// Whether the quote at this byte has its closing one (yaml-cpp ends it at the end of the file); true for anything
    /// else.
    bool closes_quote(int position) const;
    /// Without its line end; from 1. Empty when there is no such line.
    std::string_view line(int number) const;
    int lines() const { return static_cast<int>(starts_.size()); }
    std::string_view text() const { return text_; }
    /// The byte offset of a place.
    std::size_t offset(place where) const;
    place at_offset(std::size_t offset) const;

    /// NUL, other control characters, invalid UTF-8, a carriage return alone.
    std::optional<problem> find_bad_character() const;

private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
    /// Where at() last counted to: marks come in order, so a line is counted once however many values stand in it.
    struct counted
    {
        std::size_t line = 0, bytes = 0, characters = 0;
    };
    mutable counted last_;
};

problem explain_tag(const source_text& source, place where);
problem explain_anchor(const source_text& source, place where);
problem explain_alias(const source_text& source, place where);
/// A list or map stands where a key is expected.
problem explain_key(const source_text& source, place where, int position);
/// yaml-cpp's own complaint, made useful where the mistake is a known one.
problem explain_syntax(const source_text& source, place where, std::string_view complaint);

} // namespace jmld::config::yaml

// A field in quotes may hold line ends and commas; a quote within one is written twice, which opens and closes once
// more.
#include "daemon/ctl/report_text.hpp"

namespace jmld::ctl {

namespace {
constexpr std::string_view broke_off = "INCOMPLETE: ";
constexpr std::string_view end_of_whole = "\"complete\":true}\n";
} // namespace

void csv_end::read(std::string_view piece)
{
    for (const char c : piece) {
        if (line_over_) {
            beginning_.clear();
            one_field_ = true;
            line_over_ = false;
        }
        if (beginning_.size() <= broke_off.size()) // and the quote before it
            beginning_ += c;
        if (c == '"')
            quoted_ = !quoted_;
        else if (c == ',' && !quoted_)
            one_field_ = false;
        else if (c == '\n' && !quoted_)
            line_over_ = true;
    }
}

bool csv_end::is_whole() const
{
    auto words = std::string_view(beginning_);
    if (words.starts_with('"'))
        words.remove_prefix(1);
    return !one_field_ || !words.starts_with(broke_off);
}

void json_end::read(std::string_view piece)
{
    last_ += piece;
    if (last_.size() > end_of_whole.size())
        last_.erase(0, last_.size() - end_of_whole.size());
}

bool json_end::is_whole() const { return last_ == end_of_whole; }

bool is_whole_csv(std::string_view text)
{
    csv_end end;
    end.read(text);
    return end.is_whole();
}

} // namespace jmld::ctl

// A field in quotes may hold line ends and commas; a quote within one is written twice, which opens and closes once
// more.
#include "daemon/ctl/report_text.hpp"

namespace jmld::ctl {

bool is_whole_csv(std::string_view text)
{
    std::size_t line = 0, last = 0;
    bool quoted = false, one_field = true, of_last = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"')
            quoted = !quoted;
        else if (text[at] == ',' && !quoted)
            one_field = false;
        const bool ends = (text[at] == '\n' && !quoted) || at + 1 == text.size();
        if (!ends)
            continue;
        last = line;
        of_last = one_field;
        line = at + 1;
        one_field = true;
    }
    auto words = text.substr(last);
    if (words.starts_with('"'))
        words.remove_prefix(1);
    return !of_last || !words.starts_with("INCOMPLETE: ");
}

} // namespace jmld::ctl

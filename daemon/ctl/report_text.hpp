// Whether a report that comes piece by piece is all of it. Of CSV it reads no more than that takes: where the last line
// begins and how many fields it has; nothing of a report is kept.
#pragma once

#include <string>
#include <string_view>

namespace jmld::ctl {

/// A CSV report, as it comes.
class csv_end
{
public:
    void read(std::string_view piece);
    /// False when the last line is the one that says that the report broke off. What people are called does not matter:
    /// a row has more than one field.
    bool is_whole() const;

private:
    std::string beginning_; ///< of the line that is being read, or was read last
    bool quoted_ = false, one_field_ = true, line_over_ = true;
};

/// A JSON report, as it comes: it is whole when its end says so.
class json_end
{
public:
    void read(std::string_view piece);
    bool is_whole() const;

private:
    std::string last_;
};

bool is_whole_csv(std::string_view text);

} // namespace jmld::ctl

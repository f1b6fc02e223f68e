// jmlctl tells a report that broke off from a whole one, whatever people are called.
#include "daemon/ctl/report_text.hpp"
#include "daemon/reports/writing.hpp"

#include <gtest/gtest.h>

namespace jmld::ctl {

namespace {

std::string line(std::string_view first, std::string_view second)
{
    return daemon::csv_line({daemon::csv_field(engine::value(first)), daemon::csv_field(engine::value(second))});
}
std::string broken_off(std::string_view why)
{
    return daemon::csv_line({daemon::csv_field(engine::value("INCOMPLETE: " + std::string(why)))});
}

} // namespace

TEST(ReportText, SaysInItsLastLineThatItBrokeOff)
{
    const auto rows = line("name", "login") + line("Jane Smith", "jane");
    EXPECT_TRUE(is_whole_csv(rows));
    EXPECT_TRUE(is_whole_csv(""));
    EXPECT_FALSE(is_whole_csv(rows + broken_off("Okta does not answer")));
    EXPECT_FALSE(is_whole_csv(rows + broken_off("Okta: \"no\", it said,\nand nothing more")));
}

TEST(ReportText, ComesInPiecesOfAnySize)
{
    const auto report =
        line("name", "login") + line("Jane, the \"one\"", "jane") + broken_off("no answer,\n\"it said\"");
    for (std::size_t size = 1; size <= report.size(); ++size) {
        csv_end end;
        for (std::size_t at = 0; at < report.size(); at += size)
            end.read(std::string_view(report).substr(at, size));
        EXPECT_FALSE(end.is_whole()) << size;
    }
    json_end end;
    end.read("{\"rows\":[],\"comp");
    EXPECT_FALSE(end.is_whole());
    end.read("lete\":true}\n");
    EXPECT_TRUE(end.is_whole());
}

TEST(ReportText, PeopleMayBeCalledAsTheyLike)
{
    EXPECT_TRUE(is_whole_csv(line("name", "login") + line("INCOMPLETE: Jane", "jane")));
    EXPECT_TRUE(is_whole_csv(line("name", "login") + line("jane", "INCOMPLETE: Jane")));
    EXPECT_TRUE(is_whole_csv(line("name", "login") + line("x\r\nINCOMPLETE: Jane, the \"one\"", "jane")));
    EXPECT_TRUE(is_whole_csv(line("name", "login") + line("jane", "x\nINCOMPLETE: Jane")));
}

} // namespace jmld::ctl

// What a spreadsheet makes of a report must be what stands in it: quoting, and texts that look like formulas.
#include "daemon/reports/writing.hpp"

#include <gtest/gtest.h>

namespace jmld::daemon {
namespace {

using engine::value;

TEST(ReportWriting, ATextThatASpreadsheetWouldComputeIsMadeAText)
{
    EXPECT_EQ(csv_field(value("=1+1")), "'=1+1");
    EXPECT_EQ(csv_field(value("+49 30")), "'+49 30");
    EXPECT_EQ(csv_field(value("-2")), "'-2");
    EXPECT_EQ(csv_field(value("@SUM(A1)")), "'@SUM(A1)");
    EXPECT_EQ(csv_field(value("\tx")), "'\tx");
    EXPECT_EQ(csv_field(value("=HYPERLINK(\"http://x\",\"y\")")), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
}

TEST(ReportWriting, NumbersStayNumbers)
{
    EXPECT_EQ(csv_field(value(std::int64_t{-5})), "-5");
    EXPECT_EQ(csv_field(value(true)), "true");
    EXPECT_EQ(csv_field(value()), "");
}

TEST(ReportWriting, WhatSeparatesIsQuoted)
{
    EXPECT_EQ(csv_field(value("a,b")), "\"a,b\"");
    EXPECT_EQ(csv_field(value("a\nb")), "\"a\nb\"");
    EXPECT_EQ(csv_row(value::map({{"a", "x"}, {"c", "say \"y\""}}), {"a", "b", "c"}), "x,,\"say \"\"y\"\"\"\r\n");
}

TEST(ReportWriting, JsonHasEveryColumnInOrder)
{
    EXPECT_EQ(json_row(value::map({{"b", "x"}, {"z", "not a column"}}), {"b", "a"}), R"({"b":"x","a":null})");
}

} // namespace
} // namespace jmld::daemon

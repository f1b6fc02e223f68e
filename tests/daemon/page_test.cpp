// The page's files as they are served: complete, without a token, and such that the policy lets them work.
#include "daemon/page/page.hpp"

#include "tests/support/source_files.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace jmld::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

http::response served(const router& routes, std::string_view path)
{
    const auto found = routes.find("GET", path);
    EXPECT_NE(found.row, nullptr) << path;
    EXPECT_EQ(found.row->required, role::anyone);
    boost::asio::io_context loop;
    http::response answer;
    boost::asio::co_spawn(loop, found.row->work({}),
                          [&](std::exception_ptr, http::reply given) { answer = std::move(given.message); });
    loop.run();
    return answer;
}

TEST(Page, EachFileStandsInTheProgramAsItIsWritten)
{
    router routes;
    ASSERT_TRUE(add_page_routes(routes));
    EXPECT_EQ(served(routes, "/").body, test::shipped("daemon/page/page.html"));
    for (const auto* file : {"page.css", "kit.js", "views.js"})
        EXPECT_EQ(served(routes, std::string("/page/") + file).body, test::shipped(std::string("daemon/page/") + file));
}

TEST(Page, NothingRunsThatIsNotAFileOfThePage)
{
    router routes;
    ASSERT_TRUE(add_page_routes(routes));
    const auto answer = served(routes, "/");
    const auto* policy = http::find_header(answer.headers, "Content-Security-Policy");
    ASSERT_NE(policy, nullptr);
    EXPECT_THAT(*policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(*policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(answer.body, Not(testing::ContainsRegex("<script>|<style|style=| on[a-z]+=|https?://")));
    for (const auto* file : {"/page/kit.js", "/page/views.js"})
        EXPECT_THAT(served(routes, file).body,
                    Not(testing::ContainsRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(")));
}

} // namespace
} // namespace jmld::daemon

// Each file with its type and a policy under which nothing but these files runs. Nothing is kept by the browser: after
// an upgrade the next look shows the new page.
#include "daemon/page/page.hpp"

namespace jmld::daemon {

namespace {

// The graph comes as a picture made of an answer (blob:); no script, style or frame from anywhere else.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::response answer_of(const page_file& file)
{
    http::response answer;
    answer.headers = {{"Content-Type", std::string(file.type)},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", std::string(policy)}};
    answer.body = std::string(file.content);
    return answer;
}

} // namespace

result<void> add_page_routes(router& routes)
{
    for (const auto& file : page_files()) {
        auto added = routes.add({"GET",
                                 std::string(file.path),
                                 role::anyone,
                                 {},
                                 "A file of the operators' page",
                                 [&file](call) -> boost::asio::awaitable<http::reply> { co_return answer_of(file); }});
        if (!added)
            return added;
    }
    return {};
}

} // namespace jmld::daemon

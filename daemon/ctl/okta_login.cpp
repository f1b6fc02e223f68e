// Two ways to sign in, one way to keep what comes of it. Addresses and codes for the person go to stderr, who signed in
// to stdout; tokens go to the file only.
#include "daemon/ctl/okta_login.hpp"

#include "connectors/https_client.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "connectors/okta/pkce.hpp"
#include "connectors/okta/sign_in.hpp"
#include "daemon/ctl/loopback_redirect.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/system_random.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr duration browser_patience{300'000};

void show_code(const okta::device_prompt& prompt)
{
    fmt::print(stderr, "Open {} and enter the code {}\n", prompt.verification_uri, prompt.user_code);
    if (!prompt.verification_uri_complete.empty())
        fmt::print(stderr, "or open {}\n", prompt.verification_uri_complete);
    fmt::print(stderr, "The code is good for {} minutes.\n", prompt.expires_in.count() / 60'000);
}

asio::awaitable<result<okta::person_tokens>> in_the_browser(okta::native_app app, login_request wanted,
                                                            http::transport& wire, runtime::clock& time)
{
    daemon::system_random random;
    const auto executor = co_await asio::this_coro::executor;
    auto redirect = loopback_redirect::open(executor, wanted.port);
    if (!redirect)
        co_return std::unexpected(redirect.error());
    const auto pair = okta::make_pkce(random);
    const auto state = okta::one_time_word(random);
    const auto nonce = okta::one_time_word(random);
    const auto issuer = wanted.server.empty() ? wanted.org : wanted.org + "/oauth2/" + wanted.server;
    fmt::print(stderr, "Open this address in a browser on this machine:\n{}\n",
               okta::authorization_url({.issuer = issuer,
                                        .client_id = app.client_id,
                                        .redirect_uri = redirect->uri(),
                                        .state = state,
                                        .nonce = nonce,
                                        .challenge = pair.challenge,
                                        .scopes = app.scopes}));
    auto code = co_await redirect->wait_for_code(state, browser_patience);
    if (!code)
        co_return std::unexpected(code.error());
    auto got = co_await okta::exchange_code(app, {*code, pair.verifier, redirect->uri()}, wire, time);
    if (got && !got->id_token.empty() && got->claims["nonce"].text_or() != nonce)
        co_return failure(errc::unauthorized, "the id token answers another sign-in than this one");
    co_return got;
}

asio::awaitable<result<okta::person_tokens>> sign_in(login_request wanted, http::transport& wire, runtime::clock& time)
{
    okta::native_app app{wanted.client_id, okta::words_of(wanted.scope), wanted.server};
    auto got = wanted.browser ? co_await in_the_browser(app, wanted, wire, time)
                              : co_await okta::sign_in_on_device(app, wire, time, show_code);
    co_return got;
}

// Written beside and moved over, so that there is never half a file, nor one that others may read.
void keep(const std::filesystem::path& file, const std::string& text)
{
    std::error_code failed;
    if (file.has_parent_path()) {
        std::filesystem::create_directories(file.parent_path(), failed);
        std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all, failed);
    }
    const auto beside = file.string() + ".new";
    std::filesystem::remove(beside, failed);
    const int opened = ::open(beside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    const bool written = opened >= 0 && ::write(opened, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (opened >= 0)
        ::close(opened);
    if (!written || std::rename(beside.c_str(), file.c_str()) != 0)
        throw command_failed{exit_code::failed, file.string() + " cannot be written"};
}

exit_code code_of(const error& why)
{
    switch (why.code) {
    case errc::unauthorized:
    case errc::forbidden:
        return exit_code::not_authorised;
    case errc::timed_out:
        return exit_code::still_waiting;
    case errc::unavailable:
    case errc::refused:
    case errc::connection_lost:
        return exit_code::unreachable;
    case errc::cancelled:
        return exit_code::interrupted;
    case errc::invalid_input:
    case errc::not_found:
    case errc::conflict:
    case errc::overloaded:
    case errc::too_large:
    case errc::storage_failed:
    case errc::corrupt:
    case errc::internal:
        return exit_code::failed;
    }
    return exit_code::failed;
}

std::string who_of(const okta::person_tokens& got)
{
    return got.claims["preferred_username"].text_or(got.claims["email"].text_or(got.claims["sub"].text_or("somebody")));
}

} // namespace

exit_code okta_login(const login_request& wanted, const output_options& output)
{
    if (wanted.file.empty())
        throw command_failed{exit_code::usage,
                             "--to FILE: neither XDG_CONFIG_HOME nor HOME says where tokens are kept"};
    asio::io_context loop;
    runtime::system_clock time;
    auto wire = http::make_client(loop.get_executor(), {.origin = wanted.org, .ca_file = wanted.ca});
    if (!wire)
        throw command_failed{exit_code::usage, "--org: " + wire.error().what};
    result<okta::person_tokens> got = failure(errc::cancelled, "interrupted");
    std::exception_ptr broken;
    asio::co_spawn(loop, sign_in(wanted, **wire, time),
                   [&](std::exception_ptr failed, result<okta::person_tokens> came) {
                       broken = failed;
                       got = std::move(came);
                       loop.stop();
                   });
    loop.run();
    if (broken)
        std::rethrow_exception(broken);
    if (!got)
        throw command_failed{code_of(got.error()), got.error().what};
    const auto scopes = okta::joined(got->scopes);
    const auto told = value::map({{"org", wanted.org},
                                  {"client_id", wanted.client_id},
                                  {"who", who_of(*got)},
                                  {"scope", scopes},
                                  {"ends_at", to_rfc3339(got->ends_at)},
                                  {"file", wanted.file.string()}});
    keep(wanted.file, engine::json::write(told.with("access_token", got->access_token)
                                              .with("id_token", got->id_token)
                                              .with("refresh_token", got->refresh_token)) +
                          "\n");
    print_one(told, {{"signed in", "who"}, {"scopes", "scope"}, {"until", "ends_at"}, {"kept in", "file"}}, "file",
              output);
    return exit_code::done;
}

} // namespace jmld::ctl

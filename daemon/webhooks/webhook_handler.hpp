// `POST /hooks/{source}`: the order of refusals of contract §4, then verify → read → accept durably → 202. What an
// event means for a person is decided later, from the journal; nothing here waits for it.
#pragma once

#include "daemon/http/server.hpp"
#include "daemon/metrics.hpp"
#include "daemon/people/report_watch.hpp"
#include "daemon/webhooks/reading.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

#include <functional>

namespace jmld::daemon {

class webhook_handler final : public http::handler
{
public:
    /// Called after COMMIT with each event that is to be decided.
    using accepted_callback = std::function<void(const runtime::event_record&)>;

    webhook_handler(source_set_pointer sources, runtime::journal& store, runtime::clock& time, metrics& counters,
                    accepted_callback on_accepted);

    void replace_sources(source_set_pointer sources) { sources_ = std::move(sources); }
    /// Told of each report that was kept, so that it can say who is missing.
    void watch(report_watch& reports) { reports_ = &reports; }
    /// Called when the log turns out to be broken: nothing may be promised any more, the process must end.
    void on_storage_failed(std::function<void(const error&)> end) { storage_failed_ = std::move(end); }
    /// Draining: everything authentic is answered 503 from now on.
    void stop_accepting() { draining_ = true; }

    std::optional<http::response> refuse(const http::request& message, const http::peer& who) override;
    std::size_t body_limit(const http::request& message) override;
    boost::asio::awaitable<http::reply> answer(http::request message, http::peer who) override;

    /// The same path for an operator's event (`POST /v1/events`): taken as verified. Errors as the journal's and
    /// read_delivery's.
    boost::asio::awaitable<http::response> take(const event_source* from, http::header_list headers, std::string body,
                                                std::string webhook_id);

private:
    const event_source* find(std::string_view path) const;
    http::response refused(std::string_view source, std::string_view why, http::response answer);

    source_set_pointer sources_;
    runtime::journal& store_;
    runtime::clock& time_;
    metrics& counters_;
    accepted_callback on_accepted_;
    std::function<void(const error&)> storage_failed_;
    report_watch* reports_ = nullptr;
    bool draining_ = false;
};

} // namespace jmld::daemon

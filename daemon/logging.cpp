// spdlog with one sink. JSON is written by our own formatter, so that no message can break out of its line or its
// quotes.
#include "daemon/logging.hpp"

#include "engine/json/json.hpp"
#include "engine/time.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace jmld::daemon {

namespace {

bool names_stand_apart = false; // in JSON

// Of the message that this thread is logging. The sink formats within the call, so nothing outlives it.
thread_local const engine::value* current_names = nullptr;

bool says_nothing(const engine::value& one) { return one.is_null() || one == engine::value(std::string()); }

std::string in_words(const engine::value& names)
{
    std::string text;
    for (const auto& [name, one] : names.entries())
        if (!says_nothing(one))
            text += name + "=" + (one.if_text() != nullptr ? *one.if_text() : engine::json::write(one)) + " ";
    return text;
}

std::string text_of(const spdlog::details::log_msg& message)
{
    return {message.payload.data(), message.payload.size()};
}

std::string level_of(const spdlog::details::log_msg& message)
{
    const auto name = spdlog::level::to_string_view(message.level);
    return {name.data(), name.size()};
}

class json_lines final : public spdlog::formatter
{
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override
    {
        const auto at = std::chrono::time_point_cast<std::chrono::milliseconds>(message.time);
        engine::value_map members{{"at", to_rfc3339(at)}, {"level", level_of(message)}, {"message", text_of(message)}};
        if (current_names != nullptr)
            for (const auto& [name, one] : current_names->entries())
                if (!says_nothing(one))
                    members.emplace_back(name, one);
        const auto line = engine::json::write(engine::value(std::move(members))) + "\n";
        out.append(line.data(), line.data() + line.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_lines>(); }
};

// sd-daemon(3): a line that begins with <N> has that priority.
class journal_lines final : public spdlog::formatter
{
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override
    {
        std::string line = "<" + std::to_string(priority_of(message.level)) + ">";
        for (const char c : text_of(message))
            line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        line += '\n';
        out.append(line.data(), line.data() + line.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<journal_lines>(); }

private:
    static int priority_of(spdlog::level::level_enum level)
    {
        switch (level) {
        case spdlog::level::critical:
            return 2;
        case spdlog::level::err:
            return 3;
        case spdlog::level::warn:
            return 4;
        case spdlog::level::info:
            return 6;
        case spdlog::level::trace:
        case spdlog::level::debug:
        case spdlog::level::off:
        case spdlog::level::n_levels:
            return 7;
        }
        return 7;
    }
};

} // namespace

void set_up_logging(std::string_view level, std::string_view format)
{
    names_stand_apart = format == "json";
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::logger>("jmld", std::move(sink));
    if (format == "json")
        logger->set_formatter(std::make_unique<json_lines>());
    else if (format == "journald")
        logger->set_formatter(std::make_unique<journal_lines>());
    logger->set_level(spdlog::level::from_str(std::string(level)));
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
}

void log_about(spdlog::level::level_enum level, const engine::value& names, std::string_view message)
{
    if (!spdlog::should_log(level))
        return;
    if (!names_stand_apart) {
        spdlog::log(level, "{}{}", in_words(names), message);
        return;
    }
    current_names = &names;
    spdlog::log(level, "{}", message);
    current_names = nullptr;
}

} // namespace jmld::daemon

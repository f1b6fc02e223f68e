// What personnel enters about one worker, in few words: an id, the moment of entry, the day. It plays nothing; the
// stories stand in the decide_*_test.cpp files.
#pragma once

#include "tests/support/person_story.hpp"

#include <string>
#include <string_view>

namespace jmld::test {

inline an_event hired(const std::string& id, std::string_view entered, std::string_view start)
{
    return an_event("worker.hired", id).entered(entered).process("P" + id).starts(start).zone("UTC");
}
inline an_event rehired(const std::string& id, std::string_view entered, std::string_view start)
{
    return an_event("worker.rehired", id).entered(entered).process("P" + id).starts(start).zone("UTC");
}
inline an_event changed(const std::string& id, std::string_view entered, std::string_view on)
{
    return an_event("worker.changed", id).entered(entered).process("P" + id).effective(on).zone("UTC");
}
inline an_event ended(const std::string& id, std::string_view entered, std::string_view on)
{
    return an_event("worker.terminated", id)
        .entered(entered)
        .process("P" + id)
        .effective(on)
        .ends(on)
        .last_day(on)
        .zone("UTC");
}
inline an_event end_taken_back(const std::string& id, std::string_view entered, const std::string& end)
{
    return an_event("worker.termination_rescinded", id).entered(entered).rescinds("P" + end).zone("UTC");
}

} // namespace jmld::test

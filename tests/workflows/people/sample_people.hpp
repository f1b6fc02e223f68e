// The people of the sample events in our words: one hire in Melbourne, one resignation in Berlin, one contract in
// Warsaw. Builders only; the stories stand in the decide_*_test.cpp files.
#pragma once

#include "tests/support/person_story.hpp"

#include <string>
#include <string_view>

namespace jmld::test {

inline an_event e01()
{
    return an_event("worker.hired", "01").entered("2026-11-20T03:14:07Z").process("p1").starts("2026-12-07");
}
inline an_event e13()
{
    return an_event("worker.hired", "13").entered("2026-11-27T05:45:30Z").corrects("p1").starts("2026-12-14");
}
inline an_event e09()
{
    return an_event("worker.hire_rescinded", "09")
        .entered("2026-12-03T00:20:00Z")
        .rescinds("p1")
        .effective("2026-12-07");
}
inline an_event e16()
{
    return an_event("worker.no_show", "16").entered("2026-12-08T22:10:00Z").rescinds("p1").effective("2026-12-07");
}

inline an_event dana(const char* type, const char* id)
{
    return an_event(type, id).worker_id("100231").department("Sales").zone("Europe/Berlin");
}
inline an_event e06()
{
    return dana("worker.terminated", "06")
        .entered("2026-11-25T14:05:00Z")
        .process("p6")
        .ends("2026-12-31")
        .last_day("2026-12-18");
}
inline an_event e08()
{
    return dana("worker.termination_rescinded", "08")
        .entered("2026-12-02T11:00:00Z")
        .rescinds("p6")
        .effective("2026-12-31");
}

inline an_event contractor(const char* type, const char* id)
{
    return an_event(type, id)
        .worker_id("C-2077")
        .kind("contingent_worker")
        .department("Marketing")
        .zone("Europe/Warsaw");
}
inline an_event e02()
{
    return contractor("worker.hired", "02")
        .entered("2026-11-23T07:02:41Z")
        .process("p2")
        .starts("2026-11-23")
        .ends("2027-03-31");
}
inline an_event e14()
{
    return an_event("worker.converted", "14")
        .entered("2026-12-15T09:30:00Z")
        .process("p14")
        .starts("2027-01-04")
        .worker_id("100513")
        .department("Marketing")
        .zone("Europe/Warsaw");
}
inline an_event e15()
{
    return contractor("worker.contract_ended", "15")
        .entered("2026-12-15T09:31:12Z")
        .process("p15")
        .effective("2027-01-03")
        .ends("2027-01-03")
        .last_day("2027-01-03");
}

inline an_event move(const char* id, std::string_view entered, const char* department)
{
    return dana("worker.changed", id)
        .entered(entered)
        .process(std::string("p") + id)
        .effective("2026-11-23")
        .department(department);
}

} // namespace jmld::test

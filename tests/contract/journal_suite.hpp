// What every journal must do, whatever it is made of: include this, give a maker that opens journals over one content,
// and JMLD_INSTANTIATE_JOURNAL_SUITE(Name, maker). It tests nothing that only one of them has (files, threads, hooks).
#pragma once

#include "tests/contract/accepting_suite.hpp"
#include "tests/contract/events_suite.hpp"
#include "tests/contract/manners_suite.hpp"
#include "tests/contract/operators_suite.hpp"
#include "tests/contract/people_suite.hpp"
#include "tests/contract/runs_suite.hpp"

#define JMLD_INSTANTIATE_JOURNAL_SUITE(name, maker)                                                                    \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalAccepting, maker);                                                     \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalEvents, maker);                                                        \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalRuns, maker);                                                          \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalPeople, maker);                                                        \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalManners, maker);                                                       \
    INSTANTIATE_TYPED_TEST_SUITE_P(name, JournalOperators, maker)

# The warnings every target of ours is built with, and jmld_library(), which gives each folder the same settings.
add_library(jmld_warnings INTERFACE)
target_compile_options(jmld_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough -Wthread-safety)
if(JMLD_WARNINGS_AS_ERRORS)
    target_compile_options(jmld_warnings INTERFACE -Werror)
endif()

# What Asio and Beast must be compiled with everywhere, or the one-definition rule breaks.
add_library(jmld_asio INTERFACE)
target_compile_definitions(jmld_asio INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(jmld_asio INTERFACE Boost::headers Threads::Threads)

# jmld_library(NAME sources... [LINKS a b]): a static library of one folder; include paths start at the top of the
# repository. LINKS are public. Without sources it is an INTERFACE library, so that others can name it before its files exist.
function(jmld_library name)
    cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
    if(arg_UNPARSED_ARGUMENTS)
        add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
        target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
        target_link_libraries(${name} PRIVATE jmld_warnings PUBLIC ${arg_LINKS})
    else()
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
        target_link_libraries(${name} INTERFACE ${arg_LINKS})
    endif()
endfunction()

# jmld_test(NAME LIBRARIES a b SOURCES x.cpp ...): one GoogleTest program, each of its cases a ctest of its own, found when
# ctest runs (building runs nothing). Without sources there is no program.
function(jmld_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
    if(NOT arg_SOURCES)
        return()
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE jmld_warnings ${arg_LIBRARIES} jmld_test_places GTest::gmock GTest::gtest_main)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

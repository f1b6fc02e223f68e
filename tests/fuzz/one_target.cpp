// The door for libFuzzer: built once for each target, whose name CMake hands in. No other file knows libFuzzer.
#include "tests/fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    jmld::fuzz::JMLD_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}

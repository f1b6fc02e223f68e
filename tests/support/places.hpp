// Where this build's source tree and programs stand. The paths are compiled into one small generated file, never handed
// over on the command line: so the object of every test is the same in every clone, and ccache can share it.
#pragma once

namespace jmld::test {

extern const char* const source_folder;  ///< top of the repository
extern const char* const program_folder; ///< jmld, jmlctl, okta-sim
extern const char* const test_folder;    ///< the tests' own programs and libraries

} // namespace jmld::test

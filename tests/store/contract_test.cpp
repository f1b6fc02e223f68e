// Both journals under the one suite.
#include "store/journals.hpp"
#include "tests/contract/journal_suite.hpp"
#include "tests/support/temporary_folder.hpp"

namespace jmld::test {

struct memory_maker
{
    std::unique_ptr<runtime::journal> open(const boost::asio::any_io_executor&)
    {
        return std::make_unique<store::memory_journal>(content);
    }
    std::shared_ptr<store::memory_store> content = store::make_memory_store();
};

struct sqlite_maker
{
    std::unique_ptr<runtime::journal> open(const boost::asio::any_io_executor& executor)
    {
        auto opened = store::open_sqlite_journal(executor, {.path = folder.file("jmld.db")});
        if (!opened)
            throw std::runtime_error(opened.error().what);
        return std::move(*opened);
    }
    temporary_folder folder;
};

JMLD_INSTANTIATE_JOURNAL_SUITE(Memory, memory_maker);
JMLD_INSTANTIATE_JOURNAL_SUITE(Sqlite, sqlite_maker);

} // namespace jmld::test

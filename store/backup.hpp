// A copy of the database into a new file, some pages at a time on the writer's connection, so that commits go on in
// between and are in the copy as well. It knows no table.
#pragma once

#include "store/sqlite.hpp"

#include <memory>
#include <string>

struct sqlite3_backup;

namespace jmld::store {

class backup
{
public:
    /// Creates the file, readable for its owner only. Errors: conflict (it is there), invalid_input (it cannot be
    /// created).
    static result<std::unique_ptr<backup>> begin(connection& from, const std::string& file);
    /// What is not finished is taken away again.
    ~backup();
    backup(const backup&) = delete;
    backup& operator=(const backup&) = delete;

    /// True: the copy is complete and on disk. Errors: overloaded (no room), or as SQLite says; then it is over.
    result<bool> step(int pages);

private:
    explicit backup(std::string file) : file_(std::move(file)) {}
    result<bool> finish();

    struct closer
    {
        void operator()(sqlite3* db) const;
    };
    std::string file_;
    std::unique_ptr<sqlite3, closer> copy_;
    sqlite3_backup* under_way_ = nullptr; ///< ends before copy_
    bool complete_ = false;
};

} // namespace jmld::store

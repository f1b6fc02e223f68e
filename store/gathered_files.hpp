// A layer under SQLite that gathers writes which follow each other and hands them to the system as one: a commit puts
// every page and its header into the log with a call of its own. It promises no more than the layer below, and keeps
// nothing back beyond the next sync, read or question about the size.
#pragma once

namespace jmld::store {

/// Registers the layer over whatever SQLite's default layer is now, once for each such default, and gives its name for
/// sqlite3_open_v2; null when SQLite does not take it. Only for a connection with synchronous=FULL, which syncs before
/// it shows others what it wrote. Any thread.
const char* gathered_files();

} // namespace jmld::store

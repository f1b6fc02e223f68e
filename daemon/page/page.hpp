// The operators' page as routes: its files, which stand in the binary. It holds no data and needs no token; everything
// that it shows is asked of the operations API by the browser.
#pragma once

#include "daemon/http/router.hpp"

#include <string_view>
#include <vector>

namespace jmld::daemon {

struct page_file
{
    std::string_view path, type, content;
};
/// Made from the files of this folder when jmld is built.
const std::vector<page_file>& page_files();

result<void> add_page_routes(router& routes);

} // namespace jmld::daemon

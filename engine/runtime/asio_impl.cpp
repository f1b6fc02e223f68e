// The one file in which Asio itself is compiled (BOOST_ASIO_SEPARATE_COMPILATION), so that every other file only sees
// its declarations. It holds nothing of ours; Asio's TLS part and Beast are compiled in connectors/beast_impl.cpp.
#include <boost/asio/impl/src.hpp>

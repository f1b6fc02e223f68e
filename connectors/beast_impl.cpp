// The one file in which Beast and the TLS part of Asio are compiled (separate compilation), shared by client and
// server. It holds nothing of ours.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>

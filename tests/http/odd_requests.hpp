// Requests that two readers could read differently, or that no proper client sends, with the answer each must get. The
// bytes after a header hold a second request, `/smuggled`, wherever a lenient reader would find one.
#pragma once

#include <string>
#include <vector>

namespace jmld::tests {

struct odd_request
{
    std::string name;
    std::string bytes;
    int status;
};

inline const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// A POST whose framing headers are `fields`, followed by `body`.
inline std::string post(const std::string& fields, const std::string& body)
{
    return "POST /first HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

/// Judged on the header alone.
inline std::vector<odd_request> odd_headers()
{
    const std::string chunked_body = "0\r\n\r\n" + smuggled;
    std::vector<odd_request> all;
    auto const add = [&](std::string name, std::string bytes, int status = 400) {
        all.push_back({std::move(name), std::move(bytes), status});
    };
    for (auto const* coding : {"xchunked",
                               "chunked, identity",
                               "identity, chunked",
                               "gzip, chunked",
                               "chunked, chunked",
                               "identity",
                               "gzip",
                               "",
                               "chunked;q=1",
                               "\"chunked\"",
                               "'chunked'",
                               "chunked,",
                               ",chunked",
                               "chunked chunked",
                               "chun ked",
                               "chunked\x0b",
                               "\x0b"
                               "chunked",
                               "cow",
                               "x: chunked",
                               "chunked\x80",
                               "deflate",
                               "compress"})
        add("transfer-encoding " + std::string(coding),
            post("Transfer-Encoding: " + std::string(coding) + "\r\n", chunked_body));
    add("two transfer-encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked_body));
    add("two transfer-encodings, one unknown",
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", chunked_body));
    add("transfer-encoding in HTTP/1.0",
        "POST /first HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked_body);
    add("chunked and content-length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunked_body));
    add("content-length and chunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunked_body));
    add("chunked and content-length 0", post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", chunked_body));

    for (auto const* length : {"5, 5",
                               "5,5",
                               "+5",
                               "-5",
                               "-1",
                               "5 5",
                               "0x5",
                               "5.0",
                               "5e1",
                               "",
                               "five",
                               "18446744073709551616",
                               "99999999999999999999999",
                               "5;",
                               "5\x0b",
                               "\"5\"",
                               "05a",
                               "\xd9\xa5",
                               "0, 5",
                               ",5",
                               "5,"})
        add("content-length " + std::string(length),
            post("Content-Length: " + std::string(length) + "\r\n", "hello" + smuggled));
    add("two equal content-lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello" + smuggled));
    add("two different content-lengths", post("Content-Length: 0\r\nContent-Length: 38\r\n", smuggled));
    add("content-length in two cases", post("Content-Length: 0\r\ncontent-length: 38\r\n", smuggled));

    add("space before colon", post("Content-Length : 5\r\n", "hello" + smuggled));
    add("tab before colon", post("Transfer-Encoding\t: chunked\r\n", chunked_body));
    add("space before name", post(" Content-Length: 5\r\n", "hello" + smuggled));
    add("obs-fold", post("X-A: 1\r\n 2\r\n", smuggled));
    add("obs-fold of transfer-encoding", post("Transfer-Encoding:\r\n chunked\r\n", chunked_body));
    add("first header folded", "GET /first HTTP/1.1\r\n Host: a\r\n\r\n");
    add("no colon", post("Content-Length\r\n", smuggled));
    add("no name", post(": 5\r\n", smuggled));
    add("name with a space", post("Content Length: 5\r\n", smuggled));
    add("name with a slash", post("Content/Length: 5\r\n", smuggled));
    add("name with UTF-8", post("Content-Length\xc3\xa9: 5\r\n", smuggled));
    add("name in brackets", post("[Transfer-Encoding]: chunked\r\n", chunked_body));
    add("name with an underlined control", post("Content-Length\x01: 5\r\n", smuggled));
    add("NUL in a value", post(std::string("X-A: b\0c\r\n", 10), smuggled));
    add("NUL in a name", post(std::string("X\0A: b\r\n", 8), smuggled));
    add("bell in a value", post("X-A: b\x07"
                                "c\r\n",
                                smuggled));
    add("DEL in a value", post("X-A: b\x7f\r\n", smuggled));

    add("bare LF after the request line", "GET /first HTTP/1.1\nHost: a\r\n\r\n");
    add("bare LF after a header", post("X-A: 1\nContent-Length: 5\r\n", "hello" + smuggled));
    add("bare LF at the end", "GET /first HTTP/1.1\r\nHost: a\r\n\n" + smuggled);
    add("only LFs", "GET /first HTTP/1.1\nHost: a\n\n" + smuggled);
    add("bare CR in a value", post("X-A: 1\rContent-Length: 5\r\n", "hello" + smuggled));
    add("bare CR before the name", post("\rX-A: 1\r\n", smuggled));
    add("CR CR LF", post("X-A: 1\r\r\n", smuggled));
    add("empty line first", "\r\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("empty LF first", "\nGET /first HTTP/1.1\r\nHost: a\r\n\r\n");

    add("no host", "GET /first HTTP/1.1\r\nX-A: 1\r\n\r\n");
    add("no host and no header", "GET /first HTTP/1.1\r\n\r\n");
    add("no host in HTTP/1.0", "GET /first HTTP/1.0\r\nX-A: 1\r\n\r\n");
    add("two hosts", "GET /first HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    add("two equal hosts", "GET /first HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n");
    for (auto const* host : {"", "a b", "a/b", "a@b", "a,b", "a\tb", "a?b", "a#b", "a\\b", "h\xc3\xb6st", "<a>"})
        add("host " + std::string(host), "GET /first HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");

    for (auto const* target :
         {"http://a/first", "https://a/first", "HTTP://a/", "a:443", "a", "*", "", "?q", "//a/first#f", "/first#f",
          "/a b", "/a\tb", "/\x7f", "/\x01", "/caf\xc3\xa9", "/\xff", "\\first", "file:///etc/passwd", "/\xe2\x80\xae"})
        add("target " + std::string(target), "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    add("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    add("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    add("two spaces", "GET  /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("two spaces before the version", "GET /first  HTTP/1.1\r\nHost: a\r\n\r\n");
    add("tabs for spaces", "GET\t/first\tHTTP/1.1\r\nHost: a\r\n\r\n");
    add("space before the method", " GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("space after the version", "GET /first HTTP/1.1 \r\nHost: a\r\n\r\n");
    add("HTTP/0.9", "GET /first\r\n\r\n");
    add("only a word", "HELLO\r\n\r\n");
    add("no method", " /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("lower-case method", "get /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("method with a bracket", "G(T /first HTTP/1.1\r\nHost: a\r\n\r\n");
    add("method without end", std::string(33, 'A') + " /first HTTP/1.1\r\nHost: a\r\n\r\n");
    for (auto const* version : {"HTTP/2.0", "HTTP/1.2", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9", "HTTP/0.0"})
        add(version, "GET /first " + std::string(version) + "\r\nHost: a\r\n\r\n", 505);
    for (auto const* version : {"http/1.1", "HTTP/1", "HTTP/1.", "HTTP/1.10", "HTTP/11", "HTTP/1,1", "HTTP /1.1",
                                "HTTPS/1.1", "ICY/1.1", "HTTP/01.1"})
        add("version " + std::string(version), "GET /first " + std::string(version) + "\r\nHost: a\r\n\r\n");
    add("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    add("TLS to a plain port", std::string("\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 11));

    add("upgrade", "GET /first HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    add("upgrade to h2c", "GET /first HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
                          "h2c\r\nHTTP2-Settings: AA\r\n\r\n");
    add("upgrade unlisted", "GET /first HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n");
    add("connection upgrade alone", "GET /first HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, upgrade\r\n\r\n");

    for (auto const* expect : {"200-ok", "100-continue, x", "", "continue", "100-continue;q=1"})
        add("expect " + std::string(expect),
            post("Content-Length: 5\r\nExpect: " + std::string(expect) + "\r\n", "hello" + smuggled), 417);
    add("two expectations",
        post("Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n", "hello" + smuggled), 417);

    std::string many;
    for (int i = 0; i < 64; ++i)
        many += "X-" + std::to_string(i) + ": 1\r\n";
    add("65 headers", "GET /first HTTP/1.1\r\nHost: a\r\n" + many + "\r\n", 431);
    add("a header of 9000 bytes", "GET /first HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(9000, 'a') + "\r\n\r\n", 431);
    add("a target of 9000 bytes", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431);
    add("a header without end", std::string(8192, 'A'), 431);
    return all;
}

/// Proper headers whose bodies are not.
inline std::vector<odd_request> odd_bodies()
{
    std::vector<odd_request> all;
    for (auto const& [name, body] : std::vector<std::pair<std::string, std::string>>{
             {"chunk extension", "5;a=b\r\nhello\r\n0\r\n\r\n"},
             {"chunk extension without value", "5;a\r\nhello\r\n0\r\n\r\n"},
             {"chunk extension on the last chunk", "5\r\nhello\r\n0;a=b\r\n\r\n"},
             {"chunk extension with spaces", "5 ; a=b\r\nhello\r\n0\r\n\r\n"},
             {"chunk extension with a line end in quotes", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"},
             {"trailer", "5\r\nhello\r\n0\r\nX-A: 1\r\n\r\n"},
             {"trailer that frames", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"},
             {"trailer that is a host", "0\r\nHost: b\r\n\r\n"},
             {"space after the size", "5 \r\nhello\r\n0\r\n\r\n"},
             {"tab after the size", "5\t\r\nhello\r\n0\r\n\r\n"},
             {"space before the size", " 5\r\nhello\r\n0\r\n\r\n"},
             {"plus before the size", "+5\r\nhello\r\n0\r\n\r\n"},
             {"minus before the size", "-5\r\nhello\r\n0\r\n\r\n"},
             {"0x before the size", "0x5\r\nhello\r\n0\r\n\r\n"},
             {"size with a dot", "5.0\r\nhello\r\n0\r\n\r\n"},
             {"size that is no number", "five\r\nhello\r\n0\r\n\r\n"},
             {"empty size", "\r\nhello\r\n0\r\n\r\n"},
             {"size over 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
             {"size of 16 f", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
             {"bare LF after the size", "5\nhello\r\n0\r\n\r\n"},
             {"bare LF after the data", "5\r\nhello\n0\r\n\r\n"},
             {"bare CR after the size", "5\rhello\r\n0\r\n\r\n"},
             {"chunk too short", "5\r\nhell\r\n0\r\n\r\n"},
             {"chunk too long", "5\r\nhello!\r\n0\r\n\r\n"},
             {"no line end after the data", "5\r\nhello0\r\n\r\n"},
             {"bare LF at the end", "5\r\nhello\r\n0\r\n\n"},
             {"bare LFs at the end", "5\r\nhello\r\n0\n\n"},
             {"NUL in the size", std::string("5\0\r\nhello\r\n0\r\n\r\n", 17)},
             {"a size line without end", std::string(300, '0')},
         })
        all.push_back({name, post("Transfer-Encoding: chunked\r\n", body + smuggled), 400});
    for (auto& one : all) {
        if (one.name == "size of 16 f" || one.name == "chunk too short")
            one.status = 0; // any refusal: it can be too large before it is wrong
    }
    // The handler may have a better reason to refuse: another path, another method.
    for (const std::string method : {"GET", "HEAD", "DELETE"}) {
        const auto head = method + " /first HTTP/1.1\r\nHost: a\r\n";
        all.push_back({method + " with a body", head + "Content-Length: 38\r\n\r\n" + smuggled, 400});
        all.push_back({method + " with chunks", head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, 400});
    }
    return all;
}

} // namespace jmld::tests

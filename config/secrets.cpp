// Fetches secrets: from systemd's credentials directory, from a file nobody else may read, from the environment. The
// text never enters a message.
#include "config/secrets.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace jmld::config {

secret::~secret() { wipe(); }

secret::secret(secret&& other) noexcept : text_(std::move(other.text_))
{
    other.wipe(); // a short text is copied when it is moved
}

secret& secret::operator=(secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        other.wipe();
    }
    return *this;
}

void secret::wipe()
{
    text_.resize(text_.capacity());
    OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
}

namespace {

constexpr std::size_t bytes_max = 64 * 1024;

class descriptor
{
public:
    explicit descriptor(const std::filesystem::path& file) : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

result<secret> checked(std::string text, std::string_view where)
{
    if (text.ends_with('\n'))
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
    secret held(std::move(text));
    if (held.empty())
        return failure(errc::invalid_input, fmt::format("the secret in {} is empty", where));
    if (held.reveal().find('\0') != std::string::npos)
        return failure(errc::invalid_input, fmt::format("the secret in {} holds a NUL byte", where));
    return held;
}

result<secret> read_open_file(int file, std::string_view where)
{
    std::array<char, bytes_max + 1> bytes{};
    std::size_t held = 0;
    ssize_t got = 0;
    do {
        got = ::read(file, bytes.data() + held, bytes.size() - held);
        if (got > 0)
            held += static_cast<std::size_t>(got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    const int code = errno;
    std::string text(bytes.data(), held);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    secret guarded(std::move(text));
    if (got < 0)
        return failure(errc::not_found, fmt::format("{} cannot be read: {}", where, std::strerror(code)));
    if (held > bytes_max)
        return failure(errc::too_large, fmt::format("{} has more than {} bytes; that is no secret", where, bytes_max));
    return checked(guarded.reveal(), where);
}

/// Mode and content are looked at through one descriptor, so that nobody swaps the file in between.
result<secret> read_file(const std::filesystem::path& file, bool check_mode, std::string_view where)
{
    const descriptor opened(file);
    if (opened.number() < 0)
        return failure(errno == EACCES ? errc::forbidden : errc::not_found,
                       fmt::format("{} cannot be opened: {}", where, std::strerror(errno)));
    struct stat status = {};
    if (::fstat(opened.number(), &status) != 0 || !S_ISREG(status.st_mode))
        return failure(errc::invalid_input, fmt::format("{} is no regular file", where));
    if (check_mode && (status.st_mode & 0077u) != 0)
        return failure(errc::forbidden,
                       fmt::format("{} may be read or written by others (mode {:04o})", where, status.st_mode & 07777u),
                       fmt::format("chmod 600 {}", file.string()));
    return read_open_file(opened.number(), where);
}

} // namespace

result<secret> read_secret(const secret_reference& reference, const std::filesystem::path& credentials_directory)
{
    if (!reference.credential.empty()) {
        const std::string where = fmt::format("credential '{}'", reference.credential);
        if (credentials_directory.empty())
            return failure(
                errc::not_found, fmt::format("{} is not there: systemd handed in no credentials directory", where),
                fmt::format("LoadCredential={}:/path/to/file in the unit, or name the secret as {{file: PATH}}",
                            reference.credential));
        return read_file(credentials_directory / reference.credential, false, where);
    }
    if (!reference.file.empty())
        return read_file(reference.file, true, fmt::format("file '{}'", reference.file));
    if (!reference.env.empty()) {
        const char* text = std::getenv(reference.env.c_str()); // the one place that reads the environment for a secret
        if (text == nullptr)
            return failure(errc::not_found, fmt::format("the environment variable '{}' is not set", reference.env));
        return checked(text, fmt::format("environment variable '{}'", reference.env));
    }
    return failure(errc::invalid_input, "no secret is named", "{credential: NAME}, {file: PATH} or {env: NAME}");
}

} // namespace jmld::config

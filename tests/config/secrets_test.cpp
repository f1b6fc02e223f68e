// Secrets: where they may come from, and that they go nowhere else.
#include "config/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <type_traits>

namespace config = jmld::config;
using jmld::errc;
using testing::HasSubstr;

namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& content) { out << content; };

class Secrets : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = testing::TempDir() + "secrets-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path put(std::string_view content, mode_t mode = 0600)
    {
        const std::filesystem::path file = folder_ / "secret";
        std::ofstream(file, std::ios::binary) << content;
        ::chmod(file.c_str(), mode);
        return file;
    }
    jmld::result<config::secret> from_file(std::string_view content, mode_t mode = 0600)
    {
        return config::read_secret({{}, put(content, mode).string(), {}}, {});
    }

    std::filesystem::path folder_;
};

} // namespace

static_assert(!printable<config::secret>);
static_assert(!std::is_copy_constructible_v<config::secret>);

TEST_F(Secrets, AFileThatOnlyItsOwnerReadsGivesItsTextWithoutTheNewline)
{
    const auto read = from_file("whsec_abc\n");
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->reveal(), "whsec_abc");
    EXPECT_EQ(from_file("a\nb\n")->reveal(), "a\nb");
    EXPECT_EQ(from_file("a\r\n")->reveal(), "a");
}

TEST_F(Secrets, AFileThatOthersMayReadIsRefusedWithTheRemedy)
{
    for (const mode_t mode : {0640u, 0604u, 0620u, 0601u}) {
        const auto read = from_file("TOPSECRET", mode);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, errc::forbidden);
        EXPECT_THAT(read.error().remedy, HasSubstr("chmod 600"));
        EXPECT_EQ(read.error().what.find("TOPSECRET"), std::string::npos);
    }
}

TEST_F(Secrets, EmptyBinaryHugeAndMissingOnesAreRefused)
{
    EXPECT_EQ(from_file("").error().code, errc::invalid_input);
    EXPECT_EQ(from_file("\n").error().code, errc::invalid_input);
    EXPECT_EQ(from_file(std::string_view("a\0b", 3)).error().code, errc::invalid_input);
    EXPECT_EQ(from_file(std::string(70'000, 'x')).error().code, errc::too_large);
    EXPECT_EQ(config::read_secret({{}, (folder_ / "nothing").string(), {}}, {}).error().code, errc::not_found);
    EXPECT_EQ(config::read_secret({{}, folder_.string(), {}}, {}).error().code, errc::invalid_input);
    EXPECT_EQ(config::read_secret({}, {}).error().code, errc::invalid_input);
}

TEST_F(Secrets, ACredentialComesFromTheDirectoryHandedIn)
{
    put("from systemd\n", 0440);
    EXPECT_EQ(config::read_secret({"secret", {}, {}}, folder_)->reveal(), "from systemd");
    EXPECT_EQ(config::read_secret({"other", {}, {}}, folder_).error().code, errc::not_found);
    const auto without = config::read_secret({"secret", {}, {}}, {});
    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().remedy, HasSubstr("LoadCredential=secret:"));
}

TEST_F(Secrets, AVariableIsRead)
{
    ::setenv("JMLD_TEST_SECRET", "from-env", 1);
    EXPECT_EQ(config::read_secret({{}, {}, "JMLD_TEST_SECRET"}, {})->reveal(), "from-env");
    ::unsetenv("JMLD_TEST_SECRET");
    EXPECT_EQ(config::read_secret({{}, {}, "JMLD_TEST_SECRET"}, {}).error().code, errc::not_found);
}

TEST_F(Secrets, MovingLeavesNothingBehind)
{
    for (const std::size_t length : {5u, 500u}) {
        config::secret first(std::string(length, 's'));
        const config::secret second(std::move(first));
        EXPECT_TRUE(first.empty());
        EXPECT_EQ(second.reveal().size(), length);
    }
}

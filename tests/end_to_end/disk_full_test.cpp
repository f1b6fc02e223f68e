// A disk without room: nothing is promised, nothing that was promised is lost, and room is enough to go on. It needs a
// small file system of its own, so it runs only where one can be mounted.
#include "tests/end_to_end/stack.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;

class small_disk
{
public:
    small_disk()
        : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=3m") == 0), why_(std::strerror(errno))
    {}
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;
    ~small_disk()
    {
        if (mounted_)
            ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    const std::string& why() const { return why_; }
    std::string file(const std::string& name) const { return folder_.file(name); }

    void fill() const
    {
        const int handle = ::open(file("filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ASSERT_GE(handle, 0);
        for (std::size_t piece = 65'536; piece > 0; piece /= 2) {
            const std::string bytes(piece, 'x');
            while (::write(handle, bytes.data(), bytes.size()) > 0) {
            }
        }
        ::close(handle);
    }
    void make_room() const { ::unlink(file("filler").c_str()); }

private:
    test::temporary_folder folder_;
    bool mounted_;
    std::string why_;
};

TEST(DiskFull, NothingIsPromisedAndRoomIsEnoughToGoOn)
{
    const small_disk disk;
    if (!disk.mounted())
        GTEST_SKIP() << "no small file system can be mounted here (" << disk.why() << ")";
    stack here(stack_options{.database = disk.file("jmld.db")});
    here.start();
    std::vector<std::string> accepted;
    std::optional<std::string> refused;
    const auto body_of = [](const std::string& id) {
        return hire(id, {.number = id, .last = "N" + id, .start = day(40)});
    };
    const auto try_one = [&](const std::string& id) {
        const auto answer = here.hand_in(body_of(id));
        if (answer.status == 202) {
            accepted.push_back(id);
            return;
        }
        ASSERT_EQ(answer.status, 503) << answer.body;
        EXPECT_NE(http::find_header(answer.headers, "retry-after"), nullptr);
        refused = id;
    };
    try_one("1000");
    disk.fill();
    for (int next = 1001; !refused && next < 2000;
         ++next) // what the log has taken from the disk already can still be written to
        try_one(std::to_string(next));
    ASSERT_TRUE(refused) << "the disk was full and everything was accepted";
    const auto red = here.ask("GET", "/readyz?verbose", {}, "");
    EXPECT_EQ(red.status, 503) << red.body;
    EXPECT_THAT(red.body, HasSubstr("[-] store"));
    EXPECT_EQ(here.ask("GET", "/livez", {}, "").status, 200);
    EXPECT_EQ(here.ask("GET", "/v1/events/" + *refused).status, 404) << "nothing is kept of what was refused";

    disk.make_room();
    here.await("readiness, without anybody's help", [&] { return here.ask("GET", "/readyz", {}, "").status == 200; });
    const auto again = here.hand_in(body_of(*refused));
    EXPECT_EQ(again.status, 202) << again.body;
    EXPECT_EQ(json_of(again.body)["status"].text_or(), "accepted");
    accepted.push_back(*refused);
    here.await("a decision for every event", [&] { return here.get("/v1/status")["events"]["undecided"].is_null(); });
    for (const auto& id : accepted)
        EXPECT_EQ(here.get("/v1/events/" + id)["decision"].text_or(), "scheduled") << id;
    EXPECT_EQ(here.stop(), 0);
    EXPECT_EQ(integrity_of(here.database()), "ok");
}

} // namespace
} // namespace jmld::end_to_end

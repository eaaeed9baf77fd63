// Starting and refusing to start: exit codes, one clear line, nothing changed.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The server has to end by itself with exit code 1 and one line on stderr, which is returned.
std::string RefusalOf(ServerProcess& server) {
  const std::optional<int> code = server.Wait();
  EXPECT_EQ(code, 1) << "still running, or died otherwise: " << server.Output();
  const std::string line = server.Errors();
  EXPECT_THAT(line, StartsWith("kvasir-server: "));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  return line;
}

TEST(StartTest, VersionAndHelpAnswerWithoutStarting) {
  for (const std::string option : {"--version", "-v", "--help", "-h"}) {
    ServerProcess server;
    server.SpawnBare({option});
    EXPECT_EQ(server.Wait(), 0);
    EXPECT_EQ(server.Errors(), "");
    EXPECT_THAT(server.Output(), option.find('v') != std::string::npos
                                     ? HasSubstr("v=" KVASIR_VERSION)
                                     : HasSubstr("Usage: kvasir-server"));
  }
}

TEST(StartTest, SaysWhereItListensAndWhereTheDataLies) {
  ServerProcess server;
  server.Start();
  EXPECT_THAT(server.Output(), HasSubstr("127.0.0.1:" + std::to_string(server.port())));
  EXPECT_THAT(server.Output(), HasSubstr(server.directory()));
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  EXPECT_EQ(server.Errors(), "");
}

TEST(StartTest, APortInUseIsRefused) {
  ServerProcess first;
  first.Start();
  ServerProcess second({"--port", std::to_string(first.port())});
  second.Spawn();
  const std::string line = RefusalOf(second);
  EXPECT_THAT(line, HasSubstr("127.0.0.1:" + std::to_string(first.port())));
  EXPECT_THAT(line, HasSubstr("address already in use"));
  EXPECT_EQ(Client(first).Run({"PING"}), "PONG");
}

TEST(StartTest, ADirectoryInUseIsRefusedAndNamesTheHolder) {  // D9
  ServerProcess first;
  first.Start();
  EXPECT_EQ(Client(first).Run({"SET", "k", "v"}), "OK");
  const std::string before = DescribeTree(first.directory());
  ServerProcess second({"--dir", first.directory()});
  second.Spawn();
  EXPECT_THAT(RefusalOf(second), HasSubstr("locked by process " + std::to_string(first.pid())));
  EXPECT_EQ(DescribeTree(first.directory()), before);
  // The lock ends with its holder, however that ended.
  first.Kill(SIGKILL);
  second.Start();
  EXPECT_EQ(Client(second).Run({"GET", "k"}), "v");
}

TEST(StartTest, AMissingDirectoryIsRefused) {
  ServerProcess server({"--dir", "/nonexistent/kvasir"});
  server.Spawn();
  const std::string line = RefusalOf(server);
  EXPECT_THAT(line, HasSubstr("/nonexistent/kvasir"));
  EXPECT_THAT(line, HasSubstr("No such file or directory"));
}

TEST(StartTest, ADirectoryThatCannotBeWrittenToIsRefused) {
  // /proc takes no files from anybody, root included.
  ServerProcess server({"--dir", "/proc/self"});
  server.Spawn();
  EXPECT_THAT(RefusalOf(server), HasSubstr("/proc/self"));
}

TEST(StartTest, AFileInThePlaceOfTheLogIsRefused) {
  ServerProcess server;
  WriteFile(server.directory() + "/appendonlydir", "not a directory");
  server.Spawn();
  EXPECT_THAT(RefusalOf(server), HasSubstr("appendonlydir"));
  EXPECT_EQ(ReadFile(server.directory() + "/appendonlydir"), "not a directory");
}

TEST(StartTest, DamageInTheMiddleOfTheLogIsRefusedAndNothingIsChanged) {  // D4
  ServerProcess server({"--appendfsync", "always"});
  server.Start();
  {
    Client client(server);
    for (int i = 0; i < 200; ++i) client.Run({"SET", "key" + std::to_string(i), "value"});
  }
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  const std::string path = server.IncrementPath();
  std::string content = ReadFile(path);
  content[content.size() / 2] ^= 1;
  WriteFile(path, content);
  const std::string before = DescribeTree(server.directory() + "/appendonlydir");
  server.Spawn();
  const std::string line = RefusalOf(server);
  EXPECT_THAT(line, HasSubstr(std::filesystem::path(path).filename().string()));
  EXPECT_THAT(line, HasSubstr("offset"));
  EXPECT_EQ(DescribeTree(server.directory() + "/appendonlydir"), before);
}

TEST(StartTest, AnUnknownDirectiveIsRefusedWithItsPlace) {
  ServerProcess server;
  const std::string config = server.root() + "/bad.conf";
  WriteFile(config, "port 0\n\n# comment\nno-such-directive yes\n");
  server.SpawnBare({config});
  const std::string line = RefusalOf(server);
  EXPECT_THAT(line, HasSubstr("no-such-directive"));
  EXPECT_THAT(line, HasSubstr("bad.conf:4"));
  server.SpawnBare({"--no-such-directive", "yes"});
  EXPECT_THAT(RefusalOf(server), HasSubstr("no-such-directive"));
  server.SpawnBare({server.root() + "/absent.conf"});
  EXPECT_THAT(RefusalOf(server), HasSubstr("absent.conf"));
  server.SpawnBare({"--port", "seventy"});
  EXPECT_THAT(RefusalOf(server), HasSubstr("port"));
}

TEST(StartTest, AConfigFileIsReadAndUnsupportedDirectivesAreWarnedAbout) {
  ServerProcess server;
  const std::string config = server.root() + "/redis.conf";
  WriteFile(config, "# as redis-server takes it\nbind 127.0.0.1\nport " +
                        std::to_string(server.port()) + "\ndir " + server.directory() +
                        "\nrequirepass \"a b\"\ncluster-enabled no\nsave \"\"\n");
  server.SpawnBare({config, "--appendfsync", "always"});
  ASSERT_TRUE(server.WaitUntilReady()) << server.Errors();
  EXPECT_THAT(server.Output(), HasSubstr("redis.conf:6"));
  EXPECT_THAT(server.Output(), HasSubstr("cluster-enabled"));
  RawSocket client(server.port());
  EXPECT_EQ(client.Run({"GET", "k"}), "-NOAUTH Authentication required.");
  EXPECT_EQ(server.Kill(SIGTERM), 0);
}

TEST(StartTest, AUnixSocketServesAndIsRemovedAtTheEnd) {
  ServerProcess server;
  const std::string path = server.root() + "/socket";
  server.arguments() = {"--unixsocket", path, "--unixsocketperm", "700"};
  server.Start();
  {
    RawSocket client(path);
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  }
  // What a killed server left behind does not hinder the next one.
  server.Kill(SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(path));
  server.Start();
  EXPECT_EQ(RawSocket(path).Run({"GET", "k"}), "v");
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(StartTest, WithoutLogAndSavePointsNothingIsWrittenToTheDirectory) {
  ServerProcess server({"--appendonly", "no", "--save", ""});
  server.Start();
  EXPECT_EQ(Client(server).Run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(server.Kill(SIGTERM), 0);
  EXPECT_TRUE(std::filesystem::is_empty(server.directory()));
  server.Start();
  EXPECT_EQ(Client(server).Run({"GET", "k"}), "(nil)");
}

}  // namespace
}  // namespace kvasir

// Users of a real server: from its configuration, from its file, and over a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/client.h"
#include "tests/support/server_process.h"
#include "tests/support/temp_directory.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(AclFileTest, UsersOfAFileAreThereAfterARestart) {
  TempDirectory directory;
  const std::string path = directory.path() + "/users.acl";
  WriteFile(path, "user default on nopass ~* &* +@all\nuser bob on >pw ~b* +@all\n");
  ServerProcess server({"--aclfile", path});
  server.Start();
  Client client(server.port());
  EXPECT_EQ(client.Run({"ACL", "SETUSER", "eve", "on", "nopass", "+ping"}), "OK");
  EXPECT_EQ(client.Run({"ACL", "SAVE"}), "OK");
  server.Kill(SIGKILL);
  server.Start();
  Client again(server.port());
  EXPECT_EQ(again.Run({"AUTH", "eve", "x"}), "OK");
  EXPECT_EQ(again.Run({"PING"}), "PONG");
  EXPECT_THAT(again.Run({"GET", "k"}), StartsWith("-NOPERM"));
  EXPECT_EQ(again.Run({"AUTH", "bob", "pw"}), "OK");
  EXPECT_EQ(again.Run({"SET", "b", "v"}), "OK");
  EXPECT_THAT(again.Run({"SET", "c", "v"}), StartsWith("-NOPERM"));
}

TEST(AclFileTest, ABadFileStopsTheStartWithItsLine) {
  TempDirectory directory;
  const std::string path = directory.path() + "/users.acl";
  WriteFile(path, "user default on nopass ~* &* +@all\nuser bob +nosuch\n");
  ServerProcess server({"--aclfile", path});
  server.Spawn();
  EXPECT_EQ(server.Wait(), 1);
  EXPECT_THAT(server.Errors(), HasSubstr("users.acl:2: Error in applying operation '+nosuch'"));
}

TEST(AclFileTest, TheLogIsReplayedWhateverTheDefaultUserMayDo) {
  ServerProcess server;
  server.Start();
  Client client(server.port());
  EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
  server.Kill(SIGKILL);
  server.arguments() = {"--user", "default", "off", "--user", "bob", "on", "nopass", "~*", "+get"};
  server.Start();
  Client again(server.port());
  EXPECT_THAT(again.Run({"GET", "k"}), StartsWith("-NOAUTH"));
  EXPECT_EQ(again.Run({"AUTH", "bob", "x"}), "OK");
  EXPECT_EQ(again.Run({"GET", "k"}), "v");
}

}  // namespace
}  // namespace kvasir

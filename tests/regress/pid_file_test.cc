// A second server that could not start used to put its own number into the pid file of the first.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/server_process.h"

namespace kvasir {
namespace {

TEST(PidFileTest, ARefusedStartLeavesThePidFileOfTheRunningServer) {
  ServerProcess first;
  const std::string pid_file = first.root() + "/pid";
  first.arguments() = {"--pidfile", pid_file};
  first.Start();
  const std::string holder = std::to_string(first.pid()) + "\n";
  EXPECT_EQ(ReadFile(pid_file), holder);
  ServerProcess same_port({"--port", std::to_string(first.port()), "--pidfile", pid_file});
  same_port.Spawn();
  EXPECT_EQ(same_port.Wait(), 1);
  ServerProcess same_directory({"--dir", first.directory(), "--pidfile", pid_file});
  same_directory.Spawn();
  EXPECT_EQ(same_directory.Wait(), 1);
  EXPECT_EQ(ReadFile(pid_file), holder);
  EXPECT_EQ(first.Kill(SIGTERM), 0);
  EXPECT_FALSE(std::filesystem::exists(pid_file));
}

TEST(PidFileTest, AServerThatCannotLoadItsLogLeavesNoPidFile) {
  ServerProcess server;
  const std::string pid_file = server.root() + "/pid";
  server.arguments() = {"--pidfile", pid_file};
  WriteFile(server.directory() + "/appendonlydir", "not a directory");
  server.Spawn();
  EXPECT_EQ(server.Wait(), 1);
  EXPECT_FALSE(std::filesystem::exists(pid_file));
}

}  // namespace
}  // namespace kvasir

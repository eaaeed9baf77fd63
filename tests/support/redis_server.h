// The real redis-server, where there is one, for tests of what both read and write:
//
//   if (!RedisServer::Present()) GTEST_SKIP() << "not installed";
//   RedisServer redis(directory, {"--appendonly", "no"});
//   EXPECT_EQ(redis.Run({"PING"}), "PONG");
//
// It ends with this object. THREAD: one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/client.h"

namespace kvasir {

class RedisServer {
 public:
  // Whether redis-server is installed, in version 7 or later.
  static bool Present();

  // Starts it in this directory and waits until it has loaded what is there; a test failure when
  // it ends instead.
  RedisServer(const std::string& directory, const std::vector<std::string>& arguments);
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string Run(const std::vector<std::string_view>& arguments) {
    return client_->Run(arguments);
  }
  // DEBUG DIGEST.
  std::string Digest() { return Run({"DEBUG", "DIGEST"}); }
  // What it wrote to its log.
  std::string Log() const;

 private:
  std::string directory_;
  int port_;
  std::unique_ptr<Client> client_;
};

}  // namespace kvasir

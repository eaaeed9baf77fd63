#include "tests/support/redis_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "tests/support/server_process.h"
#include "tests/support/temp_directory.h"

namespace kvasir {

bool RedisServer::Present() {
  return system("redis-server --version 2>/dev/null | grep -qE ' v=([7-9]|[1-9][0-9])\\.'") == 0;
}

RedisServer::RedisServer(const std::string& directory, const std::vector<std::string>& arguments)
    : directory_(directory), port_(FreePort()) {
  std::string command = "redis-server --daemonize yes --save '' --bind 127.0.0.1 --port " +
                        std::to_string(port_) + " --dir '" + directory + "' --logfile '" +
                        directory + "/redis.log' --enable-debug-command yes";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  EXPECT_EQ(system((command + " > /dev/null").c_str()), 0);
  constexpr int kPauseMs = 10;
  for (int waited = 0; waited < kPatienceMs; waited += kPauseMs) {
    client_ = std::make_unique<Client>(port_);
    if (Run({"PING"}) == "PONG") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    if (Log().find("Fatal error") != std::string::npos) break;
  }
  ADD_FAILURE() << "redis-server does not answer: " << Log();
}

RedisServer::~RedisServer() { Run({"SHUTDOWN", "NOSAVE"}); }

std::string RedisServer::Log() const { return ReadFile(directory_ + "/redis.log"); }

}  // namespace kvasir

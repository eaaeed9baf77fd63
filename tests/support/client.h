// A client as applications use one: hiredis (https://github.com/redis/hiredis), replies as text.
// THREAD: one.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/server_process.h"

namespace kvasir {

class Client {
 public:
  explicit Client(const ServerProcess& server) : Client(server.port()) {}
  explicit Client(int port);

  // The reply in the readable form of command_test.h; "(closed)" when there is none.
  std::string Run(const std::vector<std::string_view>& arguments);
  // For pipelines: requests that are sent with the first Next, and their replies in order.
  void Queue(const std::vector<std::string_view>& arguments);
  std::string Next();

  bool connected() const { return context_ != nullptr && context_->err == 0; }

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  std::unique_ptr<redisContext, Free> context_;
};

// The value of `field` in INFO's text; "" when it is not there.
std::string InfoField(const std::string& info, const std::string& field);

}  // namespace kvasir

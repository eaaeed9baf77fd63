// How a command waits for keys (Call::BlockOnKeys).
// THREAD: loop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "protocol/reply_writer.h"
#include "src/store/entry.h"

namespace kvasir {

struct KeyWait {
  ValueType type = ValueType::kString;  // the command runs again when a key holds such a value
  int64_t deadline_ms = 0;              // Unix time; 0: none
  // When the command is to run again whatever became of the keys: Unix time; 0: not by itself.
  int64_t again_ms = 0;
  // Writes the reply when the deadline has passed. LIFETIME: must not hold views of arguments.
  std::function<void(ReplyWriter&)> on_timeout;
  // What runs again in place of the command's own arguments, unless empty: for arguments that mean
  // what they meant when the wait began.
  std::vector<std::string> arguments;
  // Whether the command also runs again when a key is removed or gets a value of another type: it
  // has an error to reply then.
  bool needs_key = false;
};

}  // namespace kvasir

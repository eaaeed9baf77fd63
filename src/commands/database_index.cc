#include "src/commands/database_index.h"

#include <climits>

namespace kvasir {

int NextDatabaseIndex(ArgumentReader& read, Call& call) {
  const int64_t index = read.NextInteger();
  if (read.failed()) return 0;
  if (index < INT_MIN || index > INT_MAX) {
    read.Fail("ERR value is out of range, value must between -2147483648 and 2147483647");
  } else if (index < 0 || index >= call.keyspace().database_count()) {
    read.Fail(errors::kDbIndexOutOfRange);
  }
  return read.failed() ? 0 : static_cast<int>(index);
}

}  // namespace kvasir

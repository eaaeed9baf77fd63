// --restore-from and --restore-to: a start from another directory's log, up to a point in time.
// They are no directives: a configuration file must not restore at every start.
// THREAD: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/replay.h"
#include "src/base/result.h"

namespace kvasir {

struct RestoreRequest {
  std::string from;  // the data directory to read, absolute; nothing in it is changed
  ReplayLimit limit;
};

// "seq:<n>", or unix milliseconds as a plain number. Numbers that can be no time of these days are
// refused: they are seconds, or sequence numbers.
Result<ReplayLimit> ParseRestorePoint(std::string_view text);

// Takes the two options out of the server's arguments; nothing when they are not there.
Result<std::optional<RestoreRequest>> TakeRestoreRequest(std::vector<std::string>& arguments);

}  // namespace kvasir

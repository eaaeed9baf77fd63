// Writes a stream as the commands that make it, for logs whose base is not an RDB file.
// THREAD: loop.
#pragma once

#include <span>
#include <string_view>

#include "src/base/function_ref.h"
#include "src/base/result.h"
#include "src/store/stream_type.h"

namespace kvasir {

// Ends with the first error of `append`. All of it comes back, also what is pending of entries that
// are gone; only when consumers were last seen does not.
Result<void> WriteStream(std::string_view key, const Stream& stream,
                         FunctionRef<Result<void>(std::span<const std::string_view>)> append);

}  // namespace kvasir

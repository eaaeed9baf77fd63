// Reads a small file whole.
// THREAD: any; waits for the disk.
#pragma once

#include <cstddef>
#include <string>

#include "src/base/result.h"

namespace kvasir {

// The content of the file, or of standard input for "-". kIo: the detail is the system's reason;
// kTooLarge: it has more than `max_bytes`.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

}  // namespace kvasir

// Puts a new content in the place of a file so that a crash leaves the old or the new one, whole.
// THREAD: any; waits for the disk.
#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"

namespace kvasir {

// Writes `content` to a new file beside `path`, syncs it, renames it over `path` and syncs the
// directory. A symbolic link is followed, and the file's mode is kept (0644 for a new file).
// On an error before the rename the old file is as it was and nothing is left behind.
Result<void> ReplaceFile(const std::string& path, std::string_view content);

}  // namespace kvasir

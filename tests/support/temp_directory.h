// A directory of a test's own, removed with everything in it at the end.
// THREAD: any.
#pragma once

#include <string>

namespace kvasir {

class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The whole content; "" for a file that is not there.
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& content);
// All files below a directory with their contents, as one text that two looks can be compared by.
std::string DescribeTree(const std::string& directory);

}  // namespace kvasir

// Where the log's files are: Redis's `dir`, `appenddirname` and `appendfilename`.
// THREAD: any.
#pragma once

#include <string>
#include <string_view>

namespace kvasir {

struct LogPaths {
  std::string data_directory = ".";              // dir; exists
  std::string directory_name = "appendonlydir";  // appenddirname
  std::string file_name = "appendonly.aof";      // appendfilename

  std::string Directory() const { return data_directory + "/" + directory_name; }
  std::string InDirectory(std::string_view name) const {
    return Directory() + "/" + std::string(name);
  }
  std::string ManifestName() const { return file_name + ".manifest"; }
  std::string Manifest() const { return InDirectory(ManifestName()); }
  // The single-file log of Redis before 7.
  std::string OldStyleFile() const { return data_directory + "/" + file_name; }
};

}  // namespace kvasir

// Whatever stands in an increment file, the replay ends with a prefix or a refusal, and a second
// replay of what it left gives the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "persistence/replay.h"
#include "tests/support/fault_file_system.h"

namespace {

class CountingSink final : public kvasir::ReplaySink {
 public:
  kvasir::Result<void> Apply(kvasir::RequestBatch& batch) override {
    for (const auto& request : batch.requests()) {
      for (std::string_view argument : batch.Arguments(request)) bytes += argument.size() + 1;
    }
    return {};
  }
  kvasir::Keyspace* keyspace() override { return nullptr; }
  void Progress(uint64_t, uint64_t) override {}
  uint64_t bytes = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kvasir::FaultFileSystem files;
  kvasir::LogPaths paths;
  paths.data_directory = "data";
  const std::string name = kvasir::IncrementName(paths, 1);
  files.Overwrite(paths.Manifest(), "file " + name + " seq 1 type i\n");
  files.Overwrite(paths.InDirectory(name), std::string(reinterpret_cast<const char*>(data), size));
  CountingSink first;
  const auto stats = kvasir::Replay(files, paths, {}, first);
  if (!stats) return 0;
  if (first.bytes > size) abort();
  CountingSink second;
  const auto again = kvasir::Replay(files, paths, {false}, second);
  if (!again || second.bytes != first.bytes || !again->torn.file.empty()) abort();
  if (again->continuation.sequence != stats->continuation.sequence) abort();
  return 0;
}

// The snapshot file at the server's start.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "persistence/keyspace_writer.h"
#include "persistence/rdb_reader.h"
#include "src/base/clock.h"
#include "src/scripting/scripting.h"
#include "src/server/server.h"

namespace kvasir {
namespace {

double SecondsSince(int64_t started_ms) {
  return static_cast<double>(UnixTimeMs() - started_ms) / 1000;
}

}  // namespace

Result<void> Server::LoadSnapshot() {
  const std::string path = "./" + engine_.settings().dbfilename;
  const Result<bool> exists = PosixFiles().Exists(path);
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return {};
  Result<std::unique_ptr<ReadFile>> file = PosixFiles().OpenRead(path);
  if (!file) return tl::unexpected(file.error());
  const Result<uint64_t> size = (*file)->Size();
  if (!size) return tl::unexpected(size.error());
  FileWindow window(**file, *size);
  BeginLoading();
  RdbReader reader(window, path, &keyspace_,
                   {.skip_expired = true, .whole_file = true, .progress = [&](uint64_t offset) {
                      LoadProgress(offset, *size, true);
                    }});
  const Result<RdbLoaded> loaded = reader.Read();
  EndLoading();
  if (!loaded) return tl::unexpected(loaded.error());
  if (Result<void> compiled = ReadyFunctions(); !compiled) return compiled;
  snapshot_keys_loaded_ = loaded->keys;
  snapshot_keys_expired_ = loaded->expired;
  spdlog::info("Loaded {} keys from {} ({} bytes) in {:.3f} seconds; {} had expired", loaded->keys,
               path, *size, SecondsSince(loading_.started_ms), loaded->expired);
  if (!loaded->checked) spdlog::warn("{}: has no checksum, so damage would not be seen", path);
  return {};
}

// A dataset whose functions do not compile is not what its applications count on.
Result<void> Server::ReadyFunctions() {
  const Result<void> compiled = CompileFunctions(engine_);
  if (compiled) return {};
  return Fail(Errc::kCorrupt, fmt::format("a library of functions cannot be loaded: {}",
                                          compiled.error().detail()));
}

// There is no log yet. What the snapshot holds becomes its base, so that from now on the log alone
// tells the whole; the snapshot is left as it is.
Result<void> Server::BeginLogFromSnapshot() {
  if (Result<void> loaded = LoadSnapshot(); !loaded) return loaded;
  Result<void> begun;
  if (keyspace_.size() == 0 && keyspace_.function_libraries().empty()) {
    begun = append_log_->Start({});
  } else {
    begun = append_log_->SwitchTo(
        [this](BaseWriter& writer) { return WriteKeyspace(keyspace_, writer); });
  }
  if (!begun) return begun;
  if (keyspace_.size() != 0) {
    spdlog::info("The log begins with what was in {}, which is not read again while there is a log",
                 engine_.settings().dbfilename);
  }
  AttachLog();
  return {};
}

}  // namespace kvasir

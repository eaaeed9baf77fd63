#include "persistence/snapshot_file.h"

#include <utility>

#include "persistence/base_writer.h"
#include "persistence/entry_commands.h"
#include "persistence/stream_writer.h"

namespace kvasir {
namespace {

class RdbSnapshotFile final : public SnapshotFile {
 public:
  RdbSnapshotFile(std::unique_ptr<AppendFile> file, const RdbFileWriter::Options& options)
      : writer_(std::move(file), options) {}

  Result<void> Write(SnapshotChunk& chunk) override {
    return writer_.Write(std::get<RdbChunk>(chunk));
  }
  Result<uint64_t> Finish() override { return writer_.Finish(); }

 private:
  RdbFileWriter writer_;
};

class CommandSnapshotFile final : public SnapshotFile {
 public:
  CommandSnapshotFile(std::unique_ptr<LogFile> file, uint64_t sequence)
      : writer_(std::move(file), sequence) {}

  Result<void> Write(SnapshotChunk& chunk) override {
    if (auto* batch = std::get_if<LogBatch>(&chunk)) return writer_.AppendBatch(*batch);
    return WriteCopy(std::get<StreamCopy>(chunk));
  }
  Result<uint64_t> Finish() override { return writer_.Finish(); }

 private:
  Result<void> WriteCopy(const StreamCopy& copy) {
    const auto append = [&](std::span<const std::string_view> arguments,
                            std::span<const SharedArgument> shared) {
      return writer_.Append(copy.database, arguments, shared);
    };
    Result<void> written = WriteStream(
        copy.key, *copy.stream,
        [&](std::span<const std::string_view> arguments) { return append(arguments, {}); });
    if (!written || copy.deadline_ms == 0) return written;
    return WriteDeadline(copy.key, copy.deadline_ms, append);
  }

  BaseWriter writer_;
};

}  // namespace

Result<std::unique_ptr<SnapshotFile>> SnapshotFile::Create(FileSystem& files,
                                                           const std::string& path,
                                                           const Options& options) {
  Result<std::unique_ptr<AppendFile>> file = files.OpenAppend(path, FileSystem::Open::kReplace);
  if (!file) return tl::unexpected(file.error());
  if (!options.commands_up_to) {
    return std::make_unique<RdbSnapshotFile>(std::move(*file), options.rdb);
  }
  const uint64_t sequence = *options.commands_up_to;
  Result<std::unique_ptr<LogFile>> base = LogFile::Create(std::move(*file), sequence);
  if (!base) return tl::unexpected(base.error());
  return std::make_unique<CommandSnapshotFile>(std::move(*base), sequence);
}

}  // namespace kvasir

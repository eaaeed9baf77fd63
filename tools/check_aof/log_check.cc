#include "tools/check_aof/log_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "persistence/log_reader.h"
#include "persistence/rdb_reader.h"
#include "persistence/record_reader.h"
#include "persistence/torn_tail.h"

namespace kvasir {
namespace {

// The same path, without the "." directories that it was put together from.
std::string WithoutDots(std::string path) {
  for (size_t at = path.find("/./"); at != std::string::npos; at = path.find("/./")) {
    path.erase(at, 2);
  }
  if (path.starts_with("./")) path.erase(0, 2);
  return path;
}

// Passes everything on and remembers what the marks say.
class MarkingSink final : public ReplaySink {
 public:
  explicit MarkingSink(CheckSink* next) : next_(next) {}

  Result<void> Apply(RequestBatch& batch) override {
    return next_ == nullptr ? Result<void>() : next_->Apply(batch);
  }
  Keyspace* keyspace() override { return nullptr; }
  void Progress(uint64_t, uint64_t) override {}
  void Mark(const RecordMark& mark) override {
    if (first_ms_ == 0) first_ms_ = mark.unix_ms;
    last_ms_ = std::max(last_ms_, mark.unix_ms);
    if (next_ != nullptr) next_->Mark(mark);
  }

  void BeginFile(const FileCheck& file) {
    if (next_ != nullptr) next_->BeginFile(file);
  }
  void TakeTimes(FileCheck& check) {
    check.first_ms = std::exchange(first_ms_, 0);
    check.last_ms = std::exchange(last_ms_, 0);
  }

 private:
  CheckSink* next_;
  uint64_t first_ms_ = 0;
  uint64_t last_ms_ = 0;
};

class Checker {
 public:
  Checker(FileSystem& files, const CheckTarget& target, const ReplayLimit& limit, CheckSink* sink)
      : files_(files), target_(target), limit_(limit), sink_(sink), records_(&sink_) {}

  LogCheck Run() {
    const Manifest& manifest = target_.manifest;
    if (manifest.base) CheckFile(*manifest.base, manifest.increments.empty());
    for (const ManifestEntry& entry : manifest.increments) {
      if (!result_.files.empty() && result_.files.back().limit_reached) break;
      CheckFile(entry, &entry == &manifest.increments.back());
    }
    return std::move(result_);
  }

 private:
  void CheckFile(const ManifestEntry& entry, bool last) {
    FileCheck check;
    check.entry = entry;
    check.path = WithoutDots(target_.paths.InDirectory(entry.name));
    check.sequence_before = check.sequence = sequence_;
    sink_.BeginFile(check);
    const uint64_t commands_before = records_.commands();
    if (Result<void> read = ReadFile(check, last); !read) {
      const Errc code = read.error().code();
      const bool unreadable = code == Errc::kIo || code == Errc::kUnsupported;
      check.state = unreadable ? CheckState::kUnreadable : CheckState::kDamaged;
      check.wrong = read.error().detail();
    }
    check.commands = records_.commands() - commands_before;
    sink_.TakeTimes(check);
    sequence_ = check.sequence;
    expected_.reset();
    if (check.state == CheckState::kIntact && check.tells_sequence) expected_ = check.sequence;
    result_.state = std::max(result_.state, check.state);
    result_.files.push_back(std::move(check));
  }

  Result<void> ReadFile(FileCheck& check, bool last) {
    Result<std::unique_ptr<kvasir::ReadFile>> file = files_.OpenRead(check.path);
    if (!file) return tl::unexpected(file.error());
    const Result<uint64_t> size = (*file)->Size();
    if (!size) return tl::unexpected(size.error());
    check.size = *size;
    FileWindow window(**file, *size);
    if (Result<bool> done = ReadRdb(check, window); !done || *done) {
      return done ? Result<void>() : tl::unexpected(done.error());
    }
    const std::function<void(uint64_t)> progress = [&check](uint64_t to) { check.whole_to = to; };
    LogReader reader(records_, nullptr, progress);
    const bool base = check.entry.type == LogFileType::kBase;
    const Result<LogFileEnd> end =
        reader.Read({window, check.path, base, sequence_, expected_, limit_});
    if (!end) return tl::unexpected(end.error());
    Describe(*end, check);
    if (end->damage) Judge(**file, *end, last, check);
    return {};
  }

  // True when an RDB is all that is in the file.
  static Result<bool> ReadRdb(FileCheck& check, FileWindow& window) {
    const Result<std::string_view> start = window.View(0, kLogLineBytesMax);
    if (!start) return tl::unexpected(start.error());
    if (!LooksLikeRdb(*start)) return false;
    check.format = FileFormat::kRdb;
    const Result<RdbLoaded> rdb = RdbReader(window, check.path, nullptr, {}).Read();
    if (!rdb) return tl::unexpected(rdb.error());
    check.rdb = fmt::format("RDB version {}, {} keys, {}", rdb->version, rdb->keys,
                            rdb->checked ? "checksum right" : "no checksum");
    check.whole_to = rdb->end;
    check.tells_sequence = rdb->sequence.has_value();
    check.sequence = rdb->sequence.value_or(check.sequence);
    return rdb->end == window.size();
  }

  static void Describe(const LogFileEnd& end, FileCheck& check) {
    if (end.ours) {
      check.format = FileFormat::kOurs;
      check.sequence_before = end.header.sequence;
      check.begun_ms = end.header.unix_ms;
    }
    check.tells_sequence = end.tells_sequence;
    check.batches = end.batches;
    check.sequence = end.sequence;
    check.whole_to = end.offset;
    check.limit_reached = end.limit_reached;
  }

  void Judge(kvasir::ReadFile& file, const LogFileEnd& end, bool last, FileCheck& check) const {
    const bool base = check.entry.type == LogFileType::kBase;
    const bool old_style = base && check.entry.name == target_.paths.file_name;
    std::string reason = end.damage->reason;
    check.state = CheckState::kDamaged;
    if (last && (!base || old_style)) {
      const Result<void> torn = CheckTornTail(file, check.size, end);
      if (torn) check.state = CheckState::kTornTail;
      if (!torn) reason = torn.error().detail();
    }
    check.wrong = fmt::format("{}: at offset {}: {}", check.path, end.damage->offset, reason);
  }

  FileSystem& files_;
  const CheckTarget& target_;
  const ReplayLimit& limit_;
  MarkingSink sink_;
  RecordReader records_;
  LogCheck result_;
  uint64_t sequence_ = 0;
  std::optional<uint64_t> expected_;
};

}  // namespace

LogCheck CheckLog(FileSystem& files, const CheckTarget& target, const ReplayLimit& limit,
                  CheckSink* sink) {
  return Checker(files, target, limit, sink).Run();
}

}  // namespace kvasir

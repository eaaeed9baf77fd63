#include "persistence/record_reader.h"

#include <fmt/format.h>

#include "persistence/log_format.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr size_t kRequestsAhead = 64;  // as many as the server takes from a connection
constexpr size_t kRedisLineBytesMax = 128;

// A length is bounded by what the file still holds: nothing is allocated for what is not there.
constexpr RequestLimits kNoLimits = {INT64_MAX / 2, INT32_MAX, true};

constexpr std::string_view kMultiStart = "*1\r\n$5\r\n";

bool BeginsGroup(std::string_view bytes) {
  return bytes.starts_with(kMultiStart) &&
         EqualsIgnoreCase(bytes.substr(kMultiStart.size(), 5), "MULTI");
}

bool SkipLine(const char*& at, char kind) {
  if (*at++ != kind) return false;
  while (*at >= '0' && *at <= '9') ++at;
  if (at[0] != '\r' || at[1] != '\n') return false;
  at += 2;
  return true;
}

// The parser takes line ends on trust, since it reads from clients; a file is looked at. It also
// gives a command one spelling only, which BeginsGroup relies on.
// REQUIRES: the parser found the arguments behind `at`.
bool IsCanonical(const char* at, std::span<const std::string_view> arguments) {
  if (!SkipLine(at, '*')) return false;
  for (std::string_view argument : arguments) {
    if (!SkipLine(at, '$') || at != argument.data()) return false;
    at += argument.size();
    if (at[0] != '\r' || at[1] != '\n') return false;
    at += 2;
  }
  return true;
}

}  // namespace

struct RecordReader::Scan {
  std::string_view bytes;
  std::string_view place;
  uint64_t offset = 0;
  Bounds bounds;
  size_t at = 0;          // read up to here
  size_t batch_from = 0;  // where the waiting requests begin
  bool in_group = false;
  Outcome out;

  bool Bad(std::string why) {
    out.stop = Stop::kBad;
    out.reason = std::move(why);
    return false;
  }
  bool NeedMore() {
    out.stop = Stop::kNeedMore;
    return false;
  }
  bool AtLimit() {
    out.stop = Stop::kLimit;
    return false;
  }
};

Result<RecordReader::Outcome> RecordReader::Read(std::string_view bytes, std::string_view place,
                                                 uint64_t offset, const Bounds& bounds) {
  Scan scan = {.bytes = bytes, .place = place, .offset = offset, .bounds = bounds, .out = {}};
  bool more = true;
  while (more && scan.at < bytes.size()) {
    const Result<bool> step = Step(scan);
    if (!step) return tl::unexpected(step.error());
    more = *step;
  }
  if (more && scan.in_group) scan.NeedMore();
  // An unfinished group stands alone in the batch: Step gave what came before it to the sink. A bad
  // command stops the start, and stands in the batch already.
  if (scan.in_group || scan.out.stop == Stop::kBad) {
    batch_.Clear();
  } else if (Result<void> flushed = Flush(scan); !flushed) {
    return tl::unexpected(flushed.error());
  }
  scan.out.stopped_at = scan.at;
  return std::move(scan.out);
}

Result<bool> RecordReader::Step(Scan& scan) {
  const std::string_view rest = scan.bytes.substr(scan.at);
  if (!scan.in_group && scan.out.records >= scan.bounds.records) return scan.AtLimit();
  if (rest[0] == '#') return StepLine(scan);
  if (rest[0] != '*') return scan.Bad("not the start of a command");
  if (rest.size() > 1 && (rest[1] < '1' || rest[1] > '9')) {
    return scan.Bad("not a number of arguments");
  }
  if (!scan.in_group && BeginsGroup(rest)) {
    if (Result<void> flushed = Flush(scan); !flushed) return tl::unexpected(flushed.error());
  }
  size_t used = 0;
  const RequestParser::Status status = parser_.Parse(rest, kNoLimits, batch_, used);
  if (status == RequestParser::Status::kError) return scan.Bad(parser_.error());
  if (status != RequestParser::Status::kRequest) {
    // The same bytes come again, with more of them.
    parser_ = RequestParser();
    return scan.NeedMore();
  }
  const auto arguments = batch_.Arguments(batch_.requests().back());
  if (!IsCanonical(rest.data(), arguments)) return scan.Bad("a line does not end where it should");
  if (!CountRecord(scan, arguments)) return false;
  scan.at += used;
  if (scan.in_group) return true;
  scan.out.consumed = scan.at;
  if (batch_.requests().size() < kRequestsAhead) return true;
  if (Result<void> flushed = Flush(scan); !flushed) return tl::unexpected(flushed.error());
  return true;
}

// Lines of other programs are passed over, but for Redis's #TS; our own ones never stand here.
Result<bool> RecordReader::StepLine(Scan& scan) {
  const std::string_view rest = scan.bytes.substr(scan.at);
  const size_t end = rest.substr(0, kRedisLineBytesMax).find('\n');
  if (end == std::string_view::npos) {
    return rest.size() < kRedisLineBytesMax ? scan.NeedMore() : scan.Bad("a line without end");
  }
  if (rest.starts_with(kLogBatchTag) || rest.starts_with(kLogHeaderTag)) {
    return scan.Bad("a batch line in a place where none can be");
  }
  if (rest.starts_with(kLogTimestampTag)) return StepTimestamp(scan, rest.substr(0, end + 1));
  scan.at += end + 1;
  if (!scan.in_group) scan.out.consumed = scan.at;
  return true;
}

// Redis takes any line here; one that is not a time is passed over as the others.
Result<bool> RecordReader::StepTimestamp(Scan& scan, std::string_view line) {
  const std::optional<uint64_t> unix_ms = ParseLogTimestamp(line);
  if (unix_ms && *unix_ms > scan.bounds.unix_ms) return scan.AtLimit();
  if (unix_ms && !scan.in_group) {
    if (Result<void> flushed = Flush(scan); !flushed) return tl::unexpected(flushed.error());
    Mark({.unix_ms = *unix_ms, .sequence = std::nullopt});
  }
  scan.at += line.size();
  if (!scan.in_group) scan.out.consumed = scan.at;
  return true;
}

void RecordReader::Mark(const RecordMark& mark) {
  unix_ms_ = mark.unix_ms;
  if (sink_ != nullptr) sink_->Mark(mark);
}

bool RecordReader::CountRecord(Scan& scan, std::span<const std::string_view> arguments) {
  const std::string_view name = arguments[0];
  const bool multi = EqualsIgnoreCase(name, "MULTI");
  const bool exec = EqualsIgnoreCase(name, "EXEC");
  if (multi && scan.in_group) return scan.Bad("MULTI within MULTI");
  if (multi && arguments.size() != 1) return scan.Bad("MULTI with arguments");
  if (exec && !scan.in_group) return scan.Bad("EXEC without MULTI");
  if (multi) {
    scan.in_group = true;
  } else if (exec) {
    scan.in_group = false;
    ++scan.out.records;
  } else if (!scan.in_group && !EqualsIgnoreCase(name, "SELECT")) {
    ++scan.out.records;
  }
  return true;
}

Result<void> RecordReader::Flush(Scan& scan) {
  const size_t from = scan.batch_from;
  scan.batch_from = scan.at;
  if (batch_.requests().empty()) return {};
  commands_ += batch_.requests().size();
  Result<void> applied;
  if (sink_ != nullptr) applied = sink_->Apply(batch_);
  batch_.Clear();
  if (applied) return {};
  return Fail(applied.error().code(), fmt::format("{}: at offset {}: {}", scan.place,
                                                  scan.offset + from, applied.error().detail()));
}

}  // namespace kvasir

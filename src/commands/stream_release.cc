// XNACK: giving pending entries back to their group, for anybody to claim.
#include <limits>
#include <optional>
#include <vector>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

// What becomes of the number of deliveries.
enum class ReleaseMode : uint8_t { kSilent, kFail, kFatal };

constexpr uint64_t kDeliveriesMax = std::numeric_limits<int64_t>::max();

struct ReleaseRequest {
  ReleaseMode mode = ReleaseMode::kFail;
  std::vector<StreamId> ids;
  std::optional<uint64_t> deliveries;
  bool force = false;
};

class ReleaseReader {
 public:
  ReleaseReader(Call& call, ReleaseRequest& request) : call_(call), request_(request) {}

  bool Read() {
    if (!ReadMode() || !ReadIds()) return false;
    for (; next_ < call_.size(); ++next_) {
      if (!ReadOption()) return false;
    }
    return true;
  }

 private:
  bool Fail(std::string_view error) {
    call_.Error(error);
    return false;
  }
  bool Is(size_t at, std::string_view word) const { return EqualsIgnoreCase(call_[at], word); }

  bool ReadMode() {
    if (Is(3, "SILENT")) {
      request_.mode = ReleaseMode::kSilent;
    } else if (Is(3, "FATAL")) {
      request_.mode = ReleaseMode::kFatal;
    } else if (!Is(3, "FAIL")) {
      return Fail(errors::kSyntax);
    }
    return true;
  }

  bool ReadIds() {
    if (!Is(4, "IDS")) return Fail(errors::kSyntax);
    const std::optional<int64_t> count = ParseInt64(call_[5]);
    if (!count || *count <= 0) return Fail("ERR Number of IDs must be a positive integer");
    constexpr size_t kFirstId = 6;
    if (static_cast<uint64_t>(*count) > call_.size() - kFirstId) {
      return Fail("ERR The `numids` parameter must match the number of arguments");
    }
    next_ = kFirstId + static_cast<size_t>(*count);
    return ReadStreamIds(call_, kFirstId, static_cast<size_t>(*count), request_.ids);
  }

  bool ReadOption() {
    if (Is(next_, "FORCE")) return request_.force = true;
    if (!Is(next_, "RETRYCOUNT") || next_ + 1 >= call_.size()) return Fail(errors::kSyntax);
    int64_t deliveries = 0;
    if (!ReadStreamInteger(call_, ++next_, deliveries)) return false;
    if (deliveries < 0) return Fail("ERR Invalid RETRYCOUNT option argument for XNACK");
    request_.deliveries = static_cast<uint64_t>(deliveries);
    return true;
  }

  Call& call_;
  ReleaseRequest& request_;
  size_t next_ = 0;
};

uint64_t DeliveriesAfter(const ReleaseRequest& request, const StreamPending* pending) {
  if (request.deliveries) return *request.deliveries;
  if (request.mode == ReleaseMode::kFatal) return kDeliveriesMax;
  const uint64_t before = pending == nullptr ? 0 : pending->deliveries;
  return request.mode == ReleaseMode::kSilent && before != 0 ? before - 1 : before;
}

void CmdXNack(Call& call) {
  ReleaseRequest request;
  if (!ReleaseReader(call, request).Read()) return;
  const Key key = call.KeyAt(1);
  const auto [stream, group] = RequireStreamGroup(call, key, call[2]);
  if (group == nullptr) return;
  int64_t released = 0;
  for (const StreamId& id : request.ids) {
    const StreamPending* pending = group->FindPending(id);
    if (pending == nullptr && !(request.force && stream->Contains(id))) continue;
    group->Release(id, DeliveriesAfter(request, pending));
    ++released;
  }
  if (released != 0) call.database().Changed(key);
  call.reply.Integer(released);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xnack", .handler = CmdXNack, .arity = -7, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "8.8.0",
     .group = CommandGroup::kStream,
     .summary = "Gives pending entries back to their group, for anybody to claim.",
     .syntax = "key group <SILENT | FAIL | FATAL> IDS numids id [id ...] [RETRYCOUNT count] "
               "[FORCE]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamReleaseCommands() { return kRows; }

}  // namespace kvasir

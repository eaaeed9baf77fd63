// XCLAIM: giving pending entries to another consumer.
#include <optional>
#include <string>
#include <vector>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/stream_log.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

struct ClaimRequest {
  int64_t idle_ms = 0;
  std::vector<StreamId> ids;
  std::optional<int64_t> delivered_ms;
  std::optional<uint64_t> deliveries;
  bool force = false;
  bool just_ids = false;
  StreamId last_id;
};

class ClaimReader {
 public:
  ClaimReader(Call& call, ClaimRequest& request) : call_(call), request_(request) {}

  bool Read() {
    if (!ReadStreamInteger(call_, 4, request_.idle_ms,
                           "ERR Invalid min-idle-time argument for XCLAIM")) {
      return false;
    }
    for (; next_ < call_.size(); ++next_) {
      const std::optional<StreamId> id = ParseStreamId(call_[next_], 0);
      if (!id) break;
      request_.ids.push_back(*id);
    }
    for (; next_ < call_.size(); ++next_) {
      if (!ReadOption()) return false;
    }
    // A time in the future would keep the entry from being claimed. What the log says stands.
    if (request_.delivered_ms && !call_.session().is_replay &&
        (*request_.delivered_ms < 0 || *request_.delivered_ms > call_.now_ms())) {
      request_.delivered_ms = call_.now_ms();
    }
    return true;
  }

 private:
  bool Is(std::string_view word, size_t values) const {
    return next_ + values < call_.size() && EqualsIgnoreCase(call_[next_], word);
  }

  bool ReadOption() {
    if (Is("FORCE", 0)) return request_.force = true;
    if (Is("JUSTID", 0)) return request_.just_ids = true;
    int64_t value = 0;
    if (Is("IDLE", 1)) {
      if (!ReadStreamInteger(call_, ++next_, value,
                             "ERR Invalid IDLE option argument for XCLAIM")) {
        return false;
      }
      request_.delivered_ms = static_cast<int64_t>(static_cast<uint64_t>(call_.now_ms()) -
                                                   static_cast<uint64_t>(value));
      return true;
    }
    if (Is("TIME", 1)) {
      if (!ReadStreamInteger(call_, ++next_, value,
                             "ERR Invalid TIME option argument for XCLAIM")) {
        return false;
      }
      request_.delivered_ms = value;
      return true;
    }
    if (Is("RETRYCOUNT", 1)) {
      if (!ReadStreamInteger(call_, ++next_, value,
                             "ERR Invalid RETRYCOUNT option argument for XCLAIM")) {
        return false;
      }
      if (value >= 0) request_.deliveries = static_cast<uint64_t>(value);
      return true;
    }
    if (Is("LASTID", 1)) return ReadStreamId(call_, ++next_, request_.last_id);
    call_.Error("ERR Unrecognized XCLAIM option '" + std::string(call_[next_]) + "'");
    return false;
  }

  Call& call_;
  ClaimRequest& request_;
  size_t next_ = 5;
};

// True when the entry was claimed.
bool Claim(Call& call, const ClaimRequest& request, const Stream& stream, const StreamGroup& group,
           StreamClaimant& claimant, const StreamId& id) {
  const StreamPending* pending = group.FindPending(id);
  if (!stream.Contains(id)) {
    if (pending != nullptr) claimant.Forget(*pending);
    return false;
  }
  if (pending == nullptr && !request.force) return false;
  StreamPending claimed{.id = id, .deliveries = 1};
  if (pending != nullptr) {
    claimed = *pending;
    const int64_t idle_ms = ElapsedMs(call.now_ms(), pending->shown_ms());
    if (!pending->released() && request.idle_ms > 0 && idle_ms < request.idle_ms) return false;
  }
  claimed.delivered_ms = request.delivered_ms.value_or(call.now_ms());
  if (request.deliveries) {
    claimed.deliveries = *request.deliveries;
  } else if (!request.just_ids) {
    ++claimed.deliveries;
  }
  claimant.Take(claimed);
  return true;
}

void CmdXClaim(Call& call) {
  const Key key = call.KeyAt(1);
  const auto [stream, group] = RequireStreamGroup(call, key, call[2]);
  if (group == nullptr) return;
  ClaimRequest request;
  if (!ClaimReader(call, request).Read()) return;
  const bool moved = request.last_id > group->last_delivered;
  if (moved) group->last_delivered = request.last_id;
  StreamClaimant claimant(call, *group);
  std::vector<StreamId> claimed;
  for (const StreamId& id : request.ids) {
    if (Claim(call, request, *stream, *group, claimant, id)) claimed.push_back(id);
  }
  // Otherwise the XCLAIMs that were logged say it.
  if (moved && !claimant.logged()) LogStreamGroup(call, call[1], call[2], *group);
  if (moved || claimant.logged() || claimant.made()) call.database().Changed(key);
  ReplyClaimed(call.reply, *stream, claimed, request.just_ids);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xclaim", .handler = CmdXClaim, .arity = -6, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kUpdateFirstKey, .since = "5.0.0",
     .group = CommandGroup::kStream, .summary = "Gives pending entries to another consumer.",
     .syntax = "key group consumer min-idle-time id [id ...] [IDLE ms] "
               "[TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID lastid]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamClaimCommands() { return kRows; }

}  // namespace kvasir

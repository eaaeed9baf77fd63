// XAUTOCLAIM: giving what is pending for too long to another consumer, a few at a time.
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/stream_log.h"
#include "src/commands/stream_reply.h"
#include "src/engine/argument_reader.h"

namespace kvasir {
namespace {

// So many pending entries are looked at for each one that is wanted.
constexpr int64_t kAttemptsFactor = 10;

struct AutoClaimRequest {
  int64_t idle_ms = 0;
  StreamId start;
  int64_t count = 100;
  bool just_ids = false;
};

bool ReadRequest(Call& call, AutoClaimRequest& request) {
  if (!ReadStreamInteger(call, 4, request.idle_ms,
                         "ERR Invalid min-idle-time argument for XAUTOCLAIM") ||
      !ReadStreamStart(call, 5, request.start)) {
    return false;
  }
  constexpr int64_t kCountMax =
      std::numeric_limits<int64_t>::max() / static_cast<int64_t>(sizeof(StreamId));
  ArgumentReader read(call, 6);
  while (!read.AtEnd()) {
    if (read.TakeOption("COUNT", 1)) {
      request.count = read.NextIntegerIn(1, kCountMax, "ERR COUNT must be > 0");
    } else if (read.TakeWord("JUSTID")) {
      request.just_ids = true;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  return read.Finish();
}

struct AutoClaimResult {
  std::vector<StreamId> claimed;
  std::vector<StreamId> gone;  // from the stream, and now also from what is pending
  StreamId next;               // where to go on; zero at the end
  bool made_consumer = false;
};

// What is to be looked at, before any of it changes.
std::vector<StreamPending> TakeAttempts(const StreamGroup& group, const AutoClaimRequest& request,
                                        StreamId& next) {
  // All that can be taken in one go; behind it stands what comes next.
  std::vector<StreamPending> attempts;
  const StreamIds<StreamPending>& pending = group.pending();
  auto place = pending.LowerBound(request.start);
  const auto most = static_cast<uint64_t>(request.count) * kAttemptsFactor;
  const StreamPending* item = nullptr;
  for (; (item = pending.At(place)) != nullptr && attempts.size() < most; pending.Advance(place)) {
    attempts.push_back(*item);
  }
  next = item == nullptr ? StreamId() : item->id;
  return attempts;
}

AutoClaimResult Claim(Call& call, const AutoClaimRequest& request, const Stream& stream,
                      StreamGroup& group) {
  StreamClaimant claimant(call, group);
  AutoClaimResult result;
  result.made_consumer = claimant.made();
  auto left = static_cast<size_t>(request.count);
  for (StreamPending& pending : TakeAttempts(group, request, result.next)) {
    if (left == 0) {
      result.next = pending.id;
      break;
    }
    if (!stream.Contains(pending.id)) {
      claimant.Forget(pending);
      result.gone.push_back(pending.id);
      --left;
      continue;
    }
    const int64_t idle_ms = ElapsedMs(call.now_ms(), pending.shown_ms());
    if (!pending.released() && request.idle_ms > 0 && idle_ms < request.idle_ms) continue;
    pending.delivered_ms = call.now_ms();
    if (!request.just_ids) ++pending.deliveries;
    claimant.Take(pending);
    result.claimed.push_back(pending.id);
    --left;
  }
  return result;
}

void CmdXAutoClaim(Call& call) {
  AutoClaimRequest request;
  if (!ReadRequest(call, request)) return;
  const Key key = call.KeyAt(1);
  const auto [stream, group] = RequireStreamGroup(call, key, call[2]);
  if (group == nullptr) return;
  const AutoClaimResult result = Claim(call, request, *stream, *group);
  if (result.made_consumer || !result.claimed.empty() || !result.gone.empty()) {
    call.database().Changed(key);
  }
  call.reply.Array(3);
  ReplyStreamId(call.reply, result.next);
  ReplyClaimed(call.reply, *stream, result.claimed, request.just_ids);
  call.reply.Array(result.gone.size());
  for (const StreamId& id : result.gone) ReplyStreamId(call.reply, id);
}

constexpr KeySpec kClaimKeys[] = {{.flags = kKeyReadWrite | kKeyDelete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xautoclaim", .handler = CmdXAutoClaim, .arity = -6, .flags = kWrite | kFast,
     .categories = kAclStream, .keys = kClaimKeys, .since = "6.2.0",
     .group = CommandGroup::kStream,
     .summary = "Gives what has been pending for long to another consumer.",
     .syntax = "key group consumer min-idle-time start [COUNT count] [JUSTID]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamAutoClaimCommands() { return kRows; }

}  // namespace kvasir

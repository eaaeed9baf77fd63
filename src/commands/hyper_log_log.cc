// PFADD, PFCOUNT and PFMERGE.
#include "src/commands/families.h"
#include "src/commands/hyper_log_log_lookup.h"

namespace kvasir {
namespace {

void CmdPfAdd(Call& call) {
  const Key key = call.KeyAt(1);
  bool failed = false;
  const Database::Position position = LocateHyperLogLog(call, key, failed);
  if (failed) return;
  const Result<bool> changed =
      HyperLogLogAdd(call.database(), key, position, call.arguments().subspan(2),
                     call.engine().settings().hll_sparse_max_bytes);
  if (!changed) {
    call.Error(kCorruptHyperLogLog);
    return;
  }
  if (*changed) call.Notify(kNotifyString, "pfadd", key.bytes);
  call.reply.Integer(*changed ? 1 : 0);
}

bool AddToUnion(Call& call, HyperLogLogUnion& merged) {
  for (size_t i = 1; i < call.size(); ++i) {
    bool failed = false;
    const Entry* entry = ReadHyperLogLog(call, call.KeyAt(i), failed);
    if (failed) return false;
    if (entry == nullptr || merged.Add(*entry)) continue;
    call.Error(kCorruptHyperLogLog);
    return false;
  }
  return true;
}

// The command is a reader, so that no gate for writes has seen it.
bool MayWrite(Call& call) {
  const CommandLog* log = call.engine().log();
  return log == nullptr || call.session().is_replay || log->Refusal() == nullptr;
}

// The cardinality is kept in the value: a change of the key, which is logged as this command's own
// text. Redis does the same.
void CountOne(Call& call) {
  const Key key = call.KeyAt(1);
  bool failed = false;
  const Entry* entry = ReadHyperLogLog(call, key, failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Integer(0);
    return;
  }
  const Result<uint64_t> count = HyperLogLogCount(*entry);
  if (!count) {
    call.Error(kCorruptHyperLogLog);
    return;
  }
  if (!HyperLogLogIsCounted(*entry) && MayWrite(call)) {
    HyperLogLogCache(call.database(), key, call.database().Locate(key), *count);
  }
  call.reply.Integer(static_cast<int64_t>(*count));
}

void CmdPfCount(Call& call) {
  if (call.size() == 2) {
    CountOne(call);
    return;
  }
  HyperLogLogUnion merged;
  if (AddToUnion(call, merged)) call.reply.Integer(static_cast<int64_t>(merged.Count()));
}

void CmdPfMerge(Call& call) {
  HyperLogLogUnion merged;
  if (!AddToUnion(call, merged)) return;
  const Key key = call.KeyAt(1);
  const Result<void> stored =
      HyperLogLogMerge(call.database(), key, call.database().Locate(key), merged,
                       call.engine().settings().hll_sparse_max_bytes);
  if (!stored) {
    call.Error(kCorruptHyperLogLog);
    return;
  }
  call.Notify(kNotifyString, "pfadd", key.bytes);
  call.reply.Ok();
}

constexpr KeySpec kCountKeys[] = {{.flags = kKeyReadWrite | kKeyAccess, .last = -1}};
constexpr KeySpec kMergeKeys[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyInsert},
                                  {.flags = kKeyReadOnly | kKeyAccess, .begin = 2, .last = -1}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "pfadd", .handler = CmdPfAdd, .arity = -2, .flags = kWrite | kDenyOom | kFast,
     .categories = kAclHyperLogLog, .keys = kInsertFirstKey, .since = "2.8.9",
     .group = CommandGroup::kHyperLogLog,
     .summary = "Adds elements to a HyperLogLog, which counts distinct ones.",
     .syntax = "key [element [element ...]]"},
    {.name = "pfcount", .handler = CmdPfCount, .arity = -2,
     .flags = kReadOnly | kMayReplicate, .categories = kAclHyperLogLog, .keys = kCountKeys,
     .since = "2.8.9", .group = CommandGroup::kHyperLogLog,
     .summary = "Tells about how many distinct elements one or several HyperLogLogs have seen.",
     .syntax = "key [key ...]"},
    {.name = "pfmerge", .handler = CmdPfMerge, .arity = -2, .flags = kWrite | kDenyOom,
     .categories = kAclHyperLogLog, .keys = kMergeKeys, .since = "2.8.9",
     .group = CommandGroup::kHyperLogLog,
     .summary = "Adds what several HyperLogLogs have seen to one.",
     .syntax = "destkey [sourcekey [sourcekey ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HyperLogLogCommands() { return kRows; }

}  // namespace kvasir

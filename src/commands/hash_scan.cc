// Hashes: some fields at a time, in turn or at random.
#include <algorithm>
#include <string>
#include <utility>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/hash_lookup.h"
#include "src/commands/scan_arguments.h"

namespace kvasir {
namespace {

void CmdHScan(Call& call) {
  bool failed = false;
  const std::optional<uint64_t> start = ReadScanCursor(call, 2);
  if (!start) return;
  const Entry* entry = ReadHash(call, call.KeyAt(1), failed);
  if (failed) return;
  ScanOptions options;
  if (entry != nullptr && !ReadScanOptions(call, 3, kScanNoValues, options)) return;
  OutputBuffer elements;
  ReplyWriter writer(elements, call.session().resp_version);
  size_t count = 0;
  uint64_t next = 0;
  if (entry != nullptr) {
    next = WalkScan(*start, options, [&](uint64_t cursor, int64_t& seen) {
      return ScanHash(call.keyspace().context(), *entry, cursor, [&](const HashField& field) {
        ++seen;
        if (!options.Matches(field.name)) return;
        writer.Bulk(field.name);
        if (!options.without_values) writer.Bulk(field.value);
        count += options.without_values ? 1 : 2;
      });
    });
  }
  call.reply.Array(2);
  call.reply.Bulk(std::to_string(next));
  call.reply.Array(count);
  call.reply.out().AppendBuffer(std::move(elements));
}

// Redis tries to allocate whatever reply is asked for; here one command may not ask for more.
constexpr int64_t kRepeatedMax = int64_t{1} << 24;

void ReplySample(Call& call, const Entry& entry, int64_t count, bool with_values) {
  const KeyspaceContext& context = call.keyspace().context();
  const size_t live = HashLength(context, entry);
  const size_t replied = count >= 0 ? std::min(static_cast<size_t>(count), live)
                         : live > 0 ? static_cast<size_t>(-count)
                                    : 0;
  const bool pairs = with_values && call.reply.resp3();
  call.reply.Array(with_values && !pairs ? 2 * replied : replied);
  const auto reply = [&](const HashField& field) {
    if (pairs) call.reply.Array(2);
    call.reply.Bulk(field.name);
    if (with_values) call.reply.Bulk(field.value);
  };
  if (count < 0) {
    SampleHashRepeatedly(context, entry, replied, reply);
  } else {
    SampleHash(context, entry, replied, reply);
  }
}

void ReplyOne(Call& call, const Entry* entry) {
  const KeyspaceContext& context = call.keyspace().context();
  if (entry == nullptr || HashLength(context, *entry) == 0) {
    call.reply.Null();
    return;
  }
  SampleHash(context, *entry, 1, [&](const HashField& field) { call.reply.Bulk(field.name); });
}

void CmdHRandField(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const bool counts = !read.AtEnd();
  bool with_values = false;
  int64_t count = 1;
  if (counts) {
    count = read.NextInteger();
    if (!read.failed() && count == INT64_MIN) {
      read.Fail(
          "ERR value is out of range, value must between -9223372036854775807 and "
          "9223372036854775807");
    }
    with_values = read.TakeWord("WITHVALUES");
    if (!read.failed() && !read.AtEnd()) read.Fail(errors::kSyntax);
    if (with_values && (count > INT64_MAX / 2 || count < -(INT64_MAX / 2))) {
      read.Fail(errors::kOutOfRange);
    }
    if (count < -kRepeatedMax) read.Fail(errors::kOutOfRange);
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadHash(call, key, failed);
  if (failed) return;
  if (!counts) {
    ReplyOne(call, entry);
  } else if (entry == nullptr) {
    call.reply.Array(0);
  } else {
    ReplySample(call, *entry, count, with_values);
  }
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "hscan", .handler = CmdHScan, .arity = -3, .flags = kReadOnly,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "2.8.0",
     .group = CommandGroup::kHash, .summary = "Lists the fields of a hash a few at a time.",
     .syntax = "key cursor [MATCH pattern] [COUNT count] [NOVALUES]"},
    {.name = "hrandfield", .handler = CmdHRandField, .arity = -2, .flags = kReadOnly,
     .categories = kAclHash, .keys = kReadFirstKey, .since = "6.2.0",
     .group = CommandGroup::kHash, .summary = "Returns fields of a hash chosen at random.",
     .syntax = "key [count [WITHVALUES]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> HashScanCommands() { return kRows; }

}  // namespace kvasir

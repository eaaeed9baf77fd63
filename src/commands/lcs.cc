// LCS: the longest common subsequence of two strings.
#include "src/store/lcs.h"

#include <algorithm>

#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

struct LcsOptions {
  bool length = false;
  bool positions = false;
  bool match_lengths = false;
  int64_t match_length_min = 0;
};

void ReadOptions(ArgumentReader& read, LcsOptions& options) {
  while (!read.AtEnd()) {
    if (read.TakeWord("LEN")) {
      options.length = true;
    } else if (read.TakeWord("IDX")) {
      options.positions = true;
    } else if (read.TakeWord("WITHMATCHLEN")) {
      options.match_lengths = true;
    } else if (read.TakeOption("MINMATCHLEN", 1)) {
      options.match_length_min = read.NextInteger();
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  if (options.length && options.positions) {
    read.Fail("ERR If you want both the length and indexes, please just use IDX.");
  }
}

void ReplyRange(Call& call, size_t first, size_t last) {
  call.reply.Array(2);
  call.reply.Integer(static_cast<int64_t>(first));
  call.reply.Integer(static_cast<int64_t>(last));
}

void ReplyPositions(Call& call, const LcsResult& result, const LcsOptions& options) {
  const auto counts = [&](const LcsMatch& match) {
    return static_cast<int64_t>(match.length()) >= options.match_length_min;
  };
  call.reply.Map(2);
  call.reply.Bulk("matches");
  call.reply.Array(
      static_cast<size_t>(std::count_if(result.matches.begin(), result.matches.end(), counts)));
  for (const LcsMatch& match : result.matches) {
    if (!counts(match)) continue;
    call.reply.Array(options.match_lengths ? 3 : 2);
    ReplyRange(call, match.a_first, match.a_last);
    ReplyRange(call, match.b_first, match.b_last);
    if (options.match_lengths) call.reply.Integer(static_cast<int64_t>(match.length()));
  }
  call.reply.Bulk("len");
  call.reply.Integer(static_cast<int64_t>(result.bytes.size()));
}

bool CheckTable(Call& call, std::string_view a, std::string_view b) {
  if (a.size() >= UINT32_MAX - 1 || b.size() >= UINT32_MAX - 1) {
    call.Error("ERR String too long for LCS");
    return false;
  }
  if (LcsTableBytes(a.size(), b.size()) > call.engine().settings().proto_max_bulk_bytes) {
    call.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    return false;
  }
  return true;
}

void CmdLcs(Call& call) {
  // Looking up the second key may remove it, which leaves the first one's entry where it is.
  const Entry* first = call.database().Read(call.KeyAt(1));
  const Entry* second = call.database().Read(call.KeyAt(2));
  for (const Entry* entry : {first, second}) {
    if (entry == nullptr || entry->type() == ValueType::kString) continue;
    call.Error("ERR The specified keys must contain string values");
    return;
  }
  ArgumentReader read(call, 3);
  LcsOptions options;
  ReadOptions(read, options);
  if (!read.Finish()) return;
  IntegerText first_scratch;
  IntegerText second_scratch;
  const std::string_view a =
      first == nullptr ? std::string_view() : StringBytes(*first, first_scratch);
  const std::string_view b =
      second == nullptr ? std::string_view() : StringBytes(*second, second_scratch);
  if (!CheckTable(call, a, b)) return;
  const LcsResult result = FindLcs(a, b);
  if (options.positions) {
    ReplyPositions(call, result, options);
  } else if (options.length) {
    call.reply.Integer(static_cast<int64_t>(result.bytes.size()));
  } else {
    call.reply.Bulk(result.bytes);
  }
}

constexpr KeySpec kReadTwoKeys[] = {{.flags = kKeyReadOnly | kKeyAccess, .last = 1}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "lcs", .handler = CmdLcs, .arity = -3, .flags = kReadOnly,
     .categories = kAclString, .keys = kReadTwoKeys, .since = "7.0.0",
     .group = CommandGroup::kString,
     .summary = "Finds the longest subsequence that two strings have in common.",
     .syntax = "key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> LcsCommands() { return kRows; }

}  // namespace kvasir

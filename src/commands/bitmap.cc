// Bitmaps: single bits, counting and finding them.
#include "src/store/bitmap.h"

#include <algorithm>

#include "src/commands/bitmap_arguments.h"
#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/store/string_edit.h"

namespace kvasir {
namespace {

void CmdGetBit(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const uint64_t bit = NextBitOffset(read, call);
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadString(call, key, failed);
  if (failed) return;
  IntegerText scratch;
  const bool set = entry != nullptr && TestBit(StringBytes(*entry, scratch), bit);
  call.reply.Integer(set ? 1 : 0);
}

// A large string is left alone when its bit is right already: it may be shared.
bool IsSettled(const Database::Position& position, uint64_t bit, bool value) {
  if (!position || position.node()->encoding() != Encoding::kBlock) return false;
  const std::string_view bytes = position.node()->block_view();
  return bit / 8 < bytes.size() && TestBit(bytes, bit) == value;
}

void CmdSetBit(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const uint64_t bit = NextBitOffset(read, call);
  const int64_t value = read.NextIntegerIn(0, 1, "ERR bit is not an integer or out of range");
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  if (IsSettled(position, bit, value != 0)) {
    call.reply.Integer(value);
    return;
  }
  bool changed;
  {
    StringEdit edit(call.database(), key, position, bit / 8 + 1);
    uint8_t& byte = edit.bytes()[bit / 8];
    const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
    const bool before = (byte & mask) != 0;
    changed = edit.grown() || before != (value != 0);
    byte = static_cast<uint8_t>(value != 0 ? byte | mask : byte & ~mask);
    if (changed) edit.Touch();
    call.reply.Integer(before ? 1 : 0);
  }
  if (changed) call.Notify(kNotifyString, "setbit", key.bytes);
}

// The range that the arguments name, in bytes or bits.
struct RangeRequest {
  int64_t start = 0;
  int64_t end = -1;
  bool has_end = false;
  bool in_bits = false;
};

void ReadUnit(ArgumentReader& read, RangeRequest& request) {
  if (read.AtEnd()) return;
  request.in_bits = read.TakeWord("BIT");
  if (!request.in_bits && !read.TakeWord("BYTE")) read.Fail(errors::kSyntax);
}

// Nothing when the range is empty.
std::optional<BitRange> Resolve(const RangeRequest& request, size_t bytes) {
  const int64_t unit = request.in_bits ? 1 : 8;
  const auto length = static_cast<int64_t>(bytes) * 8 / unit;
  const auto from_end = [&](int64_t index) {
    return std::max<int64_t>(0, index < 0 ? index + length : index);
  };
  const int64_t start = from_end(request.start);
  const int64_t end = std::min(from_end(request.end), length - 1);
  if (start > end) return std::nullopt;
  return BitRange{static_cast<uint64_t>(start * unit),
                  static_cast<uint64_t>(end * unit + unit - 1)};
}

void CmdBitCount(Call& call) {
  ArgumentReader read(call, 2);
  RangeRequest request;
  if (call.size() > 5) read.Fail(errors::kSyntax);
  if (!read.AtEnd()) request.start = read.NextInteger();
  if (!read.AtEnd()) {
    request.end = read.NextInteger();
    ReadUnit(read, request);
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadString(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Integer(0);
    return;
  }
  const bool turned = request.start < 0 && request.end < 0 && request.start > request.end;
  IntegerText scratch;
  const std::string_view bytes = StringBytes(*entry, scratch);
  const std::optional<BitRange> range = Resolve(request, bytes.size());
  call.reply.Integer(range && !turned ? static_cast<int64_t>(CountBits(bytes, *range)) : 0);
}

// Without an end the string is followed by zeros without end.
int64_t Find(std::string_view bytes, const RangeRequest& request, bool value) {
  const std::optional<BitRange> range = Resolve(request, bytes.size());
  if (!range) return -1;
  if (const auto found = FindBit(bytes, *range, value)) return static_cast<int64_t>(*found);
  return value || request.has_end ? -1 : static_cast<int64_t>(bytes.size()) * 8;
}

void CmdBitPos(Call& call) {
  ArgumentReader read(call, 2);
  const int64_t bit = read.NextInteger();
  if (bit != 0 && bit != 1) read.Fail("ERR The bit argument must be 1 or 0.");
  RangeRequest request;
  if (call.size() > 6) read.Fail(errors::kSyntax);
  if (!read.AtEnd()) request.start = read.NextInteger();
  request.has_end = !read.AtEnd();
  if (request.has_end) {
    // The unit is looked at before the end is.
    const size_t end_at = read.position();
    ArgumentReader unit(call, end_at + 1);
    ReadUnit(unit, request);
    if (unit.failed()) read.Fail(unit.error());
    request.end = read.NextInteger();
    if (!read.AtEnd()) read.Next();
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadString(call, call.KeyAt(1), failed);
  if (failed) return;
  if (entry == nullptr) {
    call.reply.Integer(bit == 1 ? -1 : 0);
    return;
  }
  IntegerText scratch;
  call.reply.Integer(Find(StringBytes(*entry, scratch), request, bit == 1));
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "getbit", .handler = CmdGetBit, .arity = 3, .flags = kReadOnly | kFast,
     .categories = kAclBitmap, .keys = kReadFirstKey, .since = "2.2.0",
     .group = CommandGroup::kBitmap, .summary = "Reads one bit of a string.",
     .syntax = "key offset"},
    {.name = "setbit", .handler = CmdSetBit, .arity = 4, .flags = kWrite | kDenyOom,
     .categories = kAclBitmap, .keys = kReadUpdateFirstKey, .since = "2.2.0",
     .group = CommandGroup::kBitmap,
     .summary = "Sets or clears one bit of a string, which grows as needed.",
     .syntax = "key offset value"},
    {.name = "bitcount", .handler = CmdBitCount, .arity = -2, .flags = kReadOnly,
     .categories = kAclBitmap, .keys = kReadFirstKey, .since = "2.6.0",
     .group = CommandGroup::kBitmap, .summary = "Counts the bits that are set in a string.",
     .syntax = "key [start [end [BYTE | BIT]]]"},
    {.name = "bitpos", .handler = CmdBitPos, .arity = -3, .flags = kReadOnly,
     .categories = kAclBitmap, .keys = kReadFirstKey, .since = "2.8.7",
     .group = CommandGroup::kBitmap,
     .summary = "Finds the first bit that is set, or the first that is clear.",
     .syntax = "key bit [start [end [BYTE | BIT]]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> BitmapCommands() { return kRows; }

}  // namespace kvasir

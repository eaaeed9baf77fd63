// BITFIELD and BITFIELD_RO: integers of any width inside a string.
#include <algorithm>
#include <vector>

#include "src/base/text.h"
#include "src/commands/bitmap_arguments.h"
#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/store/bit_field.h"
#include "src/store/string_edit.h"

namespace kvasir {
namespace {

struct FieldStep {
  enum class Kind : uint8_t { kGet, kSet, kIncrement };
  Kind kind = Kind::kGet;
  BitOverflow overflow = BitOverflow::kWrap;
  BitField field;
  int64_t value = 0;
};

// "u8", "i64".
void ReadFieldType(ArgumentReader& read, BitField& field) {
  const std::string_view text = read.Next();
  if (read.failed()) return;
  field.is_signed = text.starts_with('i');
  std::optional<int64_t> bits;
  if (field.is_signed || text.starts_with('u')) bits = ParseInt64(text.substr(1));
  if (!bits || *bits < 1 || *bits > (field.is_signed ? 64 : 63)) {
    read.Fail(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but "
        "i64 is.");
    return;
  }
  field.bits = static_cast<int>(*bits);
}

void ReadOverflow(ArgumentReader& read, BitOverflow& overflow) {
  if (read.TakeWord("WRAP")) {
    overflow = BitOverflow::kWrap;
  } else if (read.TakeWord("SAT")) {
    overflow = BitOverflow::kSaturate;
  } else if (read.TakeWord("FAIL")) {
    overflow = BitOverflow::kFail;
  } else {
    read.Fail("ERR Invalid OVERFLOW type specified");
  }
}

std::vector<FieldStep> ReadSteps(ArgumentReader& read, Call& call) {
  std::vector<FieldStep> steps;
  FieldStep step;
  while (!read.AtEnd()) {
    if (read.TakeOption("GET", 2)) {
      step.kind = FieldStep::Kind::kGet;
    } else if (read.TakeOption("SET", 3)) {
      step.kind = FieldStep::Kind::kSet;
    } else if (read.TakeOption("INCRBY", 3)) {
      step.kind = FieldStep::Kind::kIncrement;
    } else if (read.TakeOption("OVERFLOW", 1)) {
      ReadOverflow(read, step.overflow);
      continue;
    } else {
      read.Fail(errors::kSyntax);
      break;
    }
    ReadFieldType(read, step.field);
    step.field.offset = NextBitOffset(read, call, step.field.bits);
    if (step.kind != FieldStep::Kind::kGet) step.value = read.NextInteger();
    steps.push_back(step);
  }
  return steps;
}

void ReplyFields(Call& call, const Entry* entry, const std::vector<FieldStep>& steps) {
  IntegerText scratch;
  const std::string_view bytes =
      entry == nullptr ? std::string_view() : StringBytes(*entry, scratch);
  call.reply.Array(steps.size());
  for (const FieldStep& step : steps) call.reply.Integer(ReadBitField(bytes, step.field));
}

// Runs a step; true when it wrote something new.
bool RunStep(Call& call, std::span<uint8_t> bytes, const FieldStep& step) {
  const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const int64_t before = ReadBitField(view, step.field);
  if (step.kind == FieldStep::Kind::kGet) {
    call.reply.Integer(before);
    return false;
  }
  const bool sets = step.kind == FieldStep::Kind::kSet;
  const std::optional<int64_t> after =
      sets ? FitBitField(step.field, step.value, 0, step.overflow)
           : FitBitField(step.field, before, step.value, step.overflow);
  if (!after) {
    call.reply.Null();
    return false;
  }
  call.reply.Integer(sets ? before : *after);
  WriteBitField(bytes, step.field, *after);
  return *after != before;
}

void ChangeFields(Call& call, const Key& key, const std::vector<FieldStep>& steps,
                  uint64_t last_bit) {
  bool failed = false;
  const Database::Position position = LocateString(call, key, failed);
  if (failed) return;
  bool changed = false;
  {
    StringEdit edit(call.database(), key, position, last_bit / 8 + 1);
    call.reply.Array(steps.size());
    for (const FieldStep& step : steps) changed |= RunStep(call, edit.bytes(), step);
    if (changed) edit.Touch();
    changed |= edit.grown();
  }
  if (changed) call.Notify(kNotifyString, "setbit", key.bytes);
}

void RunFields(Call& call, bool read_only) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  const std::vector<FieldStep> steps = ReadSteps(read, call);
  bool writes = false;
  uint64_t last_bit = 0;
  for (const FieldStep& step : steps) {
    if (step.kind == FieldStep::Kind::kGet) continue;
    writes = true;
    last_bit = std::max(last_bit, step.field.last_bit());
  }
  if (writes && read_only) read.Fail("ERR BITFIELD_RO only supports the GET subcommand");
  if (!read.Finish()) return;
  if (writes) {
    ChangeFields(call, key, steps, last_bit);
    return;
  }
  bool failed = false;
  const Entry* entry = ReadString(call, key, failed);
  if (!failed) ReplyFields(call, entry, steps);
}

void CmdBitField(Call& call) { RunFields(call, false); }
void CmdBitFieldRo(Call& call) { RunFields(call, true); }

constexpr KeySpec kFieldKey[] = {{.flags = kKeyReadWrite | kKeyAccess | kKeyUpdate | kKeyVariable}};

// Nothing but GET only reads.
uint16_t FieldKeyFlags(std::span<const std::string_view> arguments) {
  for (size_t i = 2; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (EqualsIgnoreCase(word, "SET") || EqualsIgnoreCase(word, "INCRBY")) {
      return kFieldKey[0].flags & ~kKeyVariable;
    }
  }
  return kKeyReadOnly | kKeyAccess;
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "bitfield", .handler = CmdBitField, .arity = -2, .flags = kWrite | kDenyOom,
     .categories = kAclBitmap, .keys = kFieldKey, .key_flags = FieldKeyFlags, .since = "3.2.0",
     .group = CommandGroup::kBitmap,
     .summary = "Reads, sets and increments integers of any width inside a string.",
     .syntax = "key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] "
               "<SET encoding offset value | INCRBY encoding offset increment> "
               "[GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] "
               "<SET encoding offset value | INCRBY encoding offset increment> ...]]"},
    {.name = "bitfield_ro", .handler = CmdBitFieldRo, .arity = -2, .flags = kReadOnly | kFast,
     .categories = kAclBitmap, .keys = kReadFirstKey, .since = "6.0.0",
     .group = CommandGroup::kBitmap,
     .summary = "Reads integers of any width inside a string.",
     .syntax = "key [GET encoding offset [GET encoding offset ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> BitmapFieldCommands() { return kRows; }

}  // namespace kvasir

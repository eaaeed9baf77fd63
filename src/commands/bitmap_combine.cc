// BITOP: a string made of others, bit by bit.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/string_reply.h"
#include "src/store/bitmap.h"

namespace kvasir {
namespace {

struct NamedOperation {
  std::string_view name;
  BitOperation operation;
};
constexpr NamedOperation kOperations[] = {
    {"AND", BitOperation::kAnd},     {"OR", BitOperation::kOr},     {"XOR", BitOperation::kXor},
    {"NOT", BitOperation::kNot},     {"DIFF", BitOperation::kDiff}, {"DIFF1", BitOperation::kDiff1},
    {"ANDOR", BitOperation::kAndOr}, {"ONE", BitOperation::kOne},
};

const NamedOperation* FindOperation(std::string_view name) {
  for (const NamedOperation& known : kOperations) {
    if (EqualsIgnoreCase(name, known.name)) return &known;
  }
  return nullptr;
}

bool NeedsTwo(BitOperation operation) {
  return operation == BitOperation::kDiff || operation == BitOperation::kDiff1 ||
         operation == BitOperation::kAndOr;
}

bool IsNewerThanRedis7(BitOperation operation) {
  return NeedsTwo(operation) || operation == BitOperation::kOne;
}

// The strings under the keys from argument 3 on, absent ones empty. False, and an error reply, when
// one holds something else. LIFETIME: `scratch` holds the texts of integers.
bool ReadInputs(Call& call, std::vector<IntegerText>& scratch,
                std::vector<std::string_view>& inputs) {
  scratch.resize(call.size() - 3);
  inputs.reserve(scratch.size());
  for (size_t i = 3; i < call.size(); ++i) {
    bool failed = false;
    const Entry* entry = ReadString(call, call.KeyAt(i), failed);
    if (failed) return false;
    inputs.push_back(entry == nullptr ? std::string_view() : StringBytes(*entry, scratch[i - 3]));
  }
  return true;
}

void Store(Call& call, const Key& destination, BitOperation operation,
           std::span<const std::string_view> inputs, size_t size) {
  SharedBytes result = SharedBytes::WithCapacity(size);
  CombineBits(operation, inputs, {reinterpret_cast<uint8_t*>(result.mutable_data()), size});
  result.set_size(size);
  SetRawString(call.database(), destination, call.database().Locate(destination), result.view(),
               ExpiryChange::Clear(), &result);
  // redis-server 7 loads our log and does not know these.
  if (IsNewerThanRedis7(operation)) call.LogInstead({"SET", destination.bytes, result.view()});
  call.Notify(kNotifyString, "set", destination.bytes);
}

void CmdBitOp(Call& call) {
  const NamedOperation* operation = FindOperation(call[1]);
  if (operation == nullptr) {
    call.Error(errors::kSyntax);
    return;
  }
  if (operation->operation == BitOperation::kNot && call.size() != 4) {
    call.Error("ERR BITOP NOT must be called with a single source key.");
    return;
  }
  if (NeedsTwo(operation->operation) && call.size() < 5) {
    call.Error("ERR BITOP " + std::string(operation->name) +
               " must be called with at least two source keys.");
    return;
  }
  std::vector<IntegerText> scratch;
  std::vector<std::string_view> inputs;
  if (!ReadInputs(call, scratch, inputs)) return;
  size_t size = 0;
  for (const std::string_view input : inputs) size = std::max(size, input.size());
  const Key destination = call.KeyAt(2);
  if (size > 0) {
    Store(call, destination, operation->operation, inputs, size);
  } else if (const Database::Position old = call.database().Locate(destination)) {
    call.database().Remove(destination, old);
    call.LogInstead({"DEL", destination.bytes});
    call.Notify(kNotifyGeneric, "del", destination.bytes);
  }
  call.reply.Integer(static_cast<int64_t>(size));
}

constexpr KeySpec kCombineKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate, .begin = 2},
                                    {.flags = kKeyReadOnly | kKeyAccess, .begin = 3, .last = -1}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "bitop", .handler = CmdBitOp, .arity = -4, .flags = kWrite | kDenyOom,
     .categories = kAclBitmap, .keys = kCombineKeys, .since = "2.6.0",
     .group = CommandGroup::kBitmap,
     .summary = "Combines strings bit by bit and stores the result.",
     .syntax = "<AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey key [key ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> BitmapCombineCommands() { return kRows; }

}  // namespace kvasir

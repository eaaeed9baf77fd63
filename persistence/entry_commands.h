// Values as the commands that make them, for logs whose base is not an RDB file. All are known to
// redis-server 7, except field deadlines.
// THREAD: loop.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/log_encoder.h"
#include "src/base/function_ref.h"
#include "src/base/result.h"
#include "src/store/entry.h"
#include "src/store/hash_type.h"
#include "src/store/packed_element.h"

namespace kvasir {

// Takes one command; views, and what is shared, hold during the call.
using CommandSink = FunctionRef<Result<void>(std::span<const std::string_view> arguments,
                                             std::span<const SharedArgument> shared)>;

// The commands that make the key, its deadline included. Ends with the first error of the sink.
Result<void> WriteEntry(const Entry& entry, CommandSink sink);
// Gives the key a deadline.
Result<void> WriteDeadline(std::string_view key, int64_t deadline_ms, CommandSink sink);
// Loads a library of functions.
Result<void> WriteFunction(std::string_view source, CommandSink sink);

// Puts a collection's elements into commands of at most 64 arguments each besides the first ones.
class ElementCommands {
 public:
  // LIFETIME: of what the sink refers to. REQUIRES: no string and no stream.
  ElementCommands(ValueType type, std::string_view key, CommandSink sink);

  // By the function that belongs to the type; texts are copied.
  void ListElement(const PackedElement& element);
  void SetMember(std::string_view member) { Add(member); }
  void HashElement(const HashField& field);
  void SortedSetMember(std::string_view member, double score);
  // Nothing comes any more.
  Result<void> Finish();

 private:
  static constexpr size_t kElementsPerCommand = 64;

  void Add(std::string_view text);
  void Flush();

  CommandSink sink_;
  std::array<std::string, 2> head_;  // the command and the key
  std::vector<std::string> texts_;
  Result<void> result_;
};

}  // namespace kvasir

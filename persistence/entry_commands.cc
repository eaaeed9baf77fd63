#include "persistence/entry_commands.h"

#include "persistence/stream_writer.h"
#include "src/base/number.h"
#include "src/store/list_type.h"
#include "src/store/score.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

std::string_view CommandFor(ValueType type) {
  switch (type) {
    case ValueType::kList:
      return "RPUSH";
    case ValueType::kSet:
      return "SADD";
    case ValueType::kSortedSet:
      return "ZADD";
    default:
      return "HSET";
  }
}

std::string_view IntegerView(int64_t value, IntegerText& scratch) {
  return {scratch.data(), FormatInt64(value, scratch.data())};
}

Result<void> WriteString(const Entry& entry, CommandSink sink) {
  constexpr size_t kValue = 2;
  SharedBytes block;
  IntegerText scratch;
  std::array<std::string_view, 5> arguments = {"SET", entry.key()};
  if (entry.encoding() == Encoding::kBlock && entry.block_view().size() >= kLogShareMin) {
    block = StringBlock(entry);
    arguments[kValue] = block.view();
  } else {
    arguments[kValue] = StringBytes(entry, scratch);
  }
  size_t count = 3;
  IntegerText deadline;
  if (entry.has_expiry()) {
    arguments[3] = "PXAT";
    arguments[4] = IntegerView(entry.expiry()->deadline_ms, deadline);
    count = 5;
  }
  const SharedArgument shared = {kValue, &block};
  return sink(std::span(arguments).first(count), std::span(&shared, block ? 1 : 0));
}

Result<void> WriteElements(const Entry& entry, CommandSink sink) {
  ElementCommands elements(entry.type(), entry.key(), sink);
  switch (entry.type()) {
    case ValueType::kList:
      ListRange(entry, 0, ListLength(entry),
                [&](const PackedElement& element) { elements.ListElement(element); });
      break;
    case ValueType::kSet:
      ForEachSetMember(entry, [&](std::string_view member) { elements.SetMember(member); });
      break;
    case ValueType::kSortedSet: {
      SortedSetCursor cursor(entry, 0);
      for (ScoredMember next; cursor.Next(next);) elements.SortedSetMember(next.member, next.score);
      break;
    }
    default:
      VisitAllHashFields(entry, [&](const HashField& field) {
        elements.HashElement(field);
        return true;
      });
  }
  return elements.Finish();
}

Result<void> WriteValue(const Entry& entry, CommandSink sink) {
  switch (entry.type()) {
    case ValueType::kList:
    case ValueType::kSet:
    case ValueType::kSortedSet:
    case ValueType::kHash:
      return WriteElements(entry, sink);
    case ValueType::kStream:
      return WriteStream(
          entry.key(), StreamOf(entry),
          [&](std::span<const std::string_view> arguments) { return sink(arguments, {}); });
    default:
      return Fail(Errc::kUnsupported, "a value of this type cannot be written");
  }
}

}  // namespace

ElementCommands::ElementCommands(ValueType type, std::string_view key, CommandSink sink)
    : sink_(sink), head_{std::string(CommandFor(type)), std::string(key)} {}

void ElementCommands::Add(std::string_view text) {
  texts_.emplace_back(text);
  if (texts_.size() == kElementsPerCommand) Flush();
}

void ElementCommands::Flush() {
  if (texts_.empty()) return;
  std::vector<std::string_view> arguments(head_.begin(), head_.end());
  arguments.insert(arguments.end(), texts_.begin(), texts_.end());
  if (result_) result_ = sink_(arguments, {});
  texts_.clear();
}

Result<void> ElementCommands::Finish() {
  Flush();
  return result_;
}

void ElementCommands::ListElement(const PackedElement& element) {
  ElementText scratch;
  Add(element.Text(scratch));
}

void ElementCommands::HashElement(const HashField& field) {
  // It may stand in memory that the sink's command moves.
  const std::string name(field.name);
  Add(name);
  Add(field.value);
  if (!field.has_deadline()) return;
  Flush();
  IntegerText scratch;
  const std::array<std::string_view, 6> arguments = {
      "HPEXPIREAT", head_[1], IntegerView(field.deadline_ms, scratch), "FIELDS", "1", name};
  if (result_) result_ = sink_(arguments, {});
}

void ElementCommands::SortedSetMember(std::string_view member, double score) {
  ScoreText scratch;
  Add(FormatScore(score, scratch));
  Add(member);
}

Result<void> WriteDeadline(std::string_view key, int64_t deadline_ms, CommandSink sink) {
  IntegerText scratch;
  const std::array<std::string_view, 3> arguments = {"PEXPIREAT", key,
                                                     IntegerView(deadline_ms, scratch)};
  return sink(arguments, {});
}

Result<void> WriteFunction(std::string_view source, CommandSink sink) {
  const std::array<std::string_view, 3> arguments = {"FUNCTION", "LOAD", source};
  return sink(arguments, {});
}

Result<void> WriteEntry(const Entry& entry, CommandSink sink) {
  if (entry.type() == ValueType::kString) return WriteString(entry, sink);
  Result<void> written = WriteValue(entry, sink);
  if (!written || !entry.has_expiry()) return written;
  return WriteDeadline(entry.key(), entry.expiry()->deadline_ms, sink);
}

}  // namespace kvasir

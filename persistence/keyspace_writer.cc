#include "persistence/keyspace_writer.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/stream_writer.h"
#include "src/base/number.h"
#include "src/store/hash_type.h"
#include "src/store/list_type.h"
#include "src/store/score.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

// Writes a collection as commands that hold at most kElementsPerCommand arguments each besides the
// first ones.
class ElementWriter {
 public:
  ElementWriter(int database, BaseWriter& writer, std::string_view command, std::string_view key)
      : database_(database), writer_(writer), head_{command, key} {}

  // The text is copied.
  void Add(std::string_view text) {
    texts_.emplace_back(text);
    if (texts_.size() == kElementsPerCommand) Flush();
  }
  Result<void> Finish() {
    if (!texts_.empty()) Flush();
    return result_;
  }

 private:
  static constexpr size_t kElementsPerCommand = 64;

  void Flush() {
    std::vector<std::string_view> arguments(head_.begin(), head_.end());
    arguments.insert(arguments.end(), texts_.begin(), texts_.end());
    if (result_) result_ = writer_.Append(database_, arguments);
    texts_.clear();
  }

  int database_;
  BaseWriter& writer_;
  std::array<std::string_view, 2> head_;
  std::vector<std::string> texts_;
  Result<void> result_;
};

Result<void> WriteString(int database, const Entry& entry, BaseWriter& writer) {
  IntegerText scratch;
  std::array<char, kInt64TextMax> deadline;
  std::array<std::string_view, 5> arguments = {"SET", entry.key(), StringBytes(entry, scratch)};
  size_t count = 3;
  if (entry.has_expiry()) {
    arguments[3] = "PXAT";
    arguments[4] = {deadline.data(), FormatInt64(entry.expiry()->deadline_ms, deadline.data())};
    count = 5;
  }
  return writer.Append(database, std::span(arguments).first(count));
}

Result<void> WriteList(int database, const Entry& entry, BaseWriter& writer) {
  ElementWriter elements(database, writer, "RPUSH", entry.key());
  ElementText scratch;
  ListRange(entry, 0, ListLength(entry),
            [&](const PackedElement& element) { elements.Add(element.Text(scratch)); });
  return elements.Finish();
}

Result<void> WriteSortedSet(int database, const Entry& entry, BaseWriter& writer) {
  ElementWriter elements(database, writer, "ZADD", entry.key());
  SortedSetCursor cursor(entry, 0);
  ScoreText scratch;
  for (ScoredMember member; cursor.Next(member);) {
    elements.Add(FormatScore(member.score, scratch));
    elements.Add(member.member);
  }
  return elements.Finish();
}

Result<void> WriteSet(int database, const Entry& entry, BaseWriter& writer) {
  ElementWriter elements(database, writer, "SADD", entry.key());
  ForEachSetMember(entry, [&](std::string_view member) { elements.Add(member); });
  return elements.Finish();
}

Result<void> WriteFieldDeadlines(int database, const Entry& entry, BaseWriter& writer) {
  Result<void> written;
  VisitAllHashFields(entry, [&](const HashField& field) {
    if (!field.has_deadline()) return true;
    IntegerText scratch;
    const std::array<std::string_view, 6> arguments = {
        "HPEXPIREAT", entry.key(), {scratch.data(), FormatInt64(field.deadline_ms, scratch.data())},
        "FIELDS",     "1",         field.name};
    written = writer.Append(database, arguments);
    return written.has_value();
  });
  return written;
}

Result<void> WriteHash(int database, const Entry& entry, BaseWriter& writer) {
  ElementWriter elements(database, writer, "HSET", entry.key());
  VisitAllHashFields(entry, [&](const HashField& field) {
    elements.Add(field.name);
    elements.Add(field.value);
    return true;
  });
  const Result<void> written = elements.Finish();
  return written ? WriteFieldDeadlines(database, entry, writer) : written;
}

Result<void> WriteDeadline(int database, const Entry& entry, BaseWriter& writer) {
  if (!entry.has_expiry()) return {};
  IntegerText scratch;
  const std::array<std::string_view, 3> arguments = {
      "PEXPIREAT",
      entry.key(),
      {scratch.data(), FormatInt64(entry.expiry()->deadline_ms, scratch.data())}};
  return writer.Append(database, arguments);
}

Result<void> WriteValue(int database, const Entry& entry, BaseWriter& writer) {
  switch (entry.type()) {
    case ValueType::kList:
      return WriteList(database, entry, writer);
    case ValueType::kSet:
      return WriteSet(database, entry, writer);
    case ValueType::kSortedSet:
      return WriteSortedSet(database, entry, writer);
    case ValueType::kHash:
      return WriteHash(database, entry, writer);
    case ValueType::kStream:
      return WriteStream(entry.key(), StreamOf(entry),
                         [&](std::span<const std::string_view> arguments) {
                           return writer.Append(database, arguments);
                         });
    default:
      return Fail(Errc::kUnsupported, "a value of this type cannot be written");
  }
}

Result<void> WriteEntry(int database, const Entry& entry, BaseWriter& writer) {
  if (entry.type() == ValueType::kString) return WriteString(database, entry, writer);
  Result<void> written = WriteValue(database, entry, writer);
  return written ? WriteDeadline(database, entry, writer) : written;
}

}  // namespace

Result<void> WriteKeyspace(const Keyspace& keyspace, BaseWriter& writer) {
  Result<void> result;
  for (const std::string& source : keyspace.function_libraries()) {
    if (result)
      result = writer.Append(0, std::array<std::string_view, 3>{"FUNCTION", "LOAD", source});
  }
  for (int i = 0; i < keyspace.database_count() && result; ++i) {
    keyspace.database(i).table().ForEach([&](const Entry* entry) {
      if (result) result = WriteEntry(i, *entry, writer);
    });
  }
  return result;
}

Result<void> RemoveLogFiles(FileSystem& files, const LogPaths& paths) {
  Result<std::vector<std::string>> names = files.List(paths.Directory());
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (Result<void> removed = files.Unlink(paths.InDirectory(name)); !removed) return removed;
  }
  return {};
}

}  // namespace kvasir

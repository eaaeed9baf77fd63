#include "persistence/keyspace_writer.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/number.h"
#include "src/store/score.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

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

// Elements of a collection that one command carries.
constexpr size_t kElementsPerCommand = 64;

Result<void> WriteDeadline(int database, const Entry& entry, BaseWriter& writer) {
  if (!entry.has_expiry()) return {};
  std::array<char, kInt64TextMax> digits;
  const std::string_view deadline = {digits.data(),
                                     FormatInt64(entry.expiry()->deadline_ms, digits.data())};
  const std::array<std::string_view, 3> arguments = {"PEXPIREAT", entry.key(), deadline};
  return writer.Append(database, arguments);
}

Result<void> WriteSortedSet(int database, const Entry& entry, BaseWriter& writer) {
  std::array<ScoreText, kElementsPerCommand> scores;
  std::array<std::string, kElementsPerCommand> members;
  SortedSetCursor cursor(entry, 0);
  ScoredMember member;
  for (bool more = cursor.Next(member); more;) {
    std::vector<std::string_view> arguments = {"ZADD", entry.key()};
    for (size_t i = 0; more && i < kElementsPerCommand; ++i) {
      // A member may be gone when the cursor moves on.
      members[i] = member.member;
      arguments.push_back(FormatScore(member.score, scores[i]));
      arguments.push_back(members[i]);
      more = cursor.Next(member);
    }
    if (Result<void> result = writer.Append(database, arguments); !result) return result;
  }
  return WriteDeadline(database, entry, writer);
}

Result<void> WriteEntry(int database, const Entry& entry, BaseWriter& writer) {
  if (entry.type() == ValueType::kSortedSet) return WriteSortedSet(database, entry, writer);
  return WriteString(database, entry, writer);
}

}  // namespace

Result<void> WriteKeyspace(const Keyspace& keyspace, BaseWriter& writer) {
  Result<void> result;
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

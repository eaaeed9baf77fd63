#include "persistence/keyspace_writer.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/number.h"
#include "src/store/list_type.h"
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

Result<void> WriteDeadline(int database, const Entry& entry, BaseWriter& writer) {
  if (!entry.has_expiry()) return {};
  std::array<char, kInt64TextMax> deadline;
  const std::array<std::string_view, 3> arguments = {
      "PEXPIREAT",
      entry.key(),
      {deadline.data(), FormatInt64(entry.expiry()->deadline_ms, deadline.data())}};
  return writer.Append(database, arguments);
}

// So many elements go into one command.
constexpr size_t kElementsPerCommand = 64;

Result<void> WriteList(int database, const Entry& entry, BaseWriter& writer) {
  std::array<ElementText, kElementsPerCommand> texts;
  std::vector<std::string_view> arguments = {"RPUSH", entry.key()};
  Result<void> result;
  const auto write = [&] {
    if (result && arguments.size() > 2) result = writer.Append(database, arguments);
    arguments.resize(2);
  };
  ListRange(entry, 0, ListLength(entry), [&](const PackedElement& element) {
    arguments.push_back(element.Text(texts[arguments.size() - 2]));
    if (arguments.size() == kElementsPerCommand + 2) write();
  });
  write();
  return result ? WriteDeadline(database, entry, writer) : result;
}

Result<void> WriteEntry(int database, const Entry& entry, BaseWriter& writer) {
  if (entry.type() == ValueType::kList) return WriteList(database, entry, writer);
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

#include "persistence/keyspace_writer.h"

#include <array>
#include <string>
#include <string_view>

#include "src/base/number.h"
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

}  // namespace

Result<void> WriteKeyspace(const Keyspace& keyspace, BaseWriter& writer) {
  Result<void> result;
  for (int i = 0; i < keyspace.database_count() && result; ++i) {
    keyspace.database(i).table().ForEach([&](const Entry* entry) {
      if (result) result = WriteString(i, *entry, writer);
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

#include "persistence/keyspace_writer.h"

#include <string>
#include <vector>

#include "persistence/entry_commands.h"

namespace kvasir {

Result<void> WriteKeyspace(const Keyspace& keyspace, BaseWriter& writer) {
  Result<void> result;
  int database = 0;
  const auto append = [&](std::span<const std::string_view> arguments,
                          std::span<const SharedArgument> shared) {
    return writer.Append(database, arguments, shared);
  };
  for (const std::string& source : keyspace.function_libraries()) {
    if (result) result = WriteFunction(source, append);
  }
  for (; database < keyspace.database_count() && result; ++database) {
    keyspace.database(database).table().ForEach([&](const Entry* entry) {
      if (result) result = WriteEntry(*entry, append);
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

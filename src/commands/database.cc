// Databases as a whole: choosing, emptying and exchanging them.
#include <climits>
#include <string>
#include <vector>

#include "src/commands/database_index.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdSelect(Call& call) {
  ArgumentReader read(call, 1);
  const int index = NextDatabaseIndex(read, call);
  if (!read.Finish()) return;
  call.session().database = index;
  call.reply.Ok();
}

// Whether the memory is to be freed before the reply. Only when SYNC asks for it: otherwise the
// loop would stand still for it.
bool ReadWait(Call& call, bool& wait) {
  ArgumentReader read(call, 1);
  wait = read.TakeWord("SYNC");
  if (!wait) read.TakeWord("ASYNC");
  return read.Finish();
}

void Flush(Call& call, int index, bool wait) {
  call.engine().TouchWatched(index);
  call.keyspace().database(index).Clear(wait);
}

void CmdFlushDb(Call& call) {
  bool wait = false;
  if (!ReadWait(call, wait)) return;
  Flush(call, call.session().database, wait);
  call.engine().tracking().AllChanged();
  call.reply.Ok();
}

void CmdFlushAll(Call& call) {
  bool wait = false;
  if (!ReadWait(call, wait)) return;
  for (int i = 0; i < call.keyspace().database_count(); ++i) Flush(call, i, wait);
  call.engine().tracking().AllChanged();
  call.reply.Ok();
}

// A key past its deadline is as good as absent: it must not turn up where another database's keys
// are watched, and be taken for a change when it goes.
void RemoveStale(Call& call, int index, int watched) {
  Database& database = call.keyspace().database(index);
  std::vector<std::string> names;
  call.engine().watches().ForEachKey(watched,
                                     [&](const std::string& name) { names.push_back(name); });
  for (const std::string& name : names) database.Locate(Key::Of(name));
}

void CmdSwapDb(Call& call) {
  ArgumentReader read(call, 1);
  const int64_t first = read.NextIntegerIn(INT_MIN, INT_MAX, "ERR invalid first DB index");
  const int64_t second = read.NextIntegerIn(INT_MIN, INT_MAX, "ERR invalid second DB index");
  const int64_t count = call.keyspace().database_count();
  if (first < 0 || first >= count || second < 0 || second >= count) {
    read.Fail(errors::kDbIndexOutOfRange);
  }
  if (!read.Finish()) return;
  call.reply.Ok();
  if (first == second) return;
  const int indexes[] = {static_cast<int>(first), static_cast<int>(second)};
  RemoveStale(call, indexes[0], indexes[1]);
  RemoveStale(call, indexes[1], indexes[0]);
  // A watched key has changed when it was there before or is there now.
  for (const int index : indexes) call.engine().TouchWatched(index);
  call.keyspace().database(indexes[0]).SwapContents(call.keyspace().database(indexes[1]));
  for (const int index : indexes) call.engine().TouchWatched(index);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "select", .handler = CmdSelect, .arity = 2, .flags = kLoading | kStale | kFast,
     .categories = kAclConnection, .since = "1.0.0", .group = CommandGroup::kConnection,
     .summary = "Chooses the database that the connection works with.", .syntax = "index"},
    {.name = "flushdb", .handler = CmdFlushDb, .arity = -1, .flags = kWrite,
     .categories = kAclKeyspace | kAclDangerous, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Removes all keys of the database.",
     .syntax = "[ASYNC | SYNC]"},
    {.name = "flushall", .handler = CmdFlushAll, .arity = -1, .flags = kWrite,
     .categories = kAclKeyspace | kAclDangerous, .since = "1.0.0",
     .group = CommandGroup::kServer, .summary = "Removes all keys of all databases.",
     .syntax = "[ASYNC | SYNC]"},
    {.name = "swapdb", .handler = CmdSwapDb, .arity = 3, .flags = kWrite | kFast,
     .categories = kAclKeyspace | kAclDangerous, .since = "4.0.0",
     .group = CommandGroup::kServer, .summary = "Exchanges the contents of two databases.",
     .syntax = "index1 index2"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> DatabaseCommands() { return kRows; }

}  // namespace kvasir

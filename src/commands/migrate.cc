// MIGRATE: keys move to another server. The loop does not wait for it, only the client does. A key
// that is written meanwhile stays here as well, since what was sent is no longer what it holds.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/rdb_payload.h"
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

constexpr std::string_view kUnblocked = "UNBLOCKED the keys may be on both servers";

struct MigrateArguments {
  int64_t database = 0;  // there
  int64_t timeout_ms = 0;
  bool copy = false;
  bool replace = false;
  std::optional<std::string_view> user;
  std::optional<std::string_view> password;
  std::vector<std::string_view> keys;
};

// A migration on its way. LIFETIME: until its outcome is known, or the server ends.
struct Migration {
  explicit Migration(Engine& engine) : engine(&engine) {}
  Migration(const Migration&) = delete;
  Migration& operator=(const Migration&) = delete;
  ~Migration() {
    for (const auto& watcher : watchers) engine->EndTransaction(*watcher);
  }

  Engine* engine;
  uint64_t client = 0;  // id: the session may be gone by then
  bool copy = false;
  size_t greetings = 0;  // replies before those to keys
  std::vector<std::string> keys;
  // For each key: watches it. Runs the DEL in the end, in the database of the keys.
  std::vector<std::unique_ptr<Session>> watchers;
  std::string error = std::string(kUnblocked);
};

void AppendRequest(std::string& out, std::initializer_list<std::string_view> arguments) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", arguments.size());
  for (const std::string_view argument : arguments) {
    fmt::format_to(std::back_inserter(out), "${}\r\n", argument.size());
    (out += argument) += "\r\n";
  }
}

void ReadPassword(ArgumentReader& read, Call& call, MigrateArguments& arguments) {
  call.Redact(read.position());
  arguments.password = read.Next();
}

void ReadKeys(ArgumentReader& read, Call& call, MigrateArguments& arguments) {
  if (!call[3].empty()) {
    read.Fail(
        "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
  }
  arguments.keys.clear();
  while (!read.AtEnd()) arguments.keys.push_back(read.Next());
}

std::optional<MigrateArguments> ReadArguments(Call& call) {
  constexpr int64_t kTimeoutMs = 1000;
  MigrateArguments arguments;
  ArgumentReader read(call, 4);
  arguments.database = read.NextInteger();
  arguments.timeout_ms = read.NextInteger();
  if (arguments.timeout_ms <= 0) arguments.timeout_ms = kTimeoutMs;
  arguments.keys = {call[3]};
  while (!read.AtEnd()) {
    if (read.TakeWord("COPY")) {
      arguments.copy = true;
    } else if (read.TakeWord("REPLACE")) {
      arguments.replace = true;
    } else if (read.TakeOption("AUTH", 1)) {
      ReadPassword(read, call, arguments);
    } else if (read.TakeOption("AUTH2", 2)) {
      call.Redact(read.position());
      arguments.user = read.Next();
      ReadPassword(read, call, arguments);
    } else if (read.TakeWord("KEYS")) {
      ReadKeys(read, call, arguments);
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  if (!read.Finish()) return std::nullopt;
  return arguments;
}

// Those keys that are there, with the requests that make them over there.
void AddKeys(Call& call, const MigrateArguments& arguments, Migration& migration,
             std::string& requests) {
  for (const std::string_view name : arguments.keys) {
    const Entry* entry = call.database().Read(Key::Of(name));
    if (entry == nullptr) continue;
    const std::string payload = DumpValue(*entry, call.engine().settings().rdbcompression);
    const int64_t ttl_ms = entry->has_expiry()
                               ? std::max<int64_t>(entry->expiry()->deadline_ms - call.now_ms(), 1)
                               : 0;
    const std::string ttl = std::to_string(ttl_ms);
    if (arguments.replace) {
      AppendRequest(requests, {"RESTORE", name, ttl, payload, "REPLACE"});
    } else {
      AppendRequest(requests, {"RESTORE", name, ttl, payload});
    }
    migration.keys.emplace_back(name);
  }
}

std::string Greet(const MigrateArguments& arguments, Migration& migration) {
  std::string requests;
  if (arguments.password && arguments.user) {
    AppendRequest(requests, {"AUTH", *arguments.user, *arguments.password});
  } else if (arguments.password) {
    AppendRequest(requests, {"AUTH", *arguments.password});
  }
  AppendRequest(requests, {"SELECT", std::to_string(arguments.database)});
  migration.greetings = arguments.password ? 2 : 1;
  return requests;
}

void WatchKeys(Call& call, Migration& migration) {
  for (const std::string& key : migration.keys) {
    migration.watchers.push_back(std::make_unique<Session>());
    Session& watcher = *migration.watchers.back();
    watcher.database = call.session().database;
    call.engine().watches().Add(watcher, watcher.database, key);
  }
  call.engine().UpdateNotifications();
}

// The first thing that the other server refused; nothing when it took all it answered for.
std::optional<std::string> FirstRefusal(const MigrationOutcome& outcome) {
  for (const std::string& reply : outcome.replies) {
    if (reply.starts_with('-')) {
      return "ERR Target instance replied with error: " + reply.substr(1);
    }
  }
  return std::nullopt;
}

std::string FaultText(MigrationOutcome::Fault fault) {
  switch (fault) {
    case MigrationOutcome::Fault::kConnecting:
      return "IOERR error or timeout connecting to the client";
    case MigrationOutcome::Fault::kWriting:
      return "IOERR error or timeout writing to target instance";
    default:
      return "IOERR error or timeout reading from target instance";
  }
}

// Removes a key that arrived. False when it has been written since, or may not be removed now.
bool RemoveKey(Engine& engine, Session& watcher, const std::string& key) {
  const bool changed = watcher.transaction == nullptr || watcher.transaction->watched_changed;
  engine.EndTransaction(watcher);
  if (changed) return false;
  const std::string_view request[] = {"DEL", key};
  engine.ExecuteOne(watcher, request);
  return watcher.failed_requests == 0;
}

void Finish(Migration& migration, const MigrationOutcome& outcome) {
  Engine& engine = *migration.engine;
  const std::optional<std::string> refusal = FirstRefusal(outcome);
  bool greeted = outcome.replies.size() >= migration.greetings;
  for (size_t i = 0; greeted && i < migration.greetings; ++i) {
    greeted = !outcome.replies[i].starts_with('-');
  }
  bool all_removed = true;
  uint64_t written = 0;
  for (size_t i = 0; i < migration.keys.size(); ++i) {
    Session& watcher = *migration.watchers[i];
    const size_t at = migration.greetings + i;
    const bool arrived =
        greeted && at < outcome.replies.size() && !outcome.replies[at].starts_with('-');
    if (arrived && !migration.copy) {
      all_removed &= RemoveKey(engine, watcher, migration.keys[i]);
      written = std::max(written, watcher.last_write);
    }
    engine.EndTransaction(watcher);
  }
  migration.error.clear();
  if (refusal) {
    migration.error = *refusal;
  } else if (outcome.fault != MigrationOutcome::Fault::kNone) {
    migration.error = FaultText(outcome.fault);
  } else if (!all_removed) {
    migration.error = "ERR a key changed while it was sent and is on both servers now";
  }
  Session* client = engine.clients().Find(migration.client);
  if (client == nullptr || client->blocked.reason != BlockReason::kMigration) return;
  client->last_write = std::max(client->last_write, written);
  client->depends_on = std::max(client->depends_on, written);
  engine.EndBlock(*client, migration.error);
}

void CmdMigrate(Call& call) {
  const std::optional<MigrateArguments> arguments = ReadArguments(call);
  if (!arguments) return;
  if (!call.MayBlock()) {
    call.Error("ERR MIGRATE waits for another server, which neither EXEC nor a script can");
    return;
  }
  auto migration = std::make_shared<Migration>(call.engine());
  migration->client = call.session().id;
  migration->copy = arguments->copy;
  MigrationOrder order;
  order.host = call[1];
  order.port = call[2];
  order.timeout_ms = arguments->timeout_ms;
  order.requests = Greet(*arguments, *migration);
  AddKeys(call, *arguments, *migration, order.requests);
  if (migration->keys.empty()) {
    call.reply.Status("NOKEY");
    return;
  }
  order.replies = migration->greetings + migration->keys.size();
  WatchKeys(call, *migration);
  const auto answer = [migration](ReplyWriter& reply) {
    if (migration->error.empty()) {
      reply.Ok();
    } else {
      reply.Error(migration->error);
    }
  };
  call.engine().Block(call.session(), {.reason = BlockReason::kMigration, .on_timeout = answer});
  call.engine().host().Migrate(std::move(order), [migration](const MigrationOutcome& outcome) {
    Finish(*migration, outcome);
  });
}

constexpr uint16_t kMoves = kKeyReadWrite | kKeyAccess | kKeyDelete;

// Where the key is empty the keys stand at the end.
uint16_t SingleKeyFlags(std::span<const std::string_view> arguments) {
  return arguments.size() > 3 && arguments[3].empty() ? uint16_t{kKeyNotKey} : kMoves;
}

constexpr KeySpec kKeys[] = {
    {.flags = kMoves | kKeyVariable, .begin = 3},
    {.flags = kMoves | kKeyIncomplete, .begin = -2, .keyword = "KEYS", .last = -1}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "migrate", .handler = CmdMigrate, .arity = -6, .flags = kWrite | kMovableKeys,
     .categories = kAclKeyspace | kAclDangerous, .keys = kKeys, .key_flags = SingleKeyFlags, .since = "2.6.0",
     .group = CommandGroup::kGeneric, .summary = "Moves keys to another server.",
     .syntax = "host port <key | \"\"> destination-db timeout [COPY] [REPLACE] [AUTH password | "
               "AUTH2 username password] [KEYS key [key ...]]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> MigrateCommands() { return kRows; }

}  // namespace kvasir

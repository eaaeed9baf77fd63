// Transactions. Queueing is a gate (engine/gates.h); here is what opens, runs and ends them.
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdMulti(Call& call) {
  Session& session = call.session();
  if (session.in_transaction()) {
    call.Error("ERR MULTI calls can not be nested");
    return;
  }
  session.EnsureTransaction().open = true;
  session.armed_gates |= kGateTransaction;
  call.reply.Ok();
}

void CmdDiscard(Call& call) {
  if (!call.session().in_transaction()) {
    call.Error("ERR DISCARD without MULTI");
    return;
  }
  call.engine().EndTransaction(call.session());
  call.reply.Ok();
}

// A watched key that has expired meanwhile counts as changed: looking it up removes it, and that
// is reported to its watchers.
bool WatchedChanged(Call& call, const Transaction& transaction) {
  for (const WatchedKey& watched : transaction.watched) {
    call.keyspace().database(watched.database).Locate(Key::Of(watched.key));
  }
  return transaction.watched_changed;
}

void RunQueue(Call& call, const std::vector<QueuedRequest>& queue) {
  Engine& engine = call.engine();
  call.reply.Array(queue.size());
  engine.BeginGroup();
  std::vector<std::string_view> arguments;
  for (const QueuedRequest& request : queue) {
    arguments.assign(request.arguments.begin(), request.arguments.end());
    const AclVerdict verdict = engine.CheckPermissions(call.session(), *request.command, arguments);
    if (!verdict.allowed()) {
      call.Error(errors::NoLongerAllowed(verdict.denial));
      continue;
    }
    engine.Run(call.session(), *request.command, arguments, call.reply);
  }
  engine.EndGroup();
}

void CmdExec(Call& call) {
  Session& session = call.session();
  Engine& engine = call.engine();
  if (!session.in_transaction()) {
    call.Error("ERR EXEC without MULTI");
    return;
  }
  Transaction& transaction = *session.transaction;
  if (transaction.failed) {
    call.Error(errors::kExecAbort);
  } else if (WatchedChanged(call, transaction)) {
    // The null tells that somebody wrote, so it has to wait for what they wrote (D1).
    engine.DependOnAllWrites(session);
    call.reply.NullArray();
  } else {
    // What the queue itself writes must not disturb the watches. The transaction stays open while
    // it runs, so that commands which would wait for something do not.
    const std::vector<QueuedRequest> queue = std::move(transaction.queue);
    transaction.runner = &call.command();
    transaction.running = queue.size();
    engine.watches().RemoveAll(session);
    engine.UpdateNotifications();
    RunQueue(call, queue);
  }
  engine.EndTransaction(session);
}

void CmdWatch(Call& call) {
  Session& session = call.session();
  if (session.in_transaction()) {
    call.Error("ERR WATCH inside MULTI is not allowed");
    return;
  }
  for (size_t i = 1; i < call.size(); ++i) {
    // A key that has expired already is gone before the watch begins, so it is no change later.
    call.database().Locate(call.KeyAt(i));
    call.engine().watches().Add(session, session.database, call[i]);
  }
  call.engine().UpdateNotifications();
  call.reply.Ok();
}

void CmdUnwatch(Call& call) {
  call.engine().watches().RemoveAll(call.session());
  call.engine().UpdateNotifications();
  call.reply.Ok();
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "multi", .handler = CmdMulti, .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy | kNotQueued,
     .categories = kAclTransaction, .since = "1.2.0", .group = CommandGroup::kTransactions,
     .summary = "Begins a transaction: what follows is queued."},
    {.name = "exec", .handler = CmdExec, .arity = 1,
     .flags = kNoScript | kLoading | kStale | kSkipSlowlog | kNotQueued | kRunsQueue,
     .categories = kAclTransaction, .since = "1.2.0", .group = CommandGroup::kTransactions,
     .summary = "Runs what the transaction has queued, all at once."},
    {.name = "discard", .handler = CmdDiscard, .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy | kNotQueued,
     .categories = kAclTransaction, .since = "2.0.0", .group = CommandGroup::kTransactions,
     .summary = "Ends a transaction without running it."},
    {.name = "watch", .handler = CmdWatch, .arity = -2,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy | kNotQueued,
     .categories = kAclTransaction, .keys = kInspectAllArguments, .since = "2.2.0",
     .group = CommandGroup::kTransactions,
     .summary = "Lets the next EXEC run only if the keys stay as they are.",
     .syntax = "key [key ...]"},
    {.name = "unwatch", .handler = CmdUnwatch, .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy,
     .categories = kAclTransaction, .since = "2.2.0", .group = CommandGroup::kTransactions,
     .summary = "Ends all watches of the connection."},
};
// clang-format on

}  // namespace

std::span<const CommandRow> TransactionCommands() { return kRows; }

}  // namespace kvasir

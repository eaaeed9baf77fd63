#include "src/engine/client_description.h"

#include <fmt/format.h>

#include <iterator>

#include "src/engine/command_table.h"

namespace kvasir {
namespace {

// Appends " name=value"; the first field goes without the space.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}
  template <typename Value>
  void operator()(std::string_view name, const Value& value) {
    fmt::format_to(std::back_inserter(out_), "{}{}={}", out_.empty() ? "" : " ", name, value);
  }

 private:
  std::string& out_;
};

}  // namespace

std::string ClientFlags(const Session& session, const ConnectionFacts& facts) {
  std::string flags;
  const auto add = [&flags](bool set, char letter) {
    if (set) flags += letter;
  };
  add(session.is_monitor, 'O');
  add(session.subscriber != nullptr, 'P');
  add(session.in_transaction(), 'x');
  add(session.blocked_now(), 'b');
  const TrackingState* tracking = session.tracking.get();
  add(tracking != nullptr, 't');
  add(tracking != nullptr && tracking->redirect_broken, 'R');
  add(tracking != nullptr && tracking->broadcast, 'B');
  add(session.transaction != nullptr && session.transaction->watched_changed, 'd');
  add(session.close_after_reply, 'c');
  add(facts.unix_socket, 'U');
  add(session.no_evict, 'e');
  add(session.no_touch, 'T');
  return flags.empty() ? "N" : flags;
}

std::string_view AddressHost(std::string_view address) {
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

std::string DescribeClient(const Session& session, const Command* running, int64_t now_ms) {
  const ConnectionFacts facts = session.Facts();
  const Transaction* transaction = session.transaction.get();
  const Command* command = running != nullptr ? running : session.last_command;
  // As in Redis, what a client runs is EXEC as long as that lasts.
  if (transaction != nullptr && transaction->runner != nullptr) command = transaction->runner;
  std::string line;
  FieldWriter field(line);
  field("id", session.id);
  field("addr", facts.address);
  field("laddr", facts.local_address);
  field("fd", facts.descriptor);
  field("name", session.name);
  field("age", (now_ms - session.created_ms) / 1000);
  field("idle", (now_ms - session.last_request_ms) / 1000);
  field("flags", ClientFlags(session, facts));
  field("db", session.database);
  const auto subscriptions = [&](TopicKind kind) {
    return session.subscriber == nullptr ? 0 : session.subscriber->count(kind);
  };
  field("sub", subscriptions(TopicKind::kChannel));
  field("psub", subscriptions(TopicKind::kPattern));
  field("ssub", subscriptions(TopicKind::kShardChannel));
  const size_t queued =
      transaction == nullptr ? 0 : transaction->queue.size() + transaction->running;
  field("multi", session.in_transaction() ? static_cast<int64_t>(queued) : -1);
  field("watch", transaction == nullptr ? 0 : transaction->watched.size());
  field("qbuf", facts.query_buffer_bytes);
  field("qbuf-free", facts.query_buffer_free);
  field("argv-mem", 0);
  field("multi-mem", transaction == nullptr ? 0 : transaction->queued_bytes);
  field("rbs", 0);
  field("rbp", 0);
  field("obl", session.output.size());
  field("oll", 0);
  field("omem", session.output.size());
  field("tot-mem", session.MemoryBytes());
  field("events", session.output.empty() ? "r" : "rw");
  field("cmd", command == nullptr ? std::string_view("NULL") : command->full_name);
  field("user", session.user_name());
  field("redir", session.tracking == nullptr ? -1 : int64_t(session.tracking->redirect));
  field("resp", session.resp_version);
  field("lib-name", session.library_name);
  field("lib-ver", session.library_version);
  field("io-thread", 0);
  field("tot-net-in", session.input_bytes);
  field("tot-net-out", session.output_bytes);
  field("tot-cmds", session.requests);
  field("capa", session.capabilities);
  line += '\n';
  return line;
}

}  // namespace kvasir

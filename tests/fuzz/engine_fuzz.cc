// Whatever clients ask for, in whatever order, the engine survives it, and its log gives the same
// keyspace in an empty engine (D8).
//
// The first byte of the input chooses settings; the rest is what two clients send, by turns of up
// to eight requests. Before each turn the clock moves on a little.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "src/commands/families.h"
#include "src/engine/engine.h"
#include "src/store/digest.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

constexpr int kDatabases = 4;
constexpr size_t kTurn = 8;

Settings FuzzSettings(uint8_t choice) {
  Settings settings;
  // Small, since memory is not what is looked for here.
  settings.proto_max_bulk_bytes = 4096;
  // A script without end is left soon.
  settings.busy_reply_threshold_ms = 1;
  if ((choice & 1) != 0) settings.maxmemory_policy = EvictionPolicy::kAllKeysLfu;
  if ((choice & 2) != 0) settings.requirepass = "p";
  return settings;
}

class Fuzzed {
 public:
  explicit Fuzzed(uint8_t choice)
      : settings_(FuzzSettings(choice)), engine_(keyspace_, host_, settings_, AllFamilies()) {
    log_.waits_for_sync = (choice & 4) != 0;
    engine_.set_log(&log_);
    engine_.BeginTick(now_ms_);
    for (Session& session : sessions_) {
      engine_.clients().Add(session);
      if (settings_.requirepass.empty()) continue;
      session.authenticated = false;
      session.armed_gates |= kGateAuth;
    }
  }
  ~Fuzzed() {
    for (Session& session : sessions_) engine_.Forget(session);
  }

  void RunStream(std::string_view stream) {
    RequestParser parser;
    RequestBatch batch;
    for (int turn = 0;; ++turn) {
      batch.Clear();
      bool more = true;
      while (more && batch.requests().size() < kTurn) {
        size_t consumed = 0;
        more = parser.Parse(stream, {}, batch, consumed) == RequestParser::Status::kRequest;
        stream.remove_prefix(consumed);
      }
      RunTurn(sessions_[turn % 2], batch);
      if (!more) return;
    }
  }

  void CheckReplay() {
    Keyspace keyspace(kDatabases);
    Engine engine(keyspace, host_, Settings(), AllFamilies());
    keyspace.SetNow(now_ms_);
    keyspace.context().expiry_enabled = false;
    Session session;
    session.is_replay = true;
    session.exempt_gates = ~0U;
    for (const RecordingLog::Record& record : log_.records) {
      const std::vector<std::string_view> arguments(record.arguments.begin(),
                                                    record.arguments.end());
      session.database = record.database;
      engine.ExecuteOne(session, arguments);
      const std::string reply = session.output.ToString();
      if (reply.starts_with("-")) Die("replay of " + record.arguments[0] + ": " + reply);
      session.output.Clear();
    }
    const auto digest = DigestKeyspace(keyspace, DigestDeadlines::kExact);
    if (digest != DigestKeyspace(keyspace_, DigestDeadlines::kExact)) Die("the digests differ");
  }

 private:
  [[noreturn]] static void Die(const std::string& why) {
    fprintf(stderr, "%s\n", why.c_str());
    abort();
  }

  bool IsExcluded(const RequestBatch& batch, const RequestBatch::Request& request) {
    const Command* command = engine_.commands().Find(batch.Arguments(request));
    if (command == nullptr) return false;
    // These wait for somebody; DEBUG, which can sleep, is refused by its gate.
    return command->Has(kBlocking);
  }

  void RunTurn(Session& session, RequestBatch& batch) {
    now_ms_ += 700;
    engine_.BeginTick(now_ms_);
    keyspace_.RemoveExpired(1000);
    engine_.FinishTick();
    session.output.Clear();  // what others caused: lines for a monitor
    for (size_t at = 0; at < batch.requests().size();) {
      if (IsExcluded(batch, batch.requests()[at])) {
        ++at;
        continue;
      }
      const Engine::Progress progress = engine_.Execute(session, batch, at, {.output_bytes = 0});
      at += progress.executed;
      if (session.blocked_now()) engine_.Unpause();
      if (session.blocked_now()) engine_.EndBlock(session, {});
      session.close_after_reply = false;
      const std::string reply = session.output.ToString();
      session.output.Clear();
      CheckOneReply(session, reply);
    }
  }

  // Whether more may come than replies, or several to one request.
  static bool MayBePushedTo(const Session& session) {
    const Command* command = session.last_command;
    return session.is_monitor || session.subscriber != nullptr || session.tracking != nullptr ||
           (command != nullptr && command->Has(kPubSub));
  }

  // Clients count replies: there has to be exactly one, in the connection's protocol.
  static void CheckOneReply(const Session& session, const std::string& wire) {
    if (wire.empty() || MayBePushedTo(session) || session.reply_mode != ReplyMode::kOn) return;
    size_t position = 0;
    DescribeReply(wire, &position);
    if (position != wire.size()) Die("not one reply: " + wire);
  }

  Host host_;
  Settings settings_;
  Keyspace keyspace_{kDatabases};
  Engine engine_;
  RecordingLog log_;
  Session sessions_[2];
  int64_t now_ms_ = 1'800'000'000'000;
};

}  // namespace
}  // namespace kvasir

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  kvasir::Fuzzed fuzzed(data[0]);
  fuzzed.RunStream({reinterpret_cast<const char*>(data + 1), size - 1});
  fuzzed.CheckReplay();
  return 0;
}

// One client as the engine sees it: who it is, what it has chosen, and its waiting output. The
// server derives its connections from this; replay and tests use it bare.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/output_buffer.h"
#include "protocol/reply_writer.h"
#include "src/engine/gates.h"
#include "src/engine/subscriber.h"
#include "src/engine/tracking_state.h"

namespace kvasir {

class AclUser;
struct Command;
class Session;

// A request that waits for EXEC.
struct QueuedRequest {
  Command* command = nullptr;
  std::vector<std::string> arguments;
};

struct WatchedKey {
  int database = 0;
  std::string key;
};

// What MULTI and WATCH keep for a session; made when first needed.
struct Transaction {
  bool open = false;             // between MULTI and EXEC or DISCARD
  bool failed = false;           // a request could not be queued: EXEC will refuse
  bool watched_changed = false;  // a watched key was written: EXEC will reply null
  std::vector<QueuedRequest> queue;
  uint32_t queue_flags = 0;  // CommandFlag, of all queued commands
  size_t queued_bytes = 0;
  std::vector<WatchedKey> watched;
  // While EXEC runs: its own command, and how many requests it has taken out of the queue.
  const Command* runner = nullptr;
  size_t running = 0;
};

enum class ReplyMode : uint8_t { kOn, kOff, kSkipNext, kSkipThis };

// Why a session's requests wait. While blocked none of its input is run.
enum class BlockReason : uint8_t {
  kNone,
  kPaused,     // CLIENT PAUSE: the request runs again afterwards
  kLogSpace,   // too much waits to be written to the log: the request runs again afterwards
  kLogSync,    // WAITAOF
  kReplicas,   // WAIT
  kKeys,       // a blocking command waits for data
  kMigration,  // MIGRATE waits for another server
  kScript,     // its script was left in the middle, and goes on by itself
};

struct Blocked {
  BlockReason reason = BlockReason::kNone;
  int64_t deadline_ms = 0;    // 0: for ever; Unix time
  uint64_t order = 0;         // set by BlockedClients
  uint64_t log_sequence = 0;  // kLogSync: the position that has to be durable
  // Writes the reply when time runs out or CLIENT UNBLOCK says TIMEOUT.
  std::function<void(ReplyWriter&)> on_timeout;
  bool silent = false;  // CLIENT REPLY SKIP stood before the request
};

// Facts about the connection behind a session that only the server knows.
struct ConnectionFacts {
  std::string address;  // "127.0.0.1:50000", "/path/socket:0"
  std::string local_address;
  int descriptor = -1;
  size_t query_buffer_bytes = 0;
  size_t query_buffer_free = 0;
  bool unix_socket = false;
  bool is_local = false;  // a Unix socket or a loopback address
};

class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  // Whose client this is: a script's session acts for the one that called it.
  virtual const Session& Client() const { return *this; }
  virtual ConnectionFacts Facts() const { return {}; }
  // Everything that the connection costs in memory; cheap, unlike Facts.
  virtual size_t MemoryBytes() const { return 0; }

  ReplyWriter Writer() { return {output, resp_version}; }

  bool in_transaction() const { return transaction != nullptr && transaction->open; }
  // Whether the request that the session waits in has not begun: it runs again afterwards.
  bool waits_to_begin() const {
    return blocked.reason == BlockReason::kPaused || blocked.reason == BlockReason::kLogSpace;
  }
  bool blocked_now() const { return blocked.reason != BlockReason::kNone; }
  Transaction& EnsureTransaction() {
    if (transaction == nullptr) transaction = std::make_unique<Transaction>();
    return *transaction;
  }

  uint64_t id = 0;
  int database = 0;
  int resp_version = 2;
  bool authenticated = true;
  // Who the session is; nullptr may do everything and is called "default" (replay, tests).
  // LIFETIME: Engine closes the sessions of a user who goes.
  const AclUser* user = nullptr;
  std::string_view user_name() const;
  std::string name;
  std::string library_name;
  std::string library_version;
  std::string capabilities;  // CLIENT CAPA, one letter each

  // From now on the session may do everything.
  void Authenticate() {
    authenticated = true;
    armed_gates &= ~uint32_t{kGateAuth};
  }
  void Deauthenticate() {
    authenticated = false;
    armed_gates |= kGateAuth;
  }

  uint32_t armed_gates = 0;   // Gate bits that this session has to pass besides the engine's
  uint32_t exempt_gates = 0;  // bits it never has to (replay)
  bool is_replay = false;
  bool is_script = false;  // the requests are a script's: nothing waits
  bool is_monitor = false;
  bool no_evict = false;
  bool no_touch = false;
  bool close_after_reply = false;
  ReplyMode reply_mode = ReplyMode::kOn;
  std::unique_ptr<Transaction> transaction;
  Blocked blocked;
  // What pub/sub and CLIENT TRACKING keep; nullptr for the many that use neither.
  std::unique_ptr<Subscriber> subscriber;
  std::unique_ptr<TrackingState> tracking;

  int64_t created_ms = 0;
  int64_t last_request_ms = 0;
  // Cycle counter at the beginning of the tick that read the input which runs now; 0: unknown.
  uint64_t arrived_ticks = 0;
  const Command* last_command = nullptr;
  uint64_t requests = 0;
  uint64_t failed_requests = 0;  // replied with an error
  uint64_t input_bytes = 0;
  uint64_t output_bytes = 0;

  OutputBuffer output;
  // The log position that must be safe before what was added to `output` this tick may leave (D1,
  // D2); and the position of the session's own last write, for WAITAOF.
  uint64_t depends_on = 0;
  uint64_t last_write = 0;
};

}  // namespace kvasir

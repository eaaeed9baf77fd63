// What all databases of a keyspace share: the time, the counters, and who wants to hear of changes.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/hash.h"
#include "src/base/histogram.h"
#include "src/store/access.h"
#include "src/store/collection_limits.h"

namespace kvasir {

class KeyspaceCut;
class Reclaimer;

// A key and its hash, computed once per request.
struct Key {
  std::string_view bytes;
  uint64_t hash = 0;

  static Key Of(std::string_view bytes) { return {bytes, HashBytes(bytes)}; }
};

enum class RemovalReason : uint8_t { kExpired, kEvicted };

// Hears what happens to keys beyond what the running command itself was asked to do.
class KeyspaceListener {
 public:
  virtual ~KeyspaceListener() = default;

  // `key` was written or removed, by whatever. Called only while KeyspaceContext::notify_changes.
  virtual void OnChanged(int database, const Key& key) = 0;
  // The keyspace itself removed `key`: nobody's command says so, hence the log must.
  virtual void OnRemoved(int database, const Key& key, RemovalReason reason) = 0;
  // The same for elements of the collection under `key`, which were past their own deadlines;
  // without any others the key goes with them.
  virtual void OnElementsExpired(int /*database*/, const Key& /*key*/,
                                 const std::vector<std::string>& /*names*/, bool /*all_gone*/) {}
  // A reader asked for `key` in vain; only while KeyspaceContext::notify_misses.
  virtual void OnMissed(int /*database*/, const Key& /*key*/) {}
  // `key` was added; only while KeyspaceContext::notify_new_keys.
  virtual void OnCreated(int /*database*/, const Key& /*key*/) {}
};

struct KeyspaceStats {
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t expired = 0;
  uint64_t expired_elements = 0;
  uint64_t evicted = 0;
};

struct KeyspaceContext {
  // LIFETIME: both outlive the keyspace. The listener may be nullptr.
  Reclaimer* reclaimer = nullptr;
  KeyspaceListener* listener = nullptr;

  KeyspaceCut* cut = nullptr;  // the snapshot that is being taken; tells itself
  uint16_t cut_version = 0;    // of the last snapshot

  int64_t now_ms = 0;           // set once per tick
  bool expiry_enabled = true;   // false during replay: the log itself says what expired (D8)
  bool active_expiry = true;    // false: keys expire on access only (DEBUG SET-ACTIVE-EXPIRE)
  bool notify_changes = false;  // somebody watches keys
  bool notify_misses = false;   // events of these two kinds are wanted
  bool notify_new_keys = false;
  bool refresh_access = true;  // false for CLIENT NO-TOUCH
  AccessClock access;
  CollectionLimits limits;

  // Grows with every change of the dataset that a command asked for. The dispatcher compares it
  // before and after: this is how it knows that a command must be logged.
  uint64_t changes = 0;
  KeyspaceStats stats;
  // Deadline to removal, for what the active cycle removed: of each key, and of the soonest of the
  // elements that a collection lost in one go.
  Histogram expiry_lag_ms;
  Histogram element_expiry_lag_ms;
};

}  // namespace kvasir

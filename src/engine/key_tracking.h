// CLIENT TRACKING: remembers which sessions have read which keys, and tells them when one changes,
// so that they can cache what they read. In broadcast mode nothing is remembered: a session hears
// of every key under its prefixes, once a tick. See
// https://redis.io/docs/latest/develop/reference/client-side-caching/ for what clients expect.
//
// As in Redis, a key's name counts in all databases, and a session that leaves stays in the table
// until its keys change: an id is never given twice.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/client_registry.h"
#include "src/engine/command_table.h"
#include "src/engine/push_output.h"
#include "src/engine/tracking_state.h"
#include "src/store/dictionary.h"
#include "src/store/entry.h"

namespace kvasir {

class KeyTracking {
 public:
  // LIFETIME: both outlive this.
  KeyTracking(PushOutput& push, const ClientRegistry& clients) : push_(&push), clients_(&clients) {}
  KeyTracking(const KeyTracking&) = delete;
  KeyTracking& operator=(const KeyTracking&) = delete;
  ~KeyTracking() { ForgetKeys(); }

  // Whether there is anybody to be told of changes.
  bool active() const { return session_count_ != 0; }

  // Turns tracking on, or changes how a session is tracked; prefixes are added to those it has. In
  // broadcast mode without any, all keys are meant.
  void Enable(Session& session, const TrackingState& mode);
  void Disable(Session& session);

  // The session has run a command that read keys.
  void RememberKeys(Session& session, const Command& command,
                    std::span<const std::string_view> arguments);
  // The session's request is done: what CLIENT CACHING said is used up, unless that was `command`
  // or a transaction is open.
  static void RequestDone(Session& session, const Command& command);

  // `key` was changed by the session whose request runs, or by nobody.
  void KeyChanged(std::string_view key);
  // All keys are gone, or of a whole database.
  void AllChanged();
  // The tick ends: sends what broadcast mode has gathered, and forgets some keys when there are
  // more than `keys_max` (0: as many as come), or nobody is tracked any more.
  void FinishTick(size_t keys_max);

  size_t session_count() const { return session_count_; }
  size_t key_count() const { return table_.size(); }
  size_t item_count() const { return item_count_; }
  size_t prefix_count() const { return groups_.size(); }

 private:
  // A key, and who may have it cached.
  struct TrackedKey {
    std::string_view key() const { return name; }
    std::string name;
    std::vector<uint64_t> readers;  // ids, ascending
  };
  using Table = Dictionary<TrackedKey, KeyHash>;

  // A prefix of broadcast mode.
  struct Group {
    std::set<uint64_t> sessions;
    std::map<std::string, uint64_t> changed;  // this tick, and who changed it last
  };

  void Join(Session& session, std::string_view prefix);
  void LeaveAll(Session& session);
  void NoteForGroups(std::string_view key);
  void Invalidate(TrackedKey* tracked);
  void ForgetKeys();
  void SendGroup(Group& group);
  // `keys` are those that the message says were changed, encoded as RESP; empty for all.
  void Send(Session& session, std::string_view keys);

  PushOutput* push_;
  const ClientRegistry* clients_;
  size_t session_count_ = 0;
  Table table_;
  size_t item_count_ = 0;                             // readers in all
  std::map<std::string, Group, std::less<>> groups_;  // by prefix
  std::map<size_t, size_t> prefix_sizes_;             // how many prefixes are so long
  bool groups_changed_ = false;                       // some group has something to send
  std::vector<KeyPosition> positions_;
};

}  // namespace kvasir

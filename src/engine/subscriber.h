// Who has subscribed to what: a topic (a channel, a pattern or a shard channel) knows its
// subscriptions, a session knows its own, and each subscription knows where it stands in either, so
// that subscribing and leaving cost the same however many there are on both sides.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/dictionary.h"
#include "src/store/entry.h"

namespace kvasir {

class Session;
struct Subscription;

enum class TopicKind : uint8_t { kChannel, kPattern, kShardChannel };
inline constexpr size_t kTopicKinds = 3;

struct Topic {
  // The session stands here as well: whoever delivers need not ask the subscription for it.
  struct Member {
    Session* session;
    Subscription* subscription;
  };
  std::string_view key() const { return name; }

  std::string name;
  std::vector<Member> members;
};

struct Subscription {
  std::string_view key() const { return topic->name; }

  Topic* topic = nullptr;
  size_t place = 0;  // in the topic's members
};

// What a session has subscribed to; sessions without a subscription have none.
class Subscriber {
 public:
  using Table = Dictionary<Subscription, KeyHash>;

  Subscriber() = default;
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  ~Subscriber() {
    for (const Table& table : subscriptions) {
      table.ForEach([](Subscription* subscription) { delete subscription; });
    }
  }

  size_t count(TopicKind kind) const { return subscriptions[static_cast<size_t>(kind)].size(); }
  size_t MemoryBytes() const {
    size_t bytes = sizeof *this;
    for (const Table& table : subscriptions) {
      bytes += table.MemoryBytes() + table.size() * (sizeof(Subscription) + sizeof(Topic::Member));
    }
    return bytes;
  }

  std::array<Table, kTopicKinds> subscriptions;  // by TopicKind
  bool awaits_log = false;  // was told of a write: PubSub::NoteWritten has it in its list
};

}  // namespace kvasir

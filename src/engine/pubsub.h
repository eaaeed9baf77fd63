// Publishing and subscribing: keeps the topics and delivers messages to their subscribers.
//
// A message is no part of the dataset and is not logged (D1, D2 say nothing of it); it leaves with
// the tick in which it was published. A keyspace event tells of a write, so it waits like the
// write's own reply, whatever `appendfsync` asks for: nobody hears of a write that a crash takes
// back. `expired` does not wait, since such a key stays away in any case.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "src/engine/client_registry.h"
#include "src/engine/push_output.h"
#include "src/engine/subscriber.h"

namespace kvasir {

class PubSub {
 public:
  using Topics = Dictionary<Topic, KeyHash>;

  // LIFETIME: both outlive this.
  PubSub(PushOutput& push, const ClientRegistry& clients) : push_(&push), clients_(&clients) {}
  PubSub(const PubSub&) = delete;
  PubSub& operator=(const PubSub&) = delete;
  ~PubSub();

  // False when the session has (or has not) subscribed already.
  bool Subscribe(Session& session, TopicKind kind, std::string_view name);
  bool Unsubscribe(Session& session, TopicKind kind, std::string_view name);
  // Ends all of a session's subscriptions.
  void UnsubscribeAll(Session& session);
  // Lets the session's gates follow from its subscriptions and its protocol. To be called when the
  // latter has changed.
  static void UpdateGates(Session& session);

  // Whether anybody could hear what is published to channels.
  bool has_listeners() const {
    return topics(TopicKind::kChannel).size() + topics(TopicKind::kPattern).size() != 0;
  }

  // Delivers a message to the subscribers of a channel (kChannel: and of patterns that match it)
  // and returns how many there were.
  size_t Publish(TopicKind kind, std::string_view channel, std::string_view message);
  // The same for the news of a write that is about to be logged: NoteWritten says where.
  void PublishWrite(std::string_view channel, std::string_view message);
  // Whoever heard of writes since the last call depends on this log position.
  void NoteWritten(uint64_t sequence);

  const Topics& topics(TopicKind kind) const { return topics_[static_cast<size_t>(kind)]; }
  size_t SubscriberCount(TopicKind kind, std::string_view name) const;
  size_t client_count() const { return client_count_; }

 private:
  Topics& TopicsOf(TopicKind kind) { return topics_[static_cast<size_t>(kind)]; }
  void Leave(TopicKind kind, Subscription* subscription);
  size_t PublishTo(TopicKind kind, std::string_view channel, std::string_view message,
                   bool after_log);
  void Deliver(const Topic& topic, std::initializer_list<std::string_view> parts, bool after_log);

  PushOutput* push_;
  const ClientRegistry* clients_;
  std::array<Topics, kTopicKinds> topics_;  // by TopicKind
  size_t client_count_ = 0;
  std::vector<uint64_t> awaiting_log_;  // ids: a session may be gone by then
};

}  // namespace kvasir

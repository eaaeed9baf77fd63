#include "src/engine/pubsub.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "protocol/push_message.h"
#include "src/base/glob.h"
#include "src/base/hash.h"
#include "src/base/prefetch.h"

namespace kvasir {
namespace {

void PrefetchForPush(const Session& session) {
  PrefetchLine(&session.close_after_reply);
  PrefetchLine(&session.subscriber);
  PrefetchLine(&session.output);
  PrefetchLine(&session.depends_on);
}

}  // namespace

PubSub::~PubSub() {
  for (const Topics& topics : topics_) topics.ForEach([](Topic* topic) { delete topic; });
}

void PubSub::UpdateGates(Session& session) {
  if (session.subscriber != nullptr && session.resp_version < 3) {
    session.armed_gates |= kGateSubscribed;
  } else {
    session.armed_gates &= ~uint32_t{kGateSubscribed};
  }
}

bool PubSub::Subscribe(Session& session, TopicKind kind, std::string_view name) {
  if (session.subscriber == nullptr) {
    session.subscriber = std::make_unique<Subscriber>();
    ++client_count_;
    UpdateGates(session);
  }
  const uint64_t hash = HashBytes(name);
  Subscriber::Table& own = session.subscriber->subscriptions[static_cast<size_t>(kind)];
  if (own.Find(name, hash)) return false;
  Topics& topics = TopicsOf(kind);
  const Topics::Position found = topics.Find(name, hash);
  Topic* topic = found ? found.node() : nullptr;
  if (topic == nullptr) {
    topic = new Topic{std::string(name), {}};
    topics.Insert(topic, hash);
  }
  auto* subscription = new Subscription{topic, topic->members.size()};
  topic->members.push_back({&session, subscription});
  own.Insert(subscription, hash);
  return true;
}

// The last member takes the free place.
void PubSub::Leave(TopicKind kind, Subscription* subscription) {
  Topic* topic = subscription->topic;
  const size_t place = subscription->place;
  topic->members[place] = topic->members.back();
  topic->members[place].subscription->place = place;
  topic->members.pop_back();
  delete subscription;
  if (!topic->members.empty()) return;
  Topics& topics = TopicsOf(kind);
  topics.Erase(topics.Find(topic->name, HashBytes(topic->name)));
  delete topic;
}

bool PubSub::Unsubscribe(Session& session, TopicKind kind, std::string_view name) {
  if (session.subscriber == nullptr) return false;
  Subscriber& subscriber = *session.subscriber;
  Subscriber::Table& own = subscriber.subscriptions[static_cast<size_t>(kind)];
  const Subscriber::Table::Position found = own.Find(name, HashBytes(name));
  if (!found) return false;
  Subscription* subscription = found.node();
  own.Erase(found);
  Leave(kind, subscription);
  for (const Subscriber::Table& table : subscriber.subscriptions) {
    if (table.size() != 0) return true;
  }
  session.subscriber.reset();
  --client_count_;
  UpdateGates(session);
  return true;
}

void PubSub::UnsubscribeAll(Session& session) {
  if (session.subscriber == nullptr) return;
  const std::unique_ptr<Subscriber> subscriber = std::move(session.subscriber);
  --client_count_;
  UpdateGates(session);
  for (size_t kind = 0; kind < kTopicKinds; ++kind) {
    Subscriber::Table leaving;
    leaving.Swap(subscriber->subscriptions[kind]);
    leaving.ForEach([&](Subscription* s) { Leave(static_cast<TopicKind>(kind), s); });
  }
}

size_t PubSub::SubscriberCount(TopicKind kind, std::string_view name) const {
  const Topics::Position found = topics(kind).Find(name, HashBytes(name));
  return found ? found.node()->members.size() : 0;
}

void PubSub::Deliver(const Topic& topic, std::initializer_list<std::string_view> parts,
                     bool after_log) {
  // So many sessions ahead, what a delivery touches of a session is asked for.
  constexpr size_t kAhead = 6;
  PushMessage message(parts, topic.members.size());
  const size_t count = topic.members.size();
  for (size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) PrefetchForPush(*topic.members[i + kAhead].session);
    Session& session = *topic.members[i].session;
    // It would never be done with its output.
    if (session.close_after_reply) continue;
    message.AppendTo(push_->For(session), session.resp_version >= 3);
    if (after_log && !session.subscriber->awaits_log) {
      session.subscriber->awaits_log = true;
      awaiting_log_.push_back(session.id);
    }
  }
}

size_t PubSub::PublishTo(TopicKind kind, std::string_view channel, std::string_view message,
                         bool after_log) {
  size_t receivers = 0;
  const Topics::Position found = topics(kind).Find(channel, HashBytes(channel));
  if (found) {
    const bool sharded = kind == TopicKind::kShardChannel;
    Deliver(*found.node(), {sharded ? "smessage" : "message", channel, message}, after_log);
    receivers += found.node()->members.size();
  }
  const Topics& patterns = topics(TopicKind::kPattern);
  if (kind != TopicKind::kChannel || patterns.size() == 0) return receivers;
  patterns.ForEach([&](const Topic* pattern) {
    if (!GlobMatch(pattern->name, channel)) return;
    Deliver(*pattern, {"pmessage", pattern->name, channel, message}, after_log);
    receivers += pattern->members.size();
  });
  return receivers;
}

size_t PubSub::Publish(TopicKind kind, std::string_view channel, std::string_view message) {
  return PublishTo(kind, channel, message, false);
}

void PubSub::PublishWrite(std::string_view channel, std::string_view message) {
  PublishTo(TopicKind::kChannel, channel, message, true);
}

void PubSub::NoteWritten(uint64_t sequence) {
  for (const uint64_t id : awaiting_log_) {
    Session* session = clients_->Find(id);
    if (session == nullptr) continue;
    session->depends_on = std::max(session->depends_on, sequence);
    if (session->subscriber != nullptr) session->subscriber->awaits_log = false;
  }
  awaiting_log_.clear();
}

}  // namespace kvasir

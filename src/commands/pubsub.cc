// Publishing and subscribing. What SUBSCRIBE and its kin reply are pushes, one per channel: they go
// straight to the session's output, also where CLIENT REPLY has turned replies off.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

// Channels and patterns are counted together.
size_t CountOf(const Session& session, TopicKind kind) {
  const Subscriber* subscriber = session.subscriber.get();
  if (subscriber == nullptr) return 0;
  if (kind == TopicKind::kShardChannel) return subscriber->count(kind);
  return subscriber->count(TopicKind::kChannel) + subscriber->count(TopicKind::kPattern);
}

ReplyWriter BeginConfirmation(Call& call, std::string_view word) {
  ReplyWriter reply = call.session().Writer();
  reply.Push(3);
  reply.Bulk(word);
  return reply;
}

void EndConfirmation(Call& call, ReplyWriter& reply, TopicKind kind) {
  reply.Integer(static_cast<int64_t>(CountOf(call.session(), kind)));
}

void Subscribe(Call& call, TopicKind kind, std::string_view word) {
  for (size_t i = 1; i < call.size(); ++i) {
    call.engine().pubsub().Subscribe(call.session(), kind, call[i]);
    ReplyWriter reply = BeginConfirmation(call, word);
    reply.Bulk(call[i]);
    EndConfirmation(call, reply, kind);
  }
}

std::vector<std::string> OwnTopics(const Session& session, TopicKind kind) {
  std::vector<std::string> names;
  if (session.subscriber == nullptr) return names;
  session.subscriber->subscriptions[static_cast<size_t>(kind)].ForEach(
      [&](const Subscription* subscription) { names.emplace_back(subscription->key()); });
  return names;
}

void Unsubscribe(Call& call, TopicKind kind, std::string_view word) {
  const auto leave = [&](std::string_view name) {
    call.engine().pubsub().Unsubscribe(call.session(), kind, name);
    ReplyWriter reply = BeginConfirmation(call, word);
    reply.Bulk(name);
    EndConfirmation(call, reply, kind);
  };
  for (size_t i = 1; i < call.size(); ++i) leave(call[i]);
  if (call.size() > 1) return;
  const std::vector<std::string> names = OwnTopics(call.session(), kind);
  for (const std::string& name : names) leave(name);
  if (!names.empty()) return;
  ReplyWriter reply = BeginConfirmation(call, word);
  reply.Null();
  EndConfirmation(call, reply, kind);
}

void CmdSubscribe(Call& call) { Subscribe(call, TopicKind::kChannel, "subscribe"); }
void CmdPSubscribe(Call& call) { Subscribe(call, TopicKind::kPattern, "psubscribe"); }
void CmdUnsubscribe(Call& call) { Unsubscribe(call, TopicKind::kChannel, "unsubscribe"); }
void CmdPUnsubscribe(Call& call) { Unsubscribe(call, TopicKind::kPattern, "punsubscribe"); }
void CmdSUnsubscribe(Call& call) { Unsubscribe(call, TopicKind::kShardChannel, "sunsubscribe"); }

// Unlike its elders it is not let into transactions.
void CmdSSubscribe(Call& call) {
  if (call.session().in_transaction()) {
    call.Error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
    return;
  }
  Subscribe(call, TopicKind::kShardChannel, "ssubscribe");
}

void Publish(Call& call, TopicKind kind) {
  call.reply.Integer(static_cast<int64_t>(call.engine().pubsub().Publish(kind, call[1], call[2])));
}

void CmdPublish(Call& call) { Publish(call, TopicKind::kChannel); }
void CmdSPublish(Call& call) { Publish(call, TopicKind::kShardChannel); }

void ListChannels(Call& call, TopicKind kind) {
  if (call.size() > 3) {
    call.Error(
        fmt::format("ERR unknown subcommand or wrong number of arguments for '{}'. Try "
                    "PUBSUB HELP.",
                    call[1]));
    return;
  }
  std::vector<std::string_view> names;
  call.engine().pubsub().topics(kind).ForEach([&](const Topic* topic) {
    if (call.size() == 2 || GlobMatch(call[2], topic->name)) names.emplace_back(topic->name);
  });
  call.reply.Array(names.size());
  for (const std::string_view name : names) call.reply.Bulk(name);
}

void CountSubscribers(Call& call, TopicKind kind) {
  call.reply.Array((call.size() - 2) * 2);
  for (size_t i = 2; i < call.size(); ++i) {
    call.reply.Bulk(call[i]);
    call.reply.Integer(static_cast<int64_t>(call.engine().pubsub().SubscriberCount(kind, call[i])));
  }
}

void CmdChannels(Call& call) { ListChannels(call, TopicKind::kChannel); }
void CmdShardChannels(Call& call) { ListChannels(call, TopicKind::kShardChannel); }
void CmdNumSub(Call& call) { CountSubscribers(call, TopicKind::kChannel); }
void CmdShardNumSub(Call& call) { CountSubscribers(call, TopicKind::kShardChannel); }
void CmdNumPat(Call& call) {
  call.reply.Integer(
      static_cast<int64_t>(call.engine().pubsub().topics(TopicKind::kPattern).size()));
}

constexpr uint32_t kAsks = kPubSub | kLoading | kStale;
constexpr uint32_t kPublishes = kAsks | kFast | kMayReplicate;
constexpr uint32_t kSubscribes = kAsks | kNoScript | kAllowInSubscribe;

// Shard channels belong to the slots that keys of their names would.
constexpr KeySpec kFirstShardChannel[] = {{.flags = kKeyNotKey}};
constexpr KeySpec kAllShardChannels[] = {{.flags = kKeyNotKey, .last = -1}};

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "channels", .handler = CmdChannels, .arity = -2, .flags = kAsks, .since = "2.8.0",
     .group = CommandGroup::kPubSub, .summary = "Lists channels that have subscribers.",
     .syntax = "[pattern]"},
    {.name = "numpat", .handler = CmdNumPat, .arity = 2, .flags = kAsks, .since = "2.8.0",
     .group = CommandGroup::kPubSub, .summary = "Counts the patterns that have subscribers."},
    {.name = "numsub", .handler = CmdNumSub, .arity = -2, .flags = kAsks, .since = "2.8.0",
     .group = CommandGroup::kPubSub, .summary = "Counts the subscribers of each channel.",
     .syntax = "[channel [channel ...]]"},
    {.name = "shardchannels", .handler = CmdShardChannels, .arity = -2, .flags = kAsks,
     .since = "7.0.0", .group = CommandGroup::kPubSub,
     .summary = "Lists shard channels that have subscribers.", .syntax = "[pattern]"},
    {.name = "shardnumsub", .handler = CmdShardNumSub, .arity = -2, .flags = kAsks,
     .since = "7.0.0", .group = CommandGroup::kPubSub,
     .summary = "Counts the subscribers of each shard channel.",
     .syntax = "[shardchannel [shardchannel ...]]"},
    HelpRow("6.2.0", CommandGroup::kPubSub, 0),
};

constexpr ChannelSpec kAllChannels = {.begin = 1, .to_end = true};
constexpr ChannelSpec kAllPatterns = {.begin = 1, .to_end = true, .is_pattern = true};
constexpr ChannelSpec kFirstChannel = {.begin = 1};

constexpr CommandRow kRows[] = {
    {.name = "subscribe", .handler = CmdSubscribe, .arity = -2, .flags = kSubscribes,
     .channels = kAllChannels, .since = "2.0.0", .group = CommandGroup::kPubSub,
     .summary = "Lets the connection hear what is published to channels.",
     .syntax = "channel [channel ...]"},
    {.name = "unsubscribe", .handler = CmdUnsubscribe, .arity = -1, .flags = kSubscribes,
     .since = "2.0.0", .group = CommandGroup::kPubSub,
     .summary = "Ends subscriptions to channels: those named, or all.",
     .syntax = "[channel [channel ...]]"},
    {.name = "psubscribe", .handler = CmdPSubscribe, .arity = -2, .flags = kSubscribes,
     .channels = kAllPatterns, .since = "2.0.0", .group = CommandGroup::kPubSub,
     .summary = "Lets the connection hear what is published to channels that match patterns.",
     .syntax = "pattern [pattern ...]"},
    {.name = "punsubscribe", .handler = CmdPUnsubscribe, .arity = -1, .flags = kSubscribes,
     .since = "2.0.0", .group = CommandGroup::kPubSub,
     .summary = "Ends subscriptions to patterns: those named, or all.",
     .syntax = "[pattern [pattern ...]]"},
    {.name = "publish", .handler = CmdPublish, .arity = 3, .flags = kPublishes,
     .channels = kFirstChannel, .since = "2.0.0", .group = CommandGroup::kPubSub,
     .summary = "Sends a message to all who have subscribed to the channel.",
     .syntax = "channel message"},
    {.name = "ssubscribe", .handler = CmdSSubscribe, .arity = -2, .flags = kSubscribes,
     .keys = kAllShardChannels, .channels = kAllChannels, .since = "7.0.0",
     .group = CommandGroup::kPubSub,
     .summary = "Lets the connection hear what is published to shard channels.",
     .syntax = "shardchannel [shardchannel ...]"},
    {.name = "sunsubscribe", .handler = CmdSUnsubscribe, .arity = -1, .flags = kSubscribes,
     .keys = kAllShardChannels, .since = "7.0.0", .group = CommandGroup::kPubSub,
     .summary = "Ends subscriptions to shard channels: those named, or all.",
     .syntax = "[shardchannel [shardchannel ...]]"},
    {.name = "spublish", .handler = CmdSPublish, .arity = 3, .flags = kPublishes,
     .keys = kFirstShardChannel, .channels = kFirstChannel, .since = "7.0.0", .group = CommandGroup::kPubSub,
     .summary = "Sends a message to all who have subscribed to the shard channel.",
     .syntax = "shardchannel message"},
    {.name = "pubsub", .arity = -2, .since = "2.8.0", .group = CommandGroup::kPubSub,
     .summary = "Tells of channels and their subscribers.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> PubSubCommands() { return kRows; }

}  // namespace kvasir

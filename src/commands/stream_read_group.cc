// XREADGROUP: what a consumer group has not read yet, what is pending for one of its consumers, and
// what others have left pending for too long.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "src/commands/families.h"
#include "src/commands/stream_log.h"
#include "src/commands/stream_read_request.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

constexpr std::string_view kNew = ">";

// What one stream gave.
struct Delivery {
  StreamId id;
  std::optional<StreamEntry> entry;  // nothing: it is pending, and gone from the stream
  int64_t idle_ms = 0;               // before this delivery
  uint64_t deliveries = 0;           // before this delivery
};

class GroupReader {
 public:
  GroupReader(Call& call, const StreamReadRequest& request, std::string_view key, Stream& stream,
              StreamGroup& group)
      : call_(call),
        request_(request),
        key_(key),
        stream_(stream),
        group_(group),
        consumer_(group.FindConsumer(request.consumer)) {
    if (consumer_ != nullptr) {
      consumer_->seen_ms = call.now_ms();
    } else if (!call.waited()) {
      Consumer();
    }
  }
  ~GroupReader() {
    if (changed_) call_.database().Changed(Key::Of(key_));
  }
  GroupReader(const GroupReader&) = delete;
  GroupReader& operator=(const GroupReader&) = delete;

  // What is pending for the consumer from `start` on: given once more.
  std::vector<Delivery> ReadHistory(const StreamId& start) {
    std::vector<StreamId> ids;
    const StreamIds<StreamOwned>& owned = Consumer().owned();
    auto place = owned.LowerBound(start);
    for (const StreamOwned* item; Wants(ids.size()) && (item = owned.At(place)) != nullptr;
         owned.Advance(place)) {
      ids.push_back(item->id);
    }
    std::vector<Delivery> deliveries;
    for (const StreamId& id : ids) {
      deliveries.push_back({.id = id, .entry = FindStreamEntry(stream_, id)});
      if (!deliveries.back().entry) continue;
      StreamPending pending = *group_.FindPending(id);
      pending.delivered_ms = call_.now_ms();
      ++pending.deliveries;
      Assign(pending);
    }
    return deliveries;
  }

  std::vector<Delivery> ReadNew() {
    std::vector<Delivery> deliveries;
    if (request_.claim_idle_ms) Claim(deliveries);
    const std::optional<StreamId> start = NextStreamId(group_.last_delivered);
    if (!start || !Wants(deliveries.size()) || stream_.last_id() < *start) return deliveries;
    const uint64_t left = request_.count == 0 ? 0 : request_.count - deliveries.size();
    bool read = false;
    for (const StreamEntry& entry : TakeStreamEntries(stream_, *start, kStreamIdMax, left, false)) {
      stream_.Deliver(group_, entry.id);
      read = true;
      if (!request_.no_ack) {
        Assign({.id = entry.id,
                .delivered_ms = call_.now_ms(),
                .deliveries = 1,
                .consumer = &Consumer()});
      }
      deliveries.push_back({.id = entry.id, .entry = entry});
    }
    if (read) {
      Consumer();
      LogStreamGroup(call_, key_, request_.group, group_);
      changed_ = true;
    }
    return deliveries;
  }

  // When the next pending entry will have been idle for long enough; 0: none will.
  int64_t next_due_ms() const { return next_due_ms_; }

 private:
  bool Wants(size_t got) const { return request_.count == 0 || got < request_.count; }

  // It is made when it first asks; who removes it while it waits has it back once it gets
  // something.
  StreamConsumer& Consumer() {
    if (consumer_ == nullptr) {
      consumer_ = &EnsureStreamConsumer(call_, group_, key_, request_.group, request_.consumer);
      changed_ = true;
    }
    return *consumer_;
  }

  void Assign(const StreamPending& pending) {
    group_.Assign(pending);
    consumer_->active_ms = call_.now_ms();
    LogStreamPending(call_, key_, request_.group, group_, pending);
    changed_ = true;
  }

  int64_t IdleMs(const StreamPending& pending) const {
    return ElapsedMs(call_.now_ms(), pending.shown_ms());
  }

  void NoteDueLater(const StreamPending& pending) {
    int64_t due_ms = 0;
    if (__builtin_add_overflow(pending.delivered_ms, *request_.claim_idle_ms, &due_ms)) return;
    due_ms = std::max(due_ms, call_.now_ms() + 1);
    if (next_due_ms_ != 0 && next_due_ms_ <= due_ms) return;
    if (stream_.Contains(pending.id)) next_due_ms_ = due_ms;
  }

  // Takes over what was released, in that order, and then what anybody has had for long enough, the
  // oldest first.
  void Claim(std::vector<Delivery>& deliveries) {
    std::vector<StreamPending> due;
    const StreamIds<StreamPending>& all = group_.pending();
    StreamIds<StreamPending>::Place place;
    for (const StreamPending* item; (item = all.At(place)) != nullptr; all.Advance(place)) {
      if (item->released() || IdleMs(*item) >= *request_.claim_idle_ms) {
        due.push_back(*item);
      } else {
        NoteDueLater(*item);
      }
    }
    std::sort(due.begin(), due.end(), [](const StreamPending& a, const StreamPending& b) {
      const bool a_owned = !a.released();
      const bool b_owned = !b.released();
      return std::tie(a_owned, a.delivered_ms, a.id) < std::tie(b_owned, b.delivered_ms, b.id);
    });
    for (StreamPending& pending : due) {
      if (!Wants(deliveries.size())) return;
      Delivery delivery{.id = pending.id,
                        .entry = FindStreamEntry(stream_, pending.id),
                        .idle_ms = IdleMs(pending),
                        .deliveries = pending.deliveries};
      // What is gone from the stream stays pending, for XAUTOCLAIM to clear away.
      if (!delivery.entry) continue;
      pending.consumer = &Consumer();
      pending.delivered_ms = call_.now_ms();
      ++pending.deliveries;
      Assign(pending);
      deliveries.push_back(std::move(delivery));
    }
  }

  Call& call_;
  const StreamReadRequest& request_;
  std::string_view key_;
  Stream& stream_;
  StreamGroup& group_;
  StreamConsumer* consumer_;  // nullptr until it is made
  int64_t next_due_ms_ = 0;
  bool changed_ = false;
};

void ReplyDelivery(ReplyWriter& reply, const Delivery& delivery, bool with_claim) {
  reply.Array(with_claim ? 4 : 2);
  if (delivery.entry) {
    ReplyStreamEntryParts(reply, *delivery.entry);
  } else {
    ReplyStreamId(reply, delivery.id);
    reply.NullArray();
  }
  if (!with_claim) return;
  reply.Integer(delivery.idle_ms);
  reply.Integer(static_cast<int64_t>(delivery.deliveries));
}

// Where to read each stream.
struct Source {
  Stream* stream = nullptr;
  StreamGroup* group = nullptr;
  bool is_new = false;
  StreamId start;  // of the history
};

// "$" and "+" say nothing about a group.
bool RefuseMeaningless(Call& call, std::string_view text) {
  if (text != "$" && text != "+") return false;
  const std::string id(text);
  call.Error("ERR The " + id +
             " ID is meaningless in the context of XREADGROUP: you want to read the history of "
             "this consumer by specifying a proper ID, or use the > ID to get new messages. The " +
             id + " ID would just return an empty result set.");
  return true;
}

bool FindSource(Call& call, const StreamReadRequest& request, size_t index, Source& source) {
  bool failed = false;
  const std::string_view key = request.Keys(call)[index];
  source.stream = LocateStream(call, Key::Of(key), failed);
  if (failed) return false;
  if (source.stream != nullptr) source.group = source.stream->FindGroup(request.group);
  if (source.group == nullptr) {
    ReplyNoGroup(call, key, request.group, " in XREADGROUP with GROUP option");
    return false;
  }
  const size_t id_at = request.IdAt(index);
  source.is_new = call[id_at] == kNew;
  if (source.is_new) return true;
  StreamId after;
  if (RefuseMeaningless(call, call[id_at]) || !ReadStreamId(call, id_at, after)) return false;
  // Nothing can be behind the greatest id, by which Redis means what is new.
  const std::optional<StreamId> start = NextStreamId(after);
  source.is_new = !start.has_value();
  source.start = start.value_or(StreamId());
  return true;
}

void CmdXReadGroup(Call& call) {
  const std::optional<StreamReadRequest> request = ReadStreamReadRequest(call, true);
  if (!request) return;
  const auto keys = request->Keys(call);
  std::vector<Source> sources(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!FindSource(call, *request, i, sources[i])) return;
  }
  std::vector<std::pair<std::string_view, std::vector<Delivery>>> found;
  int64_t again_ms = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Source& source = sources[i];
    GroupReader reader(call, *request, keys[i], *source.stream, *source.group);
    auto deliveries = source.is_new ? reader.ReadNew() : reader.ReadHistory(source.start);
    const int64_t due_ms = reader.next_due_ms();
    if (due_ms != 0) again_ms = again_ms == 0 ? due_ms : std::min(again_ms, due_ms);
    if (deliveries.empty() && source.is_new) continue;
    found.emplace_back(keys[i], std::move(deliveries));
  }
  if (found.empty()) {
    WaitForStreams(call, *request, {}, true, again_ms);
    return;
  }
  if (call.reply.resp3()) {
    call.reply.Map(found.size());
  } else {
    call.reply.Array(found.size());
  }
  for (const auto& [key, deliveries] : found) {
    if (!call.reply.resp3()) call.reply.Array(2);
    call.reply.Bulk(key);
    call.reply.Array(deliveries.size());
    for (const Delivery& delivery : deliveries) {
      ReplyDelivery(call.reply, delivery, request->claim_idle_ms.has_value());
    }
  }
}

constexpr KeySpec kGroupStreamsKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess, .begin = 4, .keyword = "STREAMS", .last = -1, .limit = 2}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "xreadgroup", .handler = CmdXReadGroup, .arity = -7,
     .flags = kWrite | kBlocking | kMovableKeys, .categories = kAclStream,
     .keys = kGroupStreamsKeys, .since = "5.0.0", .group = CommandGroup::kStream,
     .summary = "Gives a consumer entries that its group has not read, waiting for some if asked, "
                "or those that it has not acknowledged.",
     .syntax = "GROUP group consumer [COUNT count] [BLOCK milliseconds] [CLAIM min-idle-time] "
               "[NOACK] STREAMS key [key ...] id [id ...]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> StreamReadGroupCommands() { return kRows; }

}  // namespace kvasir

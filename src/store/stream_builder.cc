#include "src/store/stream_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kvasir {

void StreamBuilder::Fail(std::string_view error) {
  if (error_.empty()) error_ = error;
}

void StreamBuilder::Node(const StreamId& master, std::string_view listpack) {
  if (!error_.empty()) return;
  StreamId last;
  size_t live = 0;
  const bool ascending = stream_->nodes_.empty() || master > last_in_node_;
  if (!ascending || !IsStreamListpack(master, listpack, last, live)) {
    Fail("a node of a stream is damaged");
    return;
  }
  // Redis keeps nodes of which every entry was trimmed.
  if (live == 0) return;
  last_in_node_ = last;
  stream_->nodes_.push_back(StreamNode(master, listpack));
  stream_->length_ += live;
}

StreamFacts StreamBuilder::FactsOfEntries(const StreamId& last) const {
  return {.length = stream_->length_, .entries_added = stream_->length_, .last = last};
}

int64_t StreamBuilder::EntriesReadUpTo(const StreamId& id) const {
  const std::optional<uint64_t> read = stream_->EntriesReadUpTo(id);
  return read ? static_cast<int64_t>(*read) : StreamGroup::kUnknown;
}

void StreamBuilder::Facts(const StreamFacts& facts) {
  if (!error_.empty()) return;
  if (facts.length != stream_->length_) return Fail("a stream has another length than its entries");
  const std::optional<StreamId> last = stream_->LastEntryId();
  if (last && facts.last < *last) return Fail("the last id of a stream is not the last");
  stream_->entries_added_ = facts.entries_added;
  stream_->last_ = facts.last;
  stream_->max_deleted_ = facts.max_deleted;
  stream_->RefreshFirst();
}

// Whether all of the last group's pending entries have a consumer.
bool StreamBuilder::CheckGroup() {
  if (group_ != nullptr && owned_ != group_->pending().size()) {
    Fail("a pending entry of a stream has no consumer");
  }
  return error_.empty();
}

void StreamBuilder::Group(const StreamGroupFacts& facts) {
  if (!CheckGroup()) return;
  group_ = stream_->AddGroup(facts.name, facts.last_delivered, facts.entries_read);
  consumer_ = nullptr;
  owned_ = 0;
  if (group_ == nullptr) Fail("a stream has a consumer group twice");
}

void StreamBuilder::Pending(const StreamPending& pending) {
  if (!error_.empty()) return;
  StreamPending ownerless = pending;
  ownerless.consumer = nullptr;
  if (!group_->pending_.Insert(ownerless)) Fail("a consumer group has a pending entry twice");
}

void StreamBuilder::Consumer(const StreamConsumerFacts& facts) {
  if (!error_.empty()) return;
  if (group_->FindConsumer(facts.name) != nullptr) {
    return Fail("a consumer group has a consumer twice");
  }
  consumer_ = &group_->AddConsumer(facts.name, facts.seen_ms);
  consumer_->active_ms = facts.active_ms;
}

void StreamBuilder::Owned(const StreamId& id) {
  if (!error_.empty()) return;
  const StreamPending* pending = group_->FindPending(id);
  if (pending == nullptr || pending->consumer != nullptr) {
    return Fail("a consumer has an entry that is not pending for it");
  }
  group_->pending_.FindToChange(id)->consumer = consumer_;
  consumer_->owned_.Insert({id});
  ++owned_;
}

void StreamBuilder::Released(std::span<const StreamId> ids) {
  if (!error_.empty()) return;
  std::vector<StreamId> sorted(ids.begin(), ids.end());
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return Fail("a consumer group has a released entry twice");
  }
  for (const StreamId& id : ids) {
    const StreamPending* pending = group_->FindPending(id);
    if (pending == nullptr || pending->consumer != nullptr) {
      return Fail("a released entry of a stream is not pending, or has a consumer");
    }
    group_->pending_.FindToChange(id)->delivered_ms = group_->next_release_++;
    ++group_->released_;
    ++owned_;
  }
}

void StreamBuilder::Idempotence(const StreamIdempotence* idempotence) {
  if (!error_.empty() || idempotence == nullptr) return;
  stream_->idempotence_ = std::make_shared<StreamIdempotence>(*idempotence);
}

std::unique_ptr<Stream> StreamBuilder::Take() {
  return CheckGroup() ? std::move(stream_) : nullptr;
}

}  // namespace kvasir

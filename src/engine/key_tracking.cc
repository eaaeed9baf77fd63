#include "src/engine/key_tracking.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "src/base/hash.h"
#include "src/base/random.h"

namespace kvasir {
namespace {

void AppendBulk(std::string& out, std::string_view bytes) {
  fmt::format_to(std::back_inserter(out), "${}\r\n", bytes.size());
  out += bytes;
  out += "\r\n";
}

}  // namespace

void KeyTracking::Enable(Session& session, const TrackingState& mode) {
  if (session.tracking == nullptr) {
    session.tracking = std::make_unique<TrackingState>();
    ++session_count_;
  }
  TrackingState& state = *session.tracking;
  std::set<std::string, std::less<>> prefixes = std::move(state.prefixes);
  const bool caching = state.caching;
  const Command* container = state.caching_container;
  state = mode;
  state.caching = caching;
  state.caching_container = container;
  state.prefixes = std::move(prefixes);
  if (!mode.broadcast) return;
  if (mode.prefixes.empty()) Join(session, "");
  for (const std::string& prefix : mode.prefixes) Join(session, prefix);
}

void KeyTracking::Disable(Session& session) {
  if (session.tracking == nullptr) return;
  LeaveAll(session);
  session.tracking.reset();
  --session_count_;
}

void KeyTracking::Join(Session& session, std::string_view prefix) {
  session.tracking->prefixes.emplace(prefix);
  const auto [group, added] = groups_.try_emplace(std::string(prefix));
  if (added) ++prefix_sizes_[prefix.size()];
  group->second.sessions.insert(session.id);
}

void KeyTracking::LeaveAll(Session& session) {
  for (const std::string& prefix : session.tracking->prefixes) {
    const auto found = groups_.find(prefix);
    found->second.sessions.erase(session.id);
    if (!found->second.sessions.empty()) continue;
    groups_.erase(found);
    const auto size = prefix_sizes_.find(prefix.size());
    if (--size->second == 0) prefix_sizes_.erase(size);
  }
}

void KeyTracking::RememberKeys(Session& session, const Command& command,
                               std::span<const std::string_view> arguments) {
  const TrackingState& state = *session.tracking;
  if (state.broadcast) return;
  if ((state.opt_in && !state.caching) || (state.opt_out && state.caching)) return;
  positions_.clear();
  FindKeys(command, arguments, positions_);
  for (const KeyPosition& position : positions_) {
    const std::string_view name = arguments[position.index];
    const uint64_t hash = HashBytes(name);
    const Table::Position found = table_.Find(name, hash);
    TrackedKey* tracked = found ? found.node() : nullptr;
    if (tracked == nullptr) {
      tracked = new TrackedKey{std::string(name), {}};
      table_.Insert(tracked, hash);
    }
    std::vector<uint64_t>& readers = tracked->readers;
    const auto place = std::lower_bound(readers.begin(), readers.end(), session.id);
    if (place != readers.end() && *place == session.id) continue;
    readers.insert(place, session.id);
    ++item_count_;
  }
}

void KeyTracking::RequestDone(Session& session, const Command& command) {
  TrackingState& state = *session.tracking;
  if (!state.caching || session.in_transaction()) return;
  if (command.parent == nullptr || command.parent != state.caching_container) state.caching = false;
}

void KeyTracking::NoteForGroups(std::string_view key) {
  const uint64_t by = push_->running() == nullptr ? 0 : push_->running()->id;
  for (const auto& [size, count] : prefix_sizes_) {
    if (size > key.size()) break;
    const auto found = groups_.find(key.substr(0, size));
    if (found == groups_.end()) continue;
    found->second.changed[std::string(key)] = by;
    groups_changed_ = true;
  }
}

void KeyTracking::KeyChanged(std::string_view key) {
  if (!groups_.empty()) NoteForGroups(key);
  if (table_.size() == 0) return;
  const Table::Position found = table_.Find(key, HashBytes(key));
  if (!found) return;
  TrackedKey* tracked = found.node();
  table_.Erase(found);
  Invalidate(tracked);
}

// Tells the readers of a key that has been taken out of the table, and frees it.
void KeyTracking::Invalidate(TrackedKey* tracked) {
  std::string keys = "*1\r\n";
  AppendBulk(keys, tracked->name);
  for (const uint64_t id : tracked->readers) {
    Session* reader = clients_->Find(id);
    if (reader == nullptr || reader->tracking == nullptr || reader->tracking->broadcast) continue;
    if (reader->tracking->no_loop && reader == push_->running()) continue;
    Send(*reader, keys);
  }
  item_count_ -= tracked->readers.size();
  delete tracked;
}

void KeyTracking::ForgetKeys() {
  table_.ForEach([](TrackedKey* tracked) { delete tracked; });
  Table().Swap(table_);
  item_count_ = 0;
}

void KeyTracking::AllChanged() {
  if (session_count_ != 0) {
    for (const auto& [id, session] : clients_->sessions()) {
      if (session->tracking != nullptr) Send(*session, {});
    }
  }
  ForgetKeys();
}

// A session of RESP2 has no place for a push: it is told through another one, which has subscribed
// to something.
void KeyTracking::Send(Session& session, std::string_view keys) {
  TrackingState& state = *session.tracking;
  Session* receiver = &session;
  if (state.redirect != 0) {
    receiver = clients_->Find(state.redirect);
    if (receiver == nullptr) {
      state.redirect_broken = true;
      if (session.resp_version < 3) return;
      ReplyWriter out(push_->For(session), 3);
      out.Push(2);
      out.Bulk("tracking-redir-broken");
      out.Integer(static_cast<int64_t>(state.redirect));
      return;
    }
  }
  const bool resp3 = receiver->resp_version >= 3;
  const bool through_channel = receiver != &session && receiver->subscriber != nullptr;
  if (receiver->close_after_reply || (!resp3 && !through_channel)) return;
  ReplyWriter out(push_->For(*receiver), receiver->resp_version);
  out.Push(resp3 ? 2 : 3);
  out.Bulk(resp3 ? "invalidate" : "message");
  if (!resp3) out.Bulk("__redis__:invalidate");
  if (keys.empty()) {
    out.Null();
  } else {
    out.out().Append(keys);
  }
}

void KeyTracking::SendGroup(Group& group) {
  const auto encode = [&](uint64_t without) {
    size_t count = 0;
    std::string bulks;
    for (const auto& [key, by] : group.changed) {
      if (without != 0 && by == without) continue;
      ++count;
      AppendBulk(bulks, key);
    }
    return count == 0 ? std::string() : fmt::format("*{}\r\n", count) + bulks;
  };
  const std::string all = encode(0);
  for (const uint64_t id : group.sessions) {
    Session* session = clients_->Find(id);
    if (session == nullptr) continue;
    const bool own_left_out = session->tracking->no_loop;
    const std::string keys = own_left_out ? encode(id) : all;
    if (!keys.empty()) Send(*session, keys);
  }
  group.changed.clear();
}

void KeyTracking::FinishTick(size_t keys_max) {
  if (groups_changed_) {
    groups_changed_ = false;
    for (auto& [prefix, group] : groups_) {
      if (!group.changed.empty()) SendGroup(group);
    }
  }
  // So many in one go keep the tick below a millisecond; the next ones go on.
  constexpr int kForgottenMax = 1000;
  const size_t left_max = active() ? keys_max : 0;
  if (active() && keys_max == 0) return;
  for (int i = 0; i < kForgottenMax && table_.size() > left_max; ++i) {
    const TrackedKey* chosen = table_.RandomNode(RandomBits);
    const Table::Position position = table_.Find(chosen->name, HashBytes(chosen->name));
    TrackedKey* tracked = position.node();
    table_.Erase(position);
    Invalidate(tracked);
  }
}

}  // namespace kvasir

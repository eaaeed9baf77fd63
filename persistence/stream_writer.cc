#include "persistence/stream_writer.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvasir {
namespace {

using CommandSink = FunctionRef<Result<void>(std::span<const std::string_view>)>;

std::string IdText(const StreamId& id) {
  StreamIdText scratch;
  return std::string(FormatStreamId(id, scratch));
}

class StreamWriter {
 public:
  StreamWriter(std::string_view key, const Stream& stream, CommandSink append)
      : key_(key), stream_(stream), append_(append) {}

  Result<void> Write() {
    FindGone();
    WriteEntries();
    for (const auto& [name, group] : stream_.groups()) WriteGroup(name, *group);
    WriteIdempotence();
    RemoveGone();
    const StreamFacts facts = stream_.facts();
    Append({"XSETID", key_, IdText(facts.last), "ENTRIESADDED", std::to_string(facts.entries_added),
            "MAXDELETEDID", IdText(facts.max_deleted)});
    return result_;
  }

 private:
  void Append(const std::vector<std::string>& arguments) {
    if (!result_) return;
    views_.assign(arguments.begin(), arguments.end());
    result_ = append_(views_);
  }

  // Entries that are pending and not there any more: XCLAIM makes pending only what is there, so
  // they are for a while.
  void FindGone() {
    for (const auto& [name, group] : stream_.groups()) {
      StreamIds<StreamPending>::Place place;
      for (const StreamPending* item; (item = group->pending().At(place)) != nullptr;
           group->pending().Advance(place)) {
        if (!stream_.Contains(item->id)) gone_.insert(item->id);
      }
    }
  }

  void WriteEntries() {
    auto gone = gone_.begin();
    StreamCursor cursor(stream_, kStreamIdMin, kStreamIdMax, false);
    for (StreamEntry entry; cursor.Next(entry);) {
      for (; gone != gone_.end() && *gone < entry.id; ++gone) WriteStandIn(*gone);
      WriteEntry(entry);
    }
    for (; gone != gone_.end(); ++gone) WriteStandIn(*gone);
    // An empty stream is made by an entry that does not stay.
    if (stream_.Length() == 0 && gone_.empty()) {
      Append({"XADD", key_, "MAXLEN", "0", "0-1", "x", "y"});
    }
  }

  void WriteStandIn(const StreamId& id) { Append({"XADD", key_, IdText(id), "x", "y"}); }

  void WriteEntry(const StreamEntry& entry) {
    std::vector<std::string> arguments = {"XADD", key_, IdText(entry.id)};
    ElementText scratch;
    StreamFields fields(entry);
    for (PackedElement name, value; fields.Next(name, value);) {
      arguments.emplace_back(name.Text(scratch));
      arguments.emplace_back(value.Text(scratch));
    }
    Append(arguments);
  }

  void WriteGroup(const std::string& name, const StreamGroup& group) {
    Append({"XGROUP", "CREATE", key_, name, IdText(group.last_delivered), "ENTRIESREAD",
            std::to_string(group.entries_read)});
    for (const auto& [consumer, state] : group.consumers()) {
      Append({"XGROUP", "CREATECONSUMER", key_, name, consumer});
    }
    StreamIds<StreamPending>::Place place;
    for (const StreamPending* item; (item = group.pending().At(place)) != nullptr;
         group.pending().Advance(place)) {
      if (item->released()) continue;
      Append({"XCLAIM", key_, name, std::string(item->consumer->name()), "0", IdText(item->id),
              "TIME", std::to_string(item->delivered_ms), "RETRYCOUNT",
              std::to_string(item->deliveries), "JUSTID", "FORCE"});
    }
    for (const StreamId& id : group.Released()) {
      Append({"XNACK", key_, name, "FAIL", "IDS", "1", IdText(id), "RETRYCOUNT",
              std::to_string(group.FindPending(id)->deliveries), "FORCE"});
    }
  }

  // redis-server 7 knows none of it.
  void WriteIdempotence() {
    const StreamIdempotence* idempotence = stream_.idempotence();
    if (idempotence == nullptr) return;
    Append({"XCFGSET", key_, "IDMP-DURATION",
            std::to_string(idempotence->limits().duration_seconds), "IDMP-MAXSIZE",
            std::to_string(idempotence->limits().size)});
    // The producer with the latest id first: so none makes another one be forgotten.
    std::vector<std::pair<StreamId, std::string_view>> producers;
    idempotence->ForEach([&](std::string_view producer, const auto& items) {
      producers.emplace_back(items.back().id, producer);
    });
    std::sort(producers.rbegin(), producers.rend());
    for (const auto& [latest, wanted] : producers) {
      for (const StreamIdempotence::Item& item : idempotence->ItemsOf(wanted)) {
        Append({"XIDMPRECORD", key_, std::string(wanted), item.iid, IdText(item.id)});
      }
    }
  }

  // Those in front of all entries were trimmed, which is not remembered as a deletion.
  void RemoveGone() {
    if (gone_.empty()) return;
    if (stream_.Length() == 0) {
      Append({"XTRIM", key_, "MAXLEN", "0"});
      return;
    }
    if (*gone_.begin() < stream_.first_id()) {
      Append({"XTRIM", key_, "MINID", IdText(stream_.first_id())});
    }
    for (auto gone = gone_.lower_bound(stream_.first_id()); gone != gone_.end(); ++gone) {
      Append({"XDEL", key_, IdText(*gone)});
    }
  }

  std::string key_;
  const Stream& stream_;
  CommandSink append_;
  std::set<StreamId> gone_;
  std::vector<std::string_view> views_;
  Result<void> result_;
};

}  // namespace

Result<void> WriteStream(std::string_view key, const Stream& stream,
                         FunctionRef<Result<void>(std::span<const std::string_view>)> append) {
  return StreamWriter(key, stream, append).Write();
}

}  // namespace kvasir

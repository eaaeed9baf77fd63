#include "src/commands/list_reply.h"

#include <algorithm>

#include "src/commands/notify.h"

namespace kvasir {

void ReplyElement(Call& call, const PackedElement& element) {
  if (element.kind == PackedElement::Kind::kInteger) {
    call.reply.BulkInteger(element.integer);
  } else {
    call.reply.Bulk(element.bytes);
  }
}

ListEnd NextListEnd(ArgumentReader& read) {
  if (read.TakeWord("LEFT")) return ListEnd::kHead;
  if (!read.TakeWord("RIGHT")) read.Fail(errors::kSyntax);
  return ListEnd::kTail;
}

std::string_view PopName(ListEnd end) { return end == ListEnd::kHead ? "LPOP" : "RPOP"; }
std::string_view PushName(ListEnd end) { return end == ListEnd::kHead ? "lpush" : "rpush"; }

void NotifyPopped(Call& call, const Key& key, ListEnd end) {
  NotifyTaken(call, kNotifyList, end == ListEnd::kHead ? "lpop" : "rpop", key);
}

std::string_view EndName(ListEnd end) { return end == ListEnd::kHead ? "LEFT" : "RIGHT"; }

ListSpan SpanOf(int64_t first, int64_t last, size_t length) {
  const auto size = static_cast<int64_t>(length);
  if (first < 0) first = std::max<int64_t>(first + size, 0);
  if (last < 0) last += size;
  last = std::min(last, size - 1);
  if (first > last) return {};
  return {static_cast<size_t>(first), static_cast<size_t>(last - first + 1)};
}

std::optional<size_t> IndexOf(int64_t index, size_t length) {
  const auto size = static_cast<int64_t>(length);
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  return static_cast<size_t>(index);
}

void PopIntoArray(Call& call, const Key& key, Database::Position position, ListEnd end,
                  size_t count) {
  count = std::min(count, ListLength(*position.node()));
  call.reply.Array(count);
  ListPop(call.database(), key, position, end, count,
          [&call](const PackedElement& element) { ReplyElement(call, element); });
  NotifyPopped(call, key, end);
}

std::string MoveElement(Call& call, const Key& source, ListEnd from, const Key& target,
                        ListEnd to) {
  Database& database = call.database();
  const Database::Position position = database.Locate(source);
  std::string value;
  ListRange(*position.node(), from == ListEnd::kHead ? 0 : ListLength(*position.node()) - 1, 1,
            [&](const PackedElement& element) {
              ElementText scratch;
              value = element.Text(scratch);
            });
  // In this order, so that a list of one element that moves within itself keeps its deadline.
  const std::string_view view = value;
  ListPush(database, target, database.Locate(target), to, {&view, 1});
  const ListSink nobody = [](const PackedElement&) {};
  call.Notify(kNotifyList, PushName(to), target.bytes);
  ListPop(database, source, database.Locate(source), from, 1, nobody);
  NotifyPopped(call, source, from);
  return value;
}

}  // namespace kvasir

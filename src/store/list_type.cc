#include "src/store/list_type.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "src/store/list_forms.h"
#include "src/store/reclaimer.h"

namespace kvasir {
namespace {

ListNodeLimit LimitOf(Database& database) { return ListNodeLimit::Of(database.context().limits); }

void PushAll(Entry& entry, const ListNodeLimit& limit, ListEnd end,
             std::span<const std::string_view> elements) {
  if (IsSmallList(entry)) {
    SmallListEdit list(entry);
    for (const std::string_view element : elements) {
      if (end == ListEnd::kHead) {
        list.node.PushFront(MakeElement(element), 0);
      } else {
        list.node.PushBack(MakeElement(element), 0);
      }
    }
    return;
  }
  FullList& list = FullListOf(entry);
  for (const std::string_view element : elements) {
    if (end == ListEnd::kHead) {
      list.PushFront(MakeElement(element), limit);
    } else {
      list.PushBack(MakeElement(element), limit);
    }
  }
}

// Takes an element from an end of a node, or of a list that has the same functions for it.
template <typename Ends>
void PopHead(ListNode& node, Ends& list, const ListSink& sink) {
  const char* at = node.begin();
  sink(ReadElement(at));
  list.DropFirst();
}

template <typename Ends>
void PopTail(ListNode& node, Ends& list, const ListSink& sink) {
  const char* const last = node.Last();
  const char* at = last;
  sink(ReadElement(at));
  list.DropLast(last);
}

void PopAll(Entry& entry, ListEnd end, size_t count, const ListSink& sink) {
  if (IsSmallList(entry)) {
    SmallListEdit list(entry);
    for (size_t i = 0; i < count; ++i) {
      if (end == ListEnd::kHead) {
        PopHead(list.node, list.node, sink);
      } else {
        PopTail(list.node, list.node, sink);
      }
    }
    return;
  }
  FullList& list = FullListOf(entry);
  for (size_t i = 0; i < count; ++i) {
    if (end == ListEnd::kHead) {
      PopHead(list.first(), list, sink);
    } else {
      PopTail(list.last(), list, sink);
    }
  }
}

// The end of every command that takes elements away.
void Removed(Database& database, const Key& key, Database::Position position) {
  Entry& entry = *position.node();
  if (ListLength(entry) == 0) {
    database.Remove(key, position);
    return;
  }
  ShrinkList(entry, LimitOf(database));
  database.Changed(key);
}

// Many nodes are freed elsewhere, so that cutting a long list takes no longer than a short one.
void FreeNodes(Database& database, std::vector<ListNode> nodes) {
  constexpr size_t kManyNodes = 64;
  Reclaimer* reclaimer = database.context().reclaimer;
  if (nodes.size() <= kManyNodes || reclaimer == nullptr) return;
  const auto shared = std::make_shared<std::vector<ListNode>>(std::move(nodes));
  reclaimer->Post(1, [shared] { shared->clear(); });
}

void CutSmall(Entry& entry, size_t start, size_t count) {
  SmallListEdit list(entry);
  const size_t end = start + count;
  list.node.CutFrom(list.node.At(end), end);
  list.node.CutBefore(list.node.At(start), start);
}

}  // namespace

size_t ListLength(const Entry& entry) {
  if (!IsSmallList(entry)) return FullListOf(entry).Length();
  return SmallListEdit(entry).node.count();
}

void AppendListElement(Entry& entry, const PackedElement& element, const CollectionLimits& limits) {
  const ListNodeLimit limit = ListNodeLimit::Of(limits);
  if (IsSmallList(entry)) {
    // As long as the text, which is what ListPush goes by.
    ElementText scratch;
    GrowList(entry, limit, element.Text(scratch).size(), 1);
  }
  if (IsSmallList(entry)) {
    SmallListEdit(entry).node.PushBack(element, 0);
  } else {
    FullListOf(entry).PushBack(element, limit);
  }
}

size_t ListPush(Database& database, const Key& key, Database::Position position, ListEnd end,
                std::span<const std::string_view> elements) {
  const ListNodeLimit limit = LimitOf(database);
  Entry& entry = position ? *position.node() : *NewPackedEntry(database, key, ValueType::kList);
  if (IsSmallList(entry)) {
    size_t bytes = 0;
    for (const std::string_view element : elements) bytes += element.size();
    GrowList(entry, limit, bytes, elements.size());
  }
  PushAll(entry, limit, end, elements);
  const size_t length = ListLength(entry);
  if (position) {
    database.Changed(key);
  } else {
    database.Insert(key, &entry);
  }
  return length;
}

void ListPop(Database& database, const Key& key, Database::Position position, ListEnd end,
             size_t count, const ListSink& sink) {
  PopAll(*position.node(), end, count, sink);
  Removed(database, key, position);
}

void ListSet(Database& database, const Key& key, Database::Position position, size_t index,
             std::string_view value) {
  const ListNodeLimit limit = LimitOf(database);
  Entry& entry = *position.node();
  GrowList(entry, limit, value.size(), 0);
  const PackedElement element = MakeElement(value);
  if (IsSmallList(entry)) {
    SmallListEdit list(entry);
    list.node.Replace(list.node.At(index), element);
  } else {
    FullListOf(entry).Set(index, element, limit);
    ShrinkList(entry, limit);
  }
  database.Changed(key);
}

bool ListInsert(Database& database, const Key& key, Database::Position position, bool before,
                std::string_view pivot, std::string_view value) {
  const ListNodeLimit limit = LimitOf(database);
  Entry& entry = *position.node();
  size_t index = SIZE_MAX;
  ListFind(entry, pivot, {}, [&](size_t found) { index = found + (before ? 0 : 1); });
  if (index == SIZE_MAX) return false;
  GrowList(entry, limit, value.size(), 1);
  const PackedElement element = MakeElement(value);
  if (IsSmallList(entry)) {
    SmallListEdit list(entry);
    list.node.Insert(list.node.At(index), element);
  } else {
    FullListOf(entry).Insert(index, element, limit);
  }
  database.Changed(key);
  return true;
}

void ListTrim(Database& database, const Key& key, Database::Position position, size_t start,
              size_t count) {
  Entry& entry = *position.node();
  const size_t length = ListLength(entry);
  if (count == 0) {
    database.Remove(key, position);
    return;
  }
  if (count == length) return;
  if (IsSmallList(entry)) {
    CutSmall(entry, start, count);
  } else {
    std::vector<ListNode> nodes;
    FullListOf(entry).CutBack(length - start - count, nodes);
    FullListOf(entry).CutFront(start, nodes);
    FreeNodes(database, std::move(nodes));
  }
  Removed(database, key, position);
}

size_t ListRemove(Database& database, const Key& key, Database::Position position, ListEnd end,
                  size_t limit, std::string_view value) {
  Entry& entry = *position.node();
  const ElementMatcher wanted(MakeElement(value));
  const bool from_back = end == ListEnd::kTail;
  const size_t removed =
      IsSmallList(entry)
          ? SmallListEdit(entry).node.RemoveEqual(wanted, limit, from_back)
          : FullListOf(entry).RemoveEqual(wanted, limit, from_back, LimitOf(database));
  if (removed > 0) Removed(database, key, position);
  return removed;
}

}  // namespace kvasir

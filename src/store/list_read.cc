// Reading lists: ranges and searches.
#include <algorithm>
#include <vector>

#include "src/store/list_forms.h"
#include "src/store/list_type.h"

namespace kvasir {
namespace {

void RangeOfNode(const ListNode& node, size_t start, size_t count, const ListSink& sink) {
  const char* at = node.At(start);
  for (size_t i = 0; i < count; ++i) {
    const char* const next = node.Next(at);
    sink(ReadElement(at));
    at = next;
  }
}

class Finder {
 public:
  Finder(std::string_view value, const ListSearch& search, size_t length,
         const std::function<void(size_t)>& found)
      : matcher_(MakeElement(value)),
        from_back_(search.rank < 0),
        to_skip_(static_cast<size_t>(from_back_ ? -search.rank : search.rank) - 1),
        wanted_(search.count),
        to_compare_(search.compare_max == 0 ? length : std::min(search.compare_max, length)),
        found_(found) {}

  bool done() const { return wanted_ == 0 || to_compare_ == 0; }
  bool from_back() const { return from_back_; }

  // Looks at a node whose first element has this index in the list.
  void LookAt(const ListNode& node, size_t first_index) {
    if (from_back_) {
      LookFromBack(node, first_index);
      return;
    }
    size_t index = first_index;
    for (const char* at = node.begin(); at != node.end() && !done(); at = node.Next(at), ++index) {
      --to_compare_;
      if (matcher_.Matches(at, node.end())) Meet(index);
    }
  }

 private:
  void LookFromBack(const ListNode& node, size_t first_index) {
    const size_t count = node.count();
    const size_t skipped = count - std::min(count, to_compare_);
    std::vector<size_t> matches;
    const char* at = node.At(skipped);
    for (size_t i = skipped; i < count; ++i, at = node.Next(at)) {
      if (matcher_.Matches(at, node.end())) matches.push_back(first_index + i);
    }
    to_compare_ -= count - skipped;
    for (auto match = matches.rbegin(); match != matches.rend() && wanted_ > 0; ++match) {
      Meet(*match);
    }
  }

  void Meet(size_t index) {
    if (to_skip_ > 0) {
      --to_skip_;
      return;
    }
    --wanted_;
    found_(index);
  }

  ElementMatcher matcher_;
  bool from_back_;
  size_t to_skip_;
  size_t wanted_;
  size_t to_compare_;
  const std::function<void(size_t)>& found_;
};

}  // namespace

void ListRange(const Entry& entry, size_t start, size_t count, const ListSink& sink) {
  if (count == 0) return;
  if (IsSmallList(entry)) {
    RangeOfNode(SmallListEdit(entry).node, start, count, sink);
    return;
  }
  const FullList& list = FullListOf(entry);
  FullList::Place place = list.Find(start);
  ListNode scratch;
  while (count > 0) {
    const size_t here = std::min(count, list.CountOf(place.slot) - place.index);
    RangeOfNode(list.node(place.slot, scratch), place.index, here, sink);
    count -= here;
    place = {place.slot + 1, 0};
  }
}

void ListFind(const Entry& entry, std::string_view value, const ListSearch& search,
              const std::function<void(size_t)>& found) {
  Finder finder(value, search, ListLength(entry), found);
  if (IsSmallList(entry)) {
    finder.LookAt(SmallListEdit(entry).node, 0);
    return;
  }
  const FullList& list = FullListOf(entry);
  size_t index = finder.from_back() ? list.Length() : 0;
  ListNode scratch;
  for (size_t i = 0; i < list.node_count() && !finder.done(); ++i) {
    if (finder.from_back()) {
      const ListNode& node = list.node(list.node_count() - 1 - i, scratch);
      index -= node.count();
      finder.LookAt(node, index);
    } else {
      finder.LookAt(list.node(i, scratch), index);
      index += list.CountOf(i);
    }
  }
}

}  // namespace kvasir

#include "src/store/sort.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "src/store/hash_type.h"
#include "src/store/list_type.h"
#include "src/store/set_type.h"
#include "src/store/sorted_set_type.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

struct Item {
  std::string element;
  double number = 0;
  std::optional<std::string> text;  // what `by` leads to, for alphabetic order
};

enum class Order : uint8_t { kAsItIs, kByNumber, kByText };

// Part of a sequence of elements.
struct Window {
  size_t first = 0;
  size_t count = 0;
};

Window WindowOf(const SortRequest& request, size_t length) {
  const auto size = static_cast<int64_t>(length);
  const int64_t first = std::clamp<int64_t>(request.offset, 0, size);
  const int64_t wanted = request.count < 0 ? size : std::min(request.count, size);
  return {static_cast<size_t>(first), static_cast<size_t>(std::min(wanted, size - first))};
}

std::optional<std::string> StringUnder(Database& database, std::string_view key) {
  const Entry* entry = database.Read(Key::Of(key));
  if (entry == nullptr || entry->type() != ValueType::kString) return std::nullopt;
  IntegerText scratch;
  return std::string(StringBytes(*entry, scratch));
}

std::optional<std::string> FieldUnder(Database& database, std::string_view key,
                                      std::string_view name) {
  const Entry* entry = database.Read(Key::Of(key));
  if (entry == nullptr || entry->type() != ValueType::kHash) return std::nullopt;
  ElementText scratch;
  const auto field = FindHashField(database.context(), *entry, name, scratch);
  if (!field) return std::nullopt;
  return std::string(field->value);
}

// What a pattern leads to for one element.
std::optional<std::string> Follow(Database& database, std::string_view pattern,
                                  const std::string& element) {
  if (pattern == "#") return element;
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return std::nullopt;
  std::string_view behind = pattern.substr(star + 1);
  std::string_view name;
  // An arrow at the very end is part of the key.
  const size_t arrow = behind.find("->");
  if (arrow != std::string_view::npos && arrow + 2 < behind.size()) {
    name = behind.substr(arrow + 2);
    behind = behind.substr(0, arrow);
  }
  std::string key(pattern.substr(0, star));
  key += element;
  key += behind;
  return name.empty() ? StringUnder(database, key) : FieldUnder(database, key, name);
}

// As C's strtod reads it: spaces in front are fine, and nothing at all is 0.
std::optional<double> LenientNumber(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const double number = strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || errno == ERANGE || std::isnan(number)) {
    return std::nullopt;
  }
  return number;
}

void LoadList(const Entry& entry, const Window& window, std::vector<Item>& items) {
  ElementText scratch;
  ListRange(entry, window.first, window.count, [&](const PackedElement& element) {
    items.push_back({.element = std::string(element.Text(scratch))});
  });
}

void LoadSortedSet(const Entry& entry, const Window& window, bool descending,
                   std::vector<Item>& items) {
  const size_t rank = descending ? SortedSetLength(entry) - 1 - window.first : window.first;
  SortedSetCursor cursor(
      entry, rank,
      descending ? SortedSetCursor::Direction::kDown : SortedSetCursor::Direction::kUp);
  ScoredMember member;
  for (size_t i = 0; i < window.count && cursor.Next(member); ++i) {
    items.push_back({.element = std::string(member.member)});
  }
}

size_t LengthOf(const Entry& entry) {
  if (entry.type() == ValueType::kList) return ListLength(entry);
  if (entry.type() == ValueType::kSet) return SetLength(entry);
  return SortedSetLength(entry);
}

std::vector<Item> LoadAll(const Entry& entry) {
  std::vector<Item> items;
  const size_t length = LengthOf(entry);
  items.reserve(length);
  if (entry.type() == ValueType::kList) {
    LoadList(entry, {0, length}, items);
  } else if (entry.type() == ValueType::kSortedSet) {
    LoadSortedSet(entry, {0, length}, false, items);
  } else {
    ForEachSetMember(
        entry, [&](std::string_view member) { items.push_back({.element = std::string(member)}); });
  }
  return items;
}

// Without an order only the part that is wanted is read; the end that it is counted from is the
// last one for DESC.
std::vector<Item> LoadUnordered(const Entry& entry, const SortRequest& request) {
  const size_t length = LengthOf(entry);
  Window window = WindowOf(request, length);
  std::vector<Item> items;
  if (window.count == 0) return items;
  if (entry.type() == ValueType::kSortedSet) {
    LoadSortedSet(entry, window, request.descending, items);
  } else if (entry.type() == ValueType::kList) {
    if (request.descending) window.first = length - window.first - window.count;
    LoadList(entry, window, items);
    if (request.descending) std::reverse(items.begin(), items.end());
  } else {
    items = LoadAll(entry);
    const auto first = items.begin() + static_cast<ptrdiff_t>(window.first);
    items.erase(first + static_cast<ptrdiff_t>(window.count), items.end());
    items.erase(items.begin(), first);
  }
  return items;
}

// Finds what the items are compared by.
Result<void> Weigh(Database& database, const std::optional<std::string_view>& by, Order order,
                   std::vector<Item>& items) {
  for (Item& item : items) {
    if (order == Order::kByText) {
      item.text = by ? Follow(database, *by, item.element) : item.element;
      continue;
    }
    const auto text = by ? Follow(database, *by, item.element) : item.element;
    if (!text) continue;
    const std::optional<double> number = LenientNumber(*text);
    if (!number) return Fail(Errc::kNotFloat);
    item.number = *number;
  }
  return {};
}

void SortItems(Order order, bool descending, std::vector<Item>& items) {
  const auto before = [order](const Item& a, const Item& b) {
    // No text comes before every text.
    if (order == Order::kByText) return a.text < b.text;
    return std::pair(a.number, std::string_view(a.element)) <
           std::pair(b.number, std::string_view(b.element));
  };
  if (descending) {
    std::stable_sort(items.begin(), items.end(),
                     [&](const Item& a, const Item& b) { return before(b, a); });
  } else {
    std::stable_sort(items.begin(), items.end(), before);
  }
}

}  // namespace

Result<SortedElements> SortElements(Database& database, const Entry* entry,
                                    const SortRequest& request) {
  SortedElements sorted;
  if (entry == nullptr) return sorted;
  std::optional<std::string_view> by = request.by;
  Order order = request.alphabetic ? Order::kByText : Order::kByNumber;
  if (by && by->find('*') == std::string_view::npos) {
    const bool needs_order = entry->type() == ValueType::kSet && request.stores;
    order = needs_order ? Order::kByText : Order::kAsItIs;
    by.reset();
  }
  std::vector<Item> items;
  Window window;
  if (order == Order::kAsItIs) {
    items = LoadUnordered(*entry, request);
    window.count = items.size();
  } else {
    items = LoadAll(*entry);
    if (Result<void> weighed = Weigh(database, by, order, items); !weighed) {
      return tl::unexpected(weighed.error());
    }
    SortItems(order, request.descending, items);
    window = WindowOf(request, items.size());
  }
  for (size_t i = window.first; i < window.first + window.count; ++i) {
    if (request.get.empty()) sorted.emplace_back(std::move(items[i].element));
    for (const std::string_view pattern : request.get) {
      sorted.push_back(Follow(database, pattern, items[i].element));
    }
  }
  return sorted;
}

}  // namespace kvasir

#include "src/store/sorted_set_order.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "src/base/prefetch.h"

namespace kvasir {
namespace {

static_assert(std::endian::native == std::endian::little);

// A member, and eight bytes of it that come first where the member does.
struct Excerpt {
  uint64_t bytes;
  SortedSetNode* node;
};

// So few are compared as they are.
constexpr size_t kFewMembers = 32;
// After so many excerpts as well: who makes members that are alike for long should not make this
// deep.
constexpr int kRoundsMax = 8;

uint64_t BytesAt(std::string_view member, size_t at) {
  uint64_t bytes = 0;
  if (at < member.size()) {
    memcpy(&bytes, member.data() + at, std::min(sizeof bytes, member.size() - at));
  }
  return __builtin_bswap64(bytes);
}

template <typename Visit>
void VisitAhead(std::span<Excerpt> members, Visit visit) {
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + kAhead < members.size()) PrefetchLine(members[i + kAhead].node);
    visit(members[i]);
  }
}

// How far all of them are the same; they are known to be up to `at`, or end before it.
size_t CommonLength(std::span<Excerpt> members, size_t at) {
  const std::string_view first = members[0].node->key();
  size_t common = std::max(at, first.size());
  VisitAhead(members, [&](const Excerpt& member) {
    const std::string_view other = member.node->key();
    const size_t limit = std::min({common, first.size(), other.size()});
    size_t same = std::min(at, limit);
    while (same < limit && first[same] == other[same]) ++same;
    common = std::max(at, same);
  });
  return common;
}

// Calls `sort` for each two or more neighbours of which `same` says that they are alike.
template <typename T, typename Same, typename Sort>
void SortAlike(std::span<T> all, Same same, Sort sort) {
  for (size_t begin = 0; begin < all.size();) {
    size_t end = begin + 1;
    while (end < all.size() && same(all[begin], all[end])) ++end;
    if (end - begin > 1) sort(all.subspan(begin, end - begin));
    begin = end;
  }
}

bool MemberLess(const SortedSetNode* a, const SortedSetNode* b) { return a->key() < b->key(); }

void SortMembers(std::span<Excerpt> members, size_t at, int rounds) {
  if (members.size() <= kFewMembers || rounds == 0) {
    std::sort(members.begin(), members.end(),
              [](const Excerpt& a, const Excerpt& b) { return MemberLess(a.node, b.node); });
    return;
  }
  const size_t from = CommonLength(members, at);
  VisitAhead(members, [&](Excerpt& member) { member.bytes = BytesAt(member.node->key(), from); });
  std::sort(members.begin(), members.end(),
            [](const Excerpt& a, const Excerpt& b) { return a.bytes < b.bytes; });
  const auto same = [](const Excerpt& a, const Excerpt& b) { return a.bytes == b.bytes; };
  SortAlike(members, same, [&](std::span<Excerpt> alike) {
    SortMembers(alike, from + sizeof(uint64_t), rounds - 1);
  });
}

void SortEqualScores(std::span<ScoredNode> nodes, std::vector<Excerpt>& scratch) {
  if (nodes.size() <= kFewMembers) {
    std::sort(nodes.begin(), nodes.end(),
              [](const ScoredNode& a, const ScoredNode& b) { return MemberLess(a.node, b.node); });
    return;
  }
  scratch.clear();
  for (const ScoredNode& slot : nodes) scratch.push_back({0, slot.node});
  SortMembers(scratch, 0, kRoundsMax);
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].node = scratch[i].node;
    // Equal numbers are the same number, but for zero and its sign.
    if (nodes[i].score == 0) nodes[i].score = nodes[i].node->score();
  }
}

}  // namespace

void SortByScore(std::span<ScoredNode> nodes) {
  std::sort(nodes.begin(), nodes.end(),
            [](const ScoredNode& a, const ScoredNode& b) { return a.score < b.score; });
  std::vector<Excerpt> scratch;
  const auto same = [](const ScoredNode& a, const ScoredNode& b) { return a.score == b.score; };
  SortAlike(nodes, same, [&](std::span<ScoredNode> alike) { SortEqualScores(alike, scratch); });
}

}  // namespace kvasir

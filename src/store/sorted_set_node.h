// One member of a sorted set in its full form: score, length and member in one allocation.
// THREAD: loop; a node that left the keyspace may be destroyed by any one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

#include "src/base/memory.h"

namespace kvasir {

class SortedSetNode {
 public:
  static SortedSetNode* Create(double score, std::string_view member) {
    char* memory =
        static_cast<char*>(::operator new(AllocationSize(UnroundedBytes(member.size()))));
    auto* node = new (memory) SortedSetNode(score);
    char* out = memory + kHeadBytes;
    const uint64_t size = member.size();
    if (size < kLongMember) {
      node->size_ = static_cast<uint32_t>(size);
    } else {
      node->size_ = kLongMember;
      memcpy(out, &size, sizeof size);
      out += sizeof size;
    }
    std::copy(member.begin(), member.end(), out);
    return node;
  }
  static void Destroy(SortedSetNode* node) { ::operator delete(node, node->AllocatedBytes()); }

  SortedSetNode(const SortedSetNode&) = delete;
  SortedSetNode& operator=(const SortedSetNode&) = delete;

  std::string_view key() const {
    const char* data = reinterpret_cast<const char*>(this) + kHeadBytes;
    if (size_ != kLongMember) return {data, size_};
    uint64_t size;
    memcpy(&size, data, sizeof size);
    return {data + sizeof size, size};
  }
  double score() const { return score_; }
  // REQUIRES: the node is in no tree.
  void set_score(double score) { score_ = score; }

  size_t AllocatedBytes() const { return AllocationSize(UnroundedBytes(key().size())); }

 private:
  // Members of this size and above keep their size in eight bytes in front of them.
  static constexpr uint32_t kLongMember = UINT32_MAX;
  // The member follows right behind the length: no padding.
  static constexpr size_t kHeadBytes = sizeof(double) + sizeof(uint32_t);

  explicit SortedSetNode(double score) : score_(score) {}

  static size_t UnroundedBytes(size_t member_size) {
    const size_t size_bytes = member_size < kLongMember ? 0 : sizeof(uint64_t);
    return std::max(kHeadBytes + size_bytes + member_size, sizeof(SortedSetNode));
  }

  double score_;
  uint32_t size_ = 0;
};

// A node beside its score: whoever compares scores need not wait for the node.
struct ScoredNode {
  double score;
  SortedSetNode* node;
};

}  // namespace kvasir

#include "src/store/set_table.h"

#include <cstdint>
#include <cstring>
#include <new>

#include "src/base/memory.h"

namespace kvasir {
namespace {

constexpr uint8_t kLong = 0xff;

size_t HeadBytes(size_t size) { return size < kLong ? 1 : 1 + sizeof(uint64_t); }

}  // namespace

MemberNode* MemberNode::Create(std::string_view member) {
  const size_t head = HeadBytes(member.size());
  char* memory = static_cast<char*>(::operator new(head + member.size()));
  const uint64_t size = member.size();
  *memory = static_cast<char>(head == 1 ? size : kLong);
  if (head != 1) memcpy(memory + 1, &size, sizeof size);
  if (size != 0) memcpy(memory + head, member.data(), size);
  return reinterpret_cast<MemberNode*>(memory);
}

void MemberNode::Destroy(MemberNode* node) {
  const size_t size = node->key().size();
  ::operator delete(static_cast<void*>(node), HeadBytes(size) + size);
}

std::string_view MemberNode::key() const {
  const char* memory = reinterpret_cast<const char*>(this);
  const auto small = static_cast<uint8_t>(*memory);
  if (small != kLong) return {memory + 1, small};
  uint64_t size;
  memcpy(&size, memory + 1, sizeof size);
  return {memory + 1 + sizeof size, size};
}

size_t MemberNode::AllocatedBytes() const {
  const size_t size = key().size();
  return AllocationSize(HeadBytes(size) + size);
}

SetTable::~SetTable() {
  cut_.Take(table_, SIZE_MAX);
  table_.ForEach(MemberNode::Destroy);
}

size_t SetTable::MemoryBytes(size_t samples) const {
  const size_t own = AllocationSize(sizeof *this) + table_.MemoryBytes();
  size_t seen = 0;
  size_t bytes = 0;
  table_.ForEachWhile([&](const MemberNode* node) {
    bytes += node->AllocatedBytes();
    return ++seen != samples;
  });
  if (seen == 0) return own;
  return own + static_cast<size_t>(static_cast<double>(bytes) / static_cast<double>(seen) *
                                   static_cast<double>(table_.size()));
}

std::unique_ptr<Collection> SetTable::Clone() const {
  auto clone = std::make_unique<SetTable>();
  table_.ForEach([&](const MemberNode* node) {
    clone->table_.Insert(MemberNode::Create(node->key()), HashBytes(node->key()));
  });
  return clone;
}

bool SetTable::Contains(std::string_view member) const {
  return static_cast<bool>(table_.Find(member, HashBytes(member)));
}

bool SetTable::Add(std::string_view member) {
  const uint64_t hash = HashBytes(member);
  if (table_.Find(member, hash)) return false;
  cut_.BeforeChange(table_, hash);
  table_.Insert(MemberNode::Create(member), hash);
  return true;
}

bool SetTable::Remove(std::string_view member) {
  const uint64_t hash = HashBytes(member);
  const Table::Position position = table_.Find(member, hash);
  if (!position) return false;
  MemberNode* node = position.node();
  cut_.BeforeChange(table_, hash);
  table_.Erase(position, cut_.version());
  // `member` may be a view of the node, so this comes last.
  MemberNode::Destroy(node);
  return true;
}

}  // namespace kvasir

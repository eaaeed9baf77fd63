#include "src/store/hash_table.h"

#include <cstring>
#include <new>

#include "src/base/memory.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// How many bytes a length takes: 1, 2, 4 or 8, as a code of two bits.
constexpr unsigned kValueShift = 2;
constexpr uint8_t kCodeMask = 3;
constexpr uint8_t kHasDeadline = 16;

uint8_t LengthCode(size_t length) {
  if (length <= UINT8_MAX) return 0;
  if (length <= UINT16_MAX) return 1;
  return length <= UINT32_MAX ? 2 : 3;
}

uint64_t LoadLength(const char* at, uint8_t code) {
  uint64_t length = 0;
  memcpy(&length, at, size_t{1} << code);
  return length;
}

// Where the parts of a node lie, told by its first byte.
struct Layout {
  explicit Layout(uint8_t form)
      : name_code(form & kCodeMask),
        value_code(form >> kValueShift & kCodeMask),
        value_length(1 + (size_t{1} << name_code)),
        deadline(value_length + (size_t{1} << value_code)),
        name(deadline + ((form & kHasDeadline) != 0 ? sizeof(int64_t) : 0)) {}

  uint8_t name_code;
  uint8_t value_code;
  size_t value_length;
  size_t deadline;
  size_t name;
};

uint8_t FormOf(const HashField& field) {
  const auto value_code = static_cast<uint8_t>(LengthCode(field.value.size()) << kValueShift);
  return static_cast<uint8_t>(LengthCode(field.name.size()) | value_code |
                              (field.has_deadline() ? kHasDeadline : 0));
}

size_t NodeBytes(const HashField& field) {
  return AllocationSize(Layout(FormOf(field)).name + field.name.size() + field.value.size());
}

uint8_t FormAt(const void* node) { return static_cast<uint8_t>(*static_cast<const char*>(node)); }

void CopyText(char* to, std::string_view text) {
  if (!text.empty()) memmove(to, text.data(), text.size());
}

}  // namespace

FieldNode* FieldNode::Create(const HashField& field) {
  char* memory = static_cast<char*>(::operator new(NodeBytes(field)));
  const uint8_t form = FormOf(field);
  const Layout layout(form);
  const uint64_t name_size = field.name.size();
  const uint64_t value_size = field.value.size();
  *memory = static_cast<char>(form);
  memcpy(memory + 1, &name_size, size_t{1} << layout.name_code);
  memcpy(memory + layout.value_length, &value_size, size_t{1} << layout.value_code);
  if (field.has_deadline()) {
    memcpy(memory + layout.deadline, &field.deadline_ms, sizeof field.deadline_ms);
  }
  CopyText(memory + layout.name, field.name);
  CopyText(memory + layout.name + name_size, field.value);
  return reinterpret_cast<FieldNode*>(memory);
}

void FieldNode::Destroy(FieldNode* node) {
  ::operator delete(static_cast<void*>(node), node->AllocatedBytes());
}

HashField FieldNode::field() const {
  const char* memory = reinterpret_cast<const char*>(this);
  const Layout layout(FormAt(this));
  HashField field;
  const char* name = memory + layout.name;
  field.name = {name, LoadLength(memory + 1, layout.name_code)};
  field.value = {name + field.name.size(),
                 LoadLength(memory + layout.value_length, layout.value_code)};
  if (layout.name != layout.deadline) {
    memcpy(&field.deadline_ms, memory + layout.deadline, sizeof field.deadline_ms);
  }
  return field;
}

size_t FieldNode::AllocatedBytes() const { return NodeBytes(field()); }

bool FieldNode::OverwriteValue(std::string_view value) {
  HashField changed = field();
  const size_t bytes = NodeBytes(changed);
  changed.value = value;
  if (FormOf(changed) != FormAt(this) || NodeBytes(changed) != bytes) return false;
  char* memory = reinterpret_cast<char*>(this);
  const Layout layout(FormAt(this));
  const uint64_t size = value.size();
  memcpy(memory + layout.value_length, &size, size_t{1} << layout.value_code);
  CopyText(memory + layout.name + changed.name.size(), value);
  return true;
}

void FieldNode::OverwriteDeadline(int64_t deadline_ms) {
  const Layout layout(FormAt(this));
  memcpy(reinterpret_cast<char*>(this) + layout.deadline, &deadline_ms, sizeof deadline_ms);
}

HashTable::~HashTable() {
  cut_.Take(table_, SIZE_MAX);
  table_.ForEach(FieldNode::Destroy);
}

size_t HashTable::MemoryBytes(size_t samples) const {
  // A node of the tree of deadlines: four words and the pair.
  constexpr size_t kTreeNode = 6 * sizeof(void*);
  size_t own = AllocationSize(sizeof *this) + table_.MemoryBytes();
  if (volatile_ != nullptr) own += sizeof(Volatile) + volatile_->deadlines.size() * kTreeNode;
  size_t seen = 0;
  size_t bytes = 0;
  table_.ForEachWhile([&](const FieldNode* node) {
    bytes += node->AllocatedBytes();
    return ++seen != samples;
  });
  if (seen == 0) return own;
  return own + static_cast<size_t>(static_cast<double>(bytes) / static_cast<double>(seen) *
                                   static_cast<double>(table_.size()));
}

std::unique_ptr<Collection> HashTable::Clone() const {
  auto clone = std::make_unique<HashTable>();
  table_.ForEach([&](const FieldNode* node) {
    FieldNode* copy = FieldNode::Create(node->field());
    clone->table_.Insert(copy, HashBytes(copy->key()));
    clone->Track(copy);
  });
  return clone;
}

size_t HashTable::FreeEffort() const {
  return table_.size() + (volatile_ == nullptr ? 0 : volatile_->deadlines.size());
}

std::optional<int64_t> HashTable::NextElementDeadlineMs() const {
  if (volatile_ == nullptr || volatile_->deadlines.empty()) return std::nullopt;
  return volatile_->deadlines.begin()->first;
}

void HashTable::TakeDueElements(int64_t now_ms, size_t max, std::vector<std::string>& names) {
  if (volatile_ == nullptr) return;
  const auto& deadlines = volatile_->deadlines;
  while (names.size() < max && !deadlines.empty() && deadlines.begin()->first <= now_ms) {
    const std::string_view name = deadlines.begin()->second->key();
    names.emplace_back(name);
    const uint64_t hash = HashBytes(name);
    Remove(table_.Find(name, hash), hash);
  }
}

std::optional<HashField> HashTable::Find(std::string_view name, ElementText& /*scratch*/) const {
  const Table::Position position = table_.Find(name, HashBytes(name));
  if (!position) return std::nullopt;
  return position.node()->field();
}

void HashTable::Visit(HashVisitor visit) const {
  table_.ForEachWhile([&](const FieldNode* node) { return visit(node->field()); });
}

size_t HashTable::CountDue(int64_t now_ms) const {
  size_t due = 0;
  if (volatile_ == nullptr) return due;
  for (const auto& [deadline_ms, node] : volatile_->deadlines) {
    if (deadline_ms > now_ms) break;
    ++due;
  }
  return due;
}

void HashTable::Track(FieldNode* node) {
  const HashField field = node->field();
  if (!field.has_deadline()) return;
  if (volatile_ == nullptr) volatile_ = std::make_unique<Volatile>();
  volatile_->deadlines.emplace(field.deadline_ms, node);
}

void HashTable::Untrack(FieldNode* node) {
  const HashField field = node->field();
  if (field.has_deadline()) volatile_->deadlines.erase({field.deadline_ms, node});
}

void HashTable::Replace(Table::Position position, const HashField& field) {
  FieldNode* old = position.node();
  FieldNode* fresh = FieldNode::Create(field);
  Untrack(old);
  position.set_node(fresh);
  Track(fresh);
  FieldNode::Destroy(old);
}

void HashTable::Remove(Table::Position position, uint64_t hash) {
  FieldNode* node = position.node();
  cut_.BeforeChange(table_, hash);
  Untrack(node);
  table_.Erase(position, cut_.version());
  FieldNode::Destroy(node);
}

bool HashTable::Set(std::string_view name, std::string_view value, int64_t deadline_ms) {
  const uint64_t hash = HashBytes(name);
  const Table::Position position = table_.Find(name, hash);
  cut_.BeforeChange(table_, hash);
  if (!position) {
    if (deadline_ms == kKeepFieldDeadline) deadline_ms = kNoFieldDeadline;
    FieldNode* node = FieldNode::Create({name, value, deadline_ms});
    table_.Insert(node, hash);
    Track(node);
    return true;
  }
  const int64_t old_deadline_ms = position.node()->field().deadline_ms;
  if (deadline_ms == kKeepFieldDeadline) deadline_ms = old_deadline_ms;
  if (deadline_ms != old_deadline_ms || !position.node()->OverwriteValue(value)) {
    Replace(position, {name, value, deadline_ms});
  }
  return false;
}

bool HashTable::Erase(std::string_view name) {
  const uint64_t hash = HashBytes(name);
  const Table::Position position = table_.Find(name, hash);
  if (position) Remove(position, hash);
  return static_cast<bool>(position);
}

void HashTable::SetDeadline(std::string_view name, int64_t deadline_ms) {
  const uint64_t hash = HashBytes(name);
  const Table::Position position = table_.Find(name, hash);
  cut_.BeforeChange(table_, hash);
  HashField field = position.node()->field();
  if (field.has_deadline() && deadline_ms != kNoFieldDeadline) {
    Untrack(position.node());
    position.node()->OverwriteDeadline(deadline_ms);
    Track(position.node());
    return;
  }
  field.deadline_ms = deadline_ms;
  Replace(position, field);
}

const HashTable* FindHashTable(const Entry& entry) {
  if (entry.encoding() != Encoding::kObject) return nullptr;
  return dynamic_cast<const HashTable*>(&FullForm<FullHash>(entry));
}

}  // namespace kvasir

#include "src/store/hash_packed.h"

#include <algorithm>

#include "src/base/memory.h"

namespace kvasir {
namespace {

// What stands in the place of a deadline: no field keeps one that is not after 1970.
constexpr int64_t kNone = 0;

PackedElement DeadlineElement(int64_t deadline_ms) {
  return MakeElement(deadline_ms == kNoFieldDeadline ? kNone : std::max<int64_t>(deadline_ms, 1));
}

int64_t ReadDeadline(const char*& at) {
  const int64_t deadline_ms = ReadElement(at).integer;
  return deadline_ms == kNone ? kNoFieldDeadline : deadline_ms;
}

}  // namespace

std::optional<HashField> FindPackedField(const Packed& packed, size_t stride, std::string_view name,
                                         ElementText& scratch) {
  const char* at = packed.Find(name, stride);
  if (at == nullptr) return std::nullopt;
  at = SkipElement(at);
  HashField field = {.name = name, .value = ReadElement(at).Text(scratch)};
  if (stride == kVolatileStride) field.deadline_ms = ReadDeadline(at);
  return field;
}

void VisitPackedFields(const Packed& packed, size_t stride, HashVisitor visit) {
  ElementText name;
  ElementText value;
  for (const char* at = packed.begin(); at != packed.end();) {
    HashField field;
    field.name = ReadElement(at).Text(name);
    field.value = ReadElement(at).Text(value);
    if (stride == kVolatileStride) field.deadline_ms = ReadDeadline(at);
    if (!visit(field)) return;
  }
}

bool FitsPackedFields(const Packed& packed, size_t stride, std::string_view name,
                      std::string_view value, const CollectionLimits& limits) {
  const uint64_t longest = limits.hash_max_listpack_value_bytes;
  if (name.size() > longest || value.size() > longest) return false;
  constexpr size_t kHeads = 2 * kElementHeadMax + 1 + sizeof(int64_t);
  if (packed.bytes() + name.size() + value.size() + kHeads > Packed::kBytesMax) return false;
  const size_t fields = packed.count() / stride;
  const bool room = static_cast<int64_t>(fields) < limits.hash_max_listpack_entries &&
                    packed.count() + stride <= Packed::kElementsMax;
  return room || packed.Find(name, stride) != nullptr;
}

bool SetPackedField(Packed& packed, size_t stride, std::string_view name, std::string_view value,
                    int64_t deadline_ms) {
  const char* at = packed.Find(name, stride);
  if (at == nullptr) {
    if (deadline_ms == kKeepFieldDeadline) deadline_ms = kNoFieldDeadline;
    if (stride == kPlainStride) {
      packed.Append({MakeElement(name), MakeElement(value)});
    } else {
      packed.Append({MakeElement(name), MakeElement(value), DeadlineElement(deadline_ms)});
    }
    return true;
  }
  at = packed.Replace(SkipElement(at), MakeElement(value));
  if (stride == kVolatileStride && deadline_ms != kKeepFieldDeadline) {
    packed.Replace(SkipElement(at), DeadlineElement(deadline_ms));
  }
  return false;
}

bool ErasePackedField(Packed& packed, size_t stride, std::string_view name) {
  const char* at = packed.Find(name, stride);
  if (at == nullptr) return false;
  packed.Erase(at, stride);
  return true;
}

size_t PackedVolatileHash::MemoryBytes(size_t /*samples*/) const {
  return AllocationSize(sizeof *this) + packed_.AllocatedBytes();
}

std::unique_ptr<Collection> PackedVolatileHash::Clone() const {
  return std::make_unique<PackedVolatileHash>(packed_.Clone());
}

std::optional<int64_t> PackedVolatileHash::NextElementDeadlineMs() const {
  int64_t soonest = kNoFieldDeadline;
  Visit([&](const HashField& field) {
    soonest = std::min(soonest, field.deadline_ms);
    return true;
  });
  if (soonest == kNoFieldDeadline) return std::nullopt;
  return soonest;
}

size_t PackedVolatileHash::CountDue(int64_t now_ms) const {
  size_t due = 0;
  Visit([&](const HashField& field) {
    due += field.deadline_ms <= now_ms ? 1 : 0;
    return true;
  });
  return due;
}

void PackedVolatileHash::TakeDueElements(int64_t now_ms, size_t max,
                                         std::vector<std::string>& names) {
  ElementText scratch;
  for (const char* at = packed_.begin(); at != packed_.end() && names.size() < max;) {
    const char* const first = at;
    const std::string_view name = ReadElement(at).Text(scratch);
    at = SkipElement(at);
    if (ReadDeadline(at) > now_ms) continue;
    names.emplace_back(name);
    at = packed_.Erase(first, kVolatileStride);
  }
}

void PackedVolatileHash::SetDeadline(std::string_view name, int64_t deadline_ms) {
  const char* at = SkipElement(SkipElement(packed_.Find(name, kVolatileStride)));
  packed_.Replace(at, DeadlineElement(deadline_ms));
}

}  // namespace kvasir

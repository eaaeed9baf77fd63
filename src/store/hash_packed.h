// The small forms of a hash: a name and a value in turn ("listpack"), or a name, a value and a
// deadline ("listpackex"). Private to hash_type.h.
// THREAD: loop; a form that left the keyspace may be destroyed by any one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/hash_forms.h"
#include "src/store/packed.h"

namespace kvasir {

// Elements per field.
inline constexpr size_t kPlainStride = 2;
inline constexpr size_t kVolatileStride = 3;

std::optional<HashField> FindPackedField(const Packed& packed, size_t stride, std::string_view name,
                                         ElementText& scratch);
void VisitPackedFields(const Packed& packed, size_t stride, HashVisitor visit);
bool FitsPackedFields(const Packed& packed, size_t stride, std::string_view name,
                      std::string_view value, const CollectionLimits& limits);
// True when the field is new. With the plain stride the deadline is ignored.
bool SetPackedField(Packed& packed, size_t stride, std::string_view name, std::string_view value,
                    int64_t deadline_ms);
bool ErasePackedField(Packed& packed, size_t stride, std::string_view name);

class PackedVolatileHash final : public FullHash {
 public:
  PackedVolatileHash() = default;
  explicit PackedVolatileHash(Packed packed) : packed_(std::move(packed)) {}

  std::string_view EncodingName() const override { return "listpackex"; }
  size_t Length() const override { return packed_.count() / kVolatileStride; }
  size_t MemoryBytes(size_t samples) const override;
  std::unique_ptr<Collection> Clone() const override;
  size_t FreeEffort() const override { return 1; }

  ElementExpiry* element_expiry() override { return &expiry_; }
  std::optional<int64_t> NextElementDeadlineMs() const override;
  void TakeDueElements(int64_t now_ms, size_t max, std::vector<std::string>& names) override;

  std::optional<HashField> Find(std::string_view name, ElementText& scratch) const override {
    return FindPackedField(packed_, kVolatileStride, name, scratch);
  }
  void Visit(HashVisitor visit) const override {
    VisitPackedFields(packed_, kVolatileStride, visit);
  }
  size_t CountDue(int64_t now_ms) const override;
  bool Fits(std::string_view name, std::string_view value,
            const CollectionLimits& limits) const override {
    return FitsPackedFields(packed_, kVolatileStride, name, value, limits);
  }
  bool Set(std::string_view name, std::string_view value, int64_t deadline_ms) override {
    return SetPackedField(packed_, kVolatileStride, name, value, deadline_ms);
  }
  bool Erase(std::string_view name) override {
    return ErasePackedField(packed_, kVolatileStride, name);
  }
  void SetDeadline(std::string_view name, int64_t deadline_ms) override;

 private:
  Packed packed_;
  ElementExpiry expiry_;
};

}  // namespace kvasir

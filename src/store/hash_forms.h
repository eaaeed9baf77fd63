// What the full forms of a hash (Encoding::kObject) have in common. Private to hash_type.h.
// THREAD: loop; a form that left the keyspace may be destroyed by any one thread.
#pragma once

#include <optional>
#include <string_view>

#include "src/store/collection.h"
#include "src/store/hash_type.h"

namespace kvasir {

class FullHash : public Collection {
 public:
  virtual std::optional<HashField> Find(std::string_view name, ElementText& scratch) const = 0;
  virtual void Visit(HashVisitor visit) const = 0;
  // The number of fields whose deadline is at or before `now_ms`.
  virtual size_t CountDue(int64_t now_ms) const = 0;

  // Whether a value of this name still fits this form; when not, the hash takes its last form.
  virtual bool Fits(std::string_view name, std::string_view value,
                    const CollectionLimits& limits) const = 0;
  // True when the field is new. REQUIRES: Fits.
  virtual bool Set(std::string_view name, std::string_view value, int64_t deadline_ms) = 0;
  virtual bool Erase(std::string_view name) = 0;
  // REQUIRES: the field is there.
  virtual void SetDeadline(std::string_view name, int64_t deadline_ms) = 0;
};

}  // namespace kvasir

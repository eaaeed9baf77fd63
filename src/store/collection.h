// What the keyspace asks of a collection in its full form (Encoding::kObject). Each collection type
// derives from this inside its own files and hides its forms behind its header.
// THREAD: loop; a collection that left the keyspace may be destroyed by any one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace kvasir {

class Collection {
 public:
  virtual ~Collection() = default;

  // Redis's name of the current form, as OBJECT ENCODING replies.
  virtual std::string_view EncodingName() const = 0;
  // Number of elements.
  virtual size_t Length() const = 0;
  // Bytes allocated; large collections may estimate from `samples` elements (0: count all).
  virtual size_t MemoryBytes(size_t samples) const = 0;
  virtual std::unique_ptr<Collection> Clone() const = 0;
  // About how many separate frees its destruction takes: decides whether the loop does it itself.
  virtual size_t FreeEffort() const = 0;
};

}  // namespace kvasir

// A stand-in for the collection types: enough of a value to see what commands do with it.
#pragma once

#include <memory>
#include <string_view>

#include "src/store/collection.h"
#include "src/store/database.h"

namespace kvasir {

class TestCollection : public Collection {
 public:
  explicit TestCollection(int value, int* alive) : value_(value), alive_(alive) { ++*alive_; }
  ~TestCollection() override { --*alive_; }

  std::string_view EncodingName() const override { return "listpack"; }
  size_t Length() const override { return 1; }
  size_t MemoryBytes(size_t /*samples*/) const override { return sizeof *this; }
  std::unique_ptr<Collection> Clone() const override {
    return std::make_unique<TestCollection>(value_, alive_);
  }
  size_t FreeEffort() const override { return 1; }

  int value() const { return value_; }

 private:
  int value_;
  int* alive_;
};

// Puts a collection under `key`; `alive` counts the collections that exist.
inline void InsertCollection(Database& database, std::string_view key, ValueType type, int value,
                             int* alive) {
  Collection* collection = new TestCollection(value, alive);
  const std::string_view pointer(reinterpret_cast<const char*>(&collection), sizeof collection);
  database.Insert(
      Key::Of(key),
      Entry::Create(
          {.key = key, .type = type, .encoding = Encoding::kObject, .value_bytes = pointer}));
}

}  // namespace kvasir

// The bytes of a string while they are changed where they lie: a large one is copied only when
// somebody else (a reply, the log, a snapshot) still holds its block. The deadline stays.
//
//   StringEdit edit(database, key, position, 100);
//   edit.bytes()[99] = 1;
//   edit.Touch();
//
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/store/database.h"

namespace kvasir {

class StringEdit {
 public:
  // Makes the string at least `size_min` bytes long, with zero bytes, and the key when it is
  // absent; that counts as a change. REQUIRES: `position` is empty or names a string, size_min > 0.
  // LIFETIME: shorter than that of all that it is given; no other change in between.
  StringEdit(Database& database, const Key& key, Database::Position position, size_t size_min);
  StringEdit(const StringEdit&) = delete;
  StringEdit& operator=(const StringEdit&) = delete;
  ~StringEdit();

  std::span<uint8_t> bytes() { return bytes_; }
  // The key was made, or its string is longer than it was.
  bool grown() const { return grown_; }
  // Says that bytes were changed: reported once, at the end.
  void Touch() { touched_ = true; }

 private:
  Database& database_;
  const Key& key_;
  std::span<uint8_t> bytes_;
  bool grown_ = false;
  bool reported_ = false;
  bool touched_ = false;
};

}  // namespace kvasir

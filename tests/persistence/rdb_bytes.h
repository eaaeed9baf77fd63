// RDB by hand: bytes, and files in memory.
#pragma once

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "persistence/file_window.h"
#include "persistence/rdb_reader.h"
#include "src/base/crc.h"

namespace kvasir {

inline std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

// A string as RDB writes it. REQUIRES: shorter than 16384 bytes.
inline std::string RdbText(std::string_view text) {
  const std::string head = text.size() < 64 ? Bytes({static_cast<int>(text.size())})
                                            : Bytes({0x40 | static_cast<int>(text.size() >> 8),
                                                     static_cast<int>(text.size() & 0xff)});
  return head + std::string(text);
}

inline std::string LittleEndian64(uint64_t value) {
  std::string bytes(sizeof value, '\0');
  memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// A file of these items, ended and summed up.
inline std::string RdbFile(std::string_view items, std::string_view magic = "REDIS0010") {
  std::string bytes = std::string(magic) + std::string(items) + "\xff";
  return bytes + LittleEndian64(Crc64(0, bytes));
}

class MemoryReadFile final : public ReadFile {
 public:
  explicit MemoryReadFile(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> ReadAt(uint64_t offset, char* out, size_t size) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t read = std::min<size_t>(size, bytes_.size() - offset);
    memcpy(out, bytes_.data() + offset, read);
    return read;
  }
  Result<uint64_t> Size() override { return bytes_.size(); }

 private:
  const std::string bytes_;
};

inline Result<RdbLoaded> LoadRdb(const std::string& bytes, Keyspace* keyspace,
                                 RdbLoadOptions options = {}) {
  MemoryReadFile file(bytes);
  FileWindow window(file, bytes.size());
  return RdbReader(window, "dump.rdb", keyspace, std::move(options)).Read();
}

}  // namespace kvasir

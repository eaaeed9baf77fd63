#include "persistence/lzf.h"

#include <lzf.h>

#include <cstdint>

namespace kvasir {

size_t LzfCompress(std::string_view text, char* out) {
  constexpr size_t kSavedMin = 4;
  if (text.size() <= kSavedMin) return 0;
  const auto size = static_cast<unsigned>(text.size());
  return lzf_compress(text.data(), size, out, size - kSavedMin);
}

// A first byte below 32 stands in front of that many literals and one more; else its upper three
// bits, and a further byte where they are all set, are the length of a copy less two, and the rest
// and a last byte say from where.
std::optional<size_t> LzfExpandedSize(std::string_view compressed) {
  constexpr size_t kLiteralsMax = 32;
  constexpr size_t kLongCopy = 7;
  size_t size = 0;
  for (size_t at = 0; at < compressed.size();) {
    const auto first = static_cast<uint8_t>(compressed[at++]);
    if (first < kLiteralsMax) {
      at += first + 1U;
      size += first + 1U;
    } else {
      size_t length = first >> 5;
      if (length == kLongCopy) {
        if (at == compressed.size()) return std::nullopt;
        length += static_cast<uint8_t>(compressed[at++]);
      }
      ++at;
      size += length + 2;
    }
    if (at > compressed.size()) return std::nullopt;
  }
  return size;
}

bool LzfDecompress(std::string_view compressed, char* out, size_t size) {
  if (compressed.empty() || compressed.size() > UINT32_MAX || size > UINT32_MAX) return false;
  return lzf_decompress(compressed.data(), static_cast<unsigned>(compressed.size()), out,
                        static_cast<unsigned>(size)) == size;
}

}  // namespace kvasir

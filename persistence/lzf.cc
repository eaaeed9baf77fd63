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

bool LzfDecompress(std::string_view compressed, char* out, size_t size) {
  if (compressed.empty() || compressed.size() > UINT32_MAX || size > UINT32_MAX) return false;
  return lzf_decompress(compressed.data(), static_cast<unsigned>(compressed.size()), out,
                        static_cast<unsigned>(size)) == size;
}

}  // namespace kvasir

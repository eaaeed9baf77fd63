// LZF, the compression of strings in RDB files (liblzf,
// http://oldhome.schmorp.de/marc/liblzf.html). THREAD: any.
#pragma once

#include <cstddef>
#include <string_view>

namespace kvasir {

// Compresses to `out`, which has room for `text.size()` bytes. Returns the size, or 0 when not at
// least four bytes are saved. REQUIRES: text.size() <= UINT32_MAX.
size_t LzfCompress(std::string_view text, char* out);

// Restores a text of exactly `size` bytes; false when `compressed` is anything else.
bool LzfDecompress(std::string_view compressed, char* out, size_t size);

// The most that LZF can make of so many compressed bytes: a length that is declared beyond it is
// wrong, whatever the bytes are.
constexpr size_t LzfExpandedMax(size_t compressed) { return compressed * 88 + 264; }

}  // namespace kvasir

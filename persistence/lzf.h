// LZF, the compression of strings in RDB files (liblzf,
// http://oldhome.schmorp.de/marc/liblzf.html). THREAD: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kvasir {

// Compresses to `out`, which has room for `text.size()` bytes. Returns the size, or 0 when not at
// least four bytes are saved. REQUIRES: text.size() <= UINT32_MAX.
size_t LzfCompress(std::string_view text, char* out);

// How long the text is that these bytes stand for; nothing when they are no LZF. It is known before
// anything is allocated for it.
std::optional<size_t> LzfExpandedSize(std::string_view compressed);

// Restores a text of exactly `size` bytes; false when `compressed` is anything else.
bool LzfDecompress(std::string_view compressed, char* out, size_t size);

}  // namespace kvasir

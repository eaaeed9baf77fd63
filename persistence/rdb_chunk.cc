#include "persistence/rdb_chunk.h"

#include "persistence/lzf.h"
#include "persistence/rdb_format.h"
#include "persistence/rdb_length.h"

namespace kvasir {
namespace {

// The string with its lengths in compressed form; empty when that is not shorter.
std::string_view CompressText(std::string_view text, std::string& scratch) {
  if (text.size() > kRdbCompressMax) return {};
  constexpr size_t kHeadMax = 1 + 2 * kRdbLengthBytesMax;
  scratch.resize(kHeadMax + text.size());
  const size_t compressed = LzfCompress(text, scratch.data() + kHeadMax);
  if (compressed == 0) return {};
  // The head's length is known only now, so it is put in front of the content.
  const size_t head = 1 + RdbLengthBytes(compressed) + RdbLengthBytes(text.size());
  char* out = scratch.data() + kHeadMax - head;
  const std::string_view whole(out, head + compressed);
  *out++ = static_cast<char>(kRdbCompressed);
  WriteRdbLength(text.size(), WriteRdbLength(compressed, out));
  return whole;
}

}  // namespace

void ForEachRdbPiece(const RdbChunk& chunk, bool compress,
                     FunctionRef<void(std::string_view)> sink) {
  const std::string_view bytes = chunk.bytes.view();
  std::string scratch;
  size_t done = 0;
  for (const RdbChunk::Text& text : chunk.texts) {
    const size_t content = text.at + RdbLengthBytes(text.size);
    const size_t end = text.block ? content : content + text.size;
    const std::string_view plain =
        text.block ? text.block.view() : bytes.substr(content, text.size);
    const std::string_view compressed =
        compress ? CompressText(plain, scratch) : std::string_view();
    if (!compressed.empty()) {
      if (text.at > done) sink(bytes.substr(done, text.at - done));
      sink(compressed);
      done = end;
    } else if (text.block) {
      sink(bytes.substr(done, content - done));
      sink(plain);
      done = end;
    }
  }
  if (done < bytes.size()) sink(bytes.substr(done));
}

}  // namespace kvasir

#include "src/store/bitmap.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kvasir {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

uint64_t LoadWord(const char* at) {
  uint64_t word;
  memcpy(&word, at, kWord);
  return word;
}

// Four sums, so that no addition waits for the one before it.
template <typename CountWord>
[[gnu::always_inline]] inline uint64_t CountWords(const char* at, size_t words, CountWord count) {
  std::array<uint64_t, 4> sums{};
  size_t i = 0;
  for (; i + 4 <= words; i += 4, at += 4 * kWord) {
    sums[0] += count(LoadWord(at));
    sums[1] += count(LoadWord(at + kWord));
    sums[2] += count(LoadWord(at + 2 * kWord));
    sums[3] += count(LoadWord(at + 3 * kWord));
  }
  for (; i < words; ++i, at += kWord) sums[0] += count(LoadWord(at));
  return sums[0] + sums[1] + sums[2] + sums[3];
}

uint64_t CountWordsPortably(const char* at, size_t words) {
  return CountWords(at, words, [](uint64_t word) { return std::popcount(word); });
}

using WordCounter = uint64_t (*)(const char*, size_t);

#if defined(__x86_64__)
// The instruction is not in the baseline that we compile for, but in every processor since 2008.
__attribute__((target("popcnt"))) uint64_t CountWordsByInstruction(const char* at, size_t words) {
  std::array<uint64_t, 4> sums{};
  size_t i = 0;
  for (; i + 4 <= words; i += 4, at += 4 * kWord) {
    for (size_t j = 0; j < 4; ++j) {
      uint64_t word;
      memcpy(&word, at + j * kWord, kWord);
      sums[j] += static_cast<uint64_t>(__builtin_popcountll(word));
    }
  }
  for (; i < words; ++i, at += kWord) {
    uint64_t word;
    memcpy(&word, at, kWord);
    sums[0] += static_cast<uint64_t>(__builtin_popcountll(word));
  }
  return sums[0] + sums[1] + sums[2] + sums[3];
}

WordCounter ChooseWordCounter() {
  return __builtin_cpu_supports("popcnt") != 0 ? CountWordsByInstruction : CountWordsPortably;
}
#else
WordCounter ChooseWordCounter() { return CountWordsPortably; }
#endif

// Where the first byte other than `skipped` stands; bytes.size() when there is none.
size_t SkipBytes(std::string_view bytes, uint8_t skipped) {
  uint64_t pattern;
  memset(&pattern, skipped, kWord);
  size_t at = 0;
  for (; at + 4 * kWord <= bytes.size(); at += 4 * kWord) {
    const char* words = bytes.data() + at;
    const uint64_t different = (LoadWord(words) ^ pattern) | (LoadWord(words + kWord) ^ pattern) |
                               (LoadWord(words + 2 * kWord) ^ pattern) |
                               (LoadWord(words + 3 * kWord) ^ pattern);
    if (different != 0) break;
  }
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) == skipped) ++at;
  return at;
}

// The bits of a byte from `first` to `last`, counted from its highest.
uint8_t ByteMask(uint64_t first, uint64_t last) {
  return static_cast<uint8_t>((0xff >> first) & (0xff << (7 - last)));
}

// --- CombineBits works through blocks that stay in the first cache.

constexpr size_t kBlock = 4096;

template <typename Operation>
void Apply(uint8_t* out, const char* in, size_t size, Operation operation) {
  using Vector [[gnu::vector_size(16)]] = uint64_t;
  size_t i = 0;
  for (; i + 2 * sizeof(Vector) <= size; i += 2 * sizeof(Vector)) {
    std::array<Vector, 2> a;
    std::array<Vector, 2> b;
    memcpy(a.data(), out + i, sizeof a);
    memcpy(b.data(), in + i, sizeof b);
    a[0] = operation(a[0], b[0]);
    a[1] = operation(a[1], b[1]);
    memcpy(out + i, a.data(), sizeof a);
  }
  for (; i < size; ++i) out[i] = operation(out[i], static_cast<uint8_t>(in[i]));
}

class BlockCombiner {
 public:
  // The block of `out` at `offset`.
  BlockCombiner(std::span<const std::string_view> inputs, size_t offset, std::span<uint8_t> block)
      : inputs_(inputs), offset_(offset), block_(block) {}

  void Run(BitOperation operation);

 private:
  // The input's part of the block, as far as it has one.
  std::string_view Part(size_t input) const {
    const std::string_view bytes = inputs_[input];
    return bytes.substr(std::min(offset_, bytes.size()), block_.size());
  }
  void Copy(size_t input) {
    const std::string_view part = Part(input);
    if (!part.empty()) memcpy(block_.data(), part.data(), part.size());
    ClearBehind(part.size());
  }
  void ClearBehind(size_t size) {
    if (size < block_.size()) memset(block_.data() + size, 0, block_.size() - size);
  }
  void And(size_t input) {
    const std::string_view part = Part(input);
    Apply(block_.data(), part.data(), part.size(),
          [](auto a, auto b) { return decltype(a)(a & b); });
    ClearBehind(part.size());
  }
  void Or(size_t input) {
    const std::string_view part = Part(input);
    Apply(block_.data(), part.data(), part.size(),
          [](auto a, auto b) { return decltype(a)(a | b); });
  }
  void Xor(size_t input) {
    const std::string_view part = Part(input);
    Apply(block_.data(), part.data(), part.size(),
          [](auto a, auto b) { return decltype(a)(a ^ b); });
  }
  void AndNot(std::string_view part) {
    Apply(block_.data(), part.data(), part.size(),
          [](auto a, auto b) { return decltype(a)(a & ~b); });
  }
  void KeepOnes();

  std::span<const std::string_view> inputs_;
  size_t offset_;
  std::span<uint8_t> block_;
};

// The block holds the bits that are in an odd number of inputs; those in more than one are
// collected beside it and taken out at the end.
void BlockCombiner::KeepOnes() {
  std::array<uint8_t, kBlock> many{};
  Copy(0);
  for (size_t i = 1; i < inputs_.size(); ++i) {
    const std::string_view part = Part(i);
    std::array<char, kBlock> both;
    memcpy(both.data(), block_.data(), part.size());
    Apply(reinterpret_cast<uint8_t*>(both.data()), part.data(), part.size(),
          [](auto a, auto b) { return decltype(a)(a & b); });
    Apply(many.data(), both.data(), part.size(), [](auto a, auto b) { return decltype(a)(a | b); });
    Xor(i);
  }
  AndNot({reinterpret_cast<const char*>(many.data()), block_.size()});
}

void BlockCombiner::Run(BitOperation operation) {
  switch (operation) {
    case BitOperation::kOne:
      KeepOnes();
      return;
    case BitOperation::kNot:
      Copy(0);
      for (uint8_t& byte : block_) byte = static_cast<uint8_t>(~byte);
      return;
    case BitOperation::kDiff1:
    case BitOperation::kAndOr:
      memset(block_.data(), 0, block_.size());
      for (size_t i = 1; i < inputs_.size(); ++i) Or(i);
      if (operation == BitOperation::kAndOr) {
        And(0);
      } else {
        AndNot(Part(0));
      }
      return;
    default:
      break;
  }
  Copy(0);
  for (size_t i = 1; i < inputs_.size(); ++i) {
    if (operation == BitOperation::kAnd) {
      And(i);
    } else if (operation == BitOperation::kOr) {
      Or(i);
    } else if (operation == BitOperation::kXor) {
      Xor(i);
    } else {
      AndNot(Part(i));
    }
  }
}

}  // namespace

uint64_t CountBits(std::string_view bytes) {
  static const WordCounter count_words = ChooseWordCounter();
  const size_t words = bytes.size() / kWord;
  uint64_t count = count_words(bytes.data(), words);
  for (const char byte : bytes.substr(words * kWord)) {
    count += static_cast<uint64_t>(std::popcount(static_cast<uint8_t>(byte)));
  }
  return count;
}

uint64_t CountBits(std::string_view bytes, const BitRange& range) {
  const uint64_t first = range.first / 8;
  const uint64_t last = range.last / 8;
  const auto outside = [&](uint64_t byte, uint8_t mask) {
    return static_cast<uint64_t>(
        std::popcount(static_cast<uint8_t>(static_cast<uint8_t>(bytes[byte]) & ~mask)));
  };
  const uint64_t count = CountBits(bytes.substr(first, last - first + 1));
  if (first == last) return count - outside(first, ByteMask(range.first % 8, range.last % 8));
  return count - outside(first, ByteMask(range.first % 8, 7)) -
         outside(last, ByteMask(0, range.last % 8));
}

std::optional<uint64_t> FindBit(std::string_view bytes, const BitRange& range, bool value) {
  const uint64_t last = range.last / 8;
  const auto find_in = [&](uint64_t byte, uint8_t mask) -> std::optional<uint64_t> {
    const auto bits = static_cast<uint8_t>(bytes[byte]);
    const auto wanted = static_cast<uint8_t>((value ? bits : ~bits) & mask);
    if (wanted == 0) return std::nullopt;
    return byte * 8 + static_cast<uint64_t>(std::countl_zero(wanted));
  };
  uint64_t byte = range.first / 8;
  if (byte == last) return find_in(byte, ByteMask(range.first % 8, range.last % 8));
  if (const auto found = find_in(byte, ByteMask(range.first % 8, 7))) return found;
  ++byte;
  byte += SkipBytes(bytes.substr(byte, last - byte), value ? 0 : 0xff);
  return find_in(byte, byte == last ? ByteMask(0, range.last % 8) : 0xff);
}

void CombineBits(BitOperation operation, std::span<const std::string_view> inputs,
                 std::span<uint8_t> out) {
  for (size_t offset = 0; offset < out.size(); offset += kBlock) {
    const size_t size = std::min(kBlock, out.size() - offset);
    BlockCombiner(inputs, offset, out.subspan(offset, size)).Run(operation);
  }
}

}  // namespace kvasir

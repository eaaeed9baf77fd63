// One cache line of a Dictionary.
// THREAD: loop.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kvasir {

// A pointer takes 48 bits, which is all that user space has on x86-64 and AArch64.
struct alignas(64) Bucket {
  static constexpr int kSlots = 8;
  static constexpr int kPointerBytes = 6;
  static constexpr uint64_t kPointerMask = (uint64_t{1} << 48) - 1;

  std::array<uint8_t, kSlots> tags;  // 0: free
  std::array<uint8_t, kSlots * kPointerBytes> pointers;
  std::array<uint8_t, kPointerBytes> overflow_link;
  uint16_t version;  // of the last snapshot that took this bucket

  // A tag is never 0.
  static uint8_t TagOf(uint64_t hash) {
    const auto tag = static_cast<uint8_t>(hash >> 56);
    return tag == 0 ? 1 : tag;
  }

  void* pointer(int slot) const { return Load(pointers.data() + slot * kPointerBytes); }
  void set_pointer(int slot, void* value) { Store(pointers.data() + slot * kPointerBytes, value); }
  Bucket* overflow() const { return static_cast<Bucket*>(Load(overflow_link.data())); }
  void set_overflow(Bucket* next) { Store(overflow_link.data(), next); }

  // One bit for each slot whose tag equals `tag`.
  uint32_t Matches(uint8_t tag) const {
#if defined(__SSE2__)
    const __m128i have = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(tags.data()));
    const __m128i equal = _mm_cmpeq_epi8(have, _mm_set1_epi8(static_cast<char>(tag)));
    return static_cast<uint32_t>(_mm_movemask_epi8(equal)) & 0xff;
#else
    uint32_t found = 0;
    for (int i = 0; i < kSlots; ++i) found |= static_cast<uint32_t>(tags[i] == tag) << i;
    return found;
#endif
  }

 private:
  // Reads eight bytes and drops two: every pointer field has two bytes of the same line behind it.
  static void* Load(const uint8_t* field) {
    uint64_t bits;
    memcpy(&bits, field, sizeof bits);
    return reinterpret_cast<void*>(bits & kPointerMask);
  }
  static void Store(uint8_t* field, void* value) {
    const auto bits = reinterpret_cast<uint64_t>(value);
    memcpy(field, &bits, kPointerBytes);
  }
};
static_assert(sizeof(Bucket) == 64);

}  // namespace kvasir

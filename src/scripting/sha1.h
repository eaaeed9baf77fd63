// The names of scripts: SHA-1 of their text.
// THREAD: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace kvasir {

using Sha1 = std::array<uint8_t, 20>;
using Sha1Text = std::array<char, 40>;

Sha1 Sha1Of(std::string_view text);
Sha1Text Sha1ToHex(const Sha1& digest);
// Nothing unless it is 40 digits, in any case.
std::optional<Sha1> Sha1FromHex(std::string_view text);

struct Sha1Hash {
  size_t operator()(const Sha1& digest) const {
    size_t hash;
    memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

}  // namespace kvasir

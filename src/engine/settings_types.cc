#include "src/engine/settings_types.h"

namespace kvasir {
namespace {

struct NotifyLetter {
  char letter;
  uint32_t bits;
};

constexpr std::array<NotifyLetter, 15> kNotifyLetters = {{
    {'A', kNotifyAll},
    {'g', kNotifyGeneric},
    {'$', kNotifyString},
    {'l', kNotifyList},
    {'s', kNotifySet},
    {'h', kNotifyHash},
    {'z', kNotifySortedSet},
    {'x', kNotifyExpired},
    {'e', kNotifyEvicted},
    {'t', kNotifyStream},
    {'d', kNotifyModule},
    {'n', kNotifyNewKey},
    {'K', kNotifyKeyspace},
    {'E', kNotifyKeyevent},
    {'m', kNotifyKeyMiss},
}};

}  // namespace

std::optional<uint32_t> ParseNotifyEvents(std::string_view letters) {
  uint32_t bits = 0;
  for (const char c : letters) {
    uint32_t found = 0;
    for (const NotifyLetter& row : kNotifyLetters) {
      if (row.letter == c) found = row.bits;
    }
    if (found == 0) return std::nullopt;
    bits |= found;
  }
  return bits;
}

std::string FormatNotifyEvents(uint32_t bits) {
  std::string letters;
  for (const NotifyLetter& row : kNotifyLetters) {
    if ((bits & row.bits) != row.bits) continue;
    letters += row.letter;
    // 'A' stands first, so that what it covers is not written again.
    if (row.letter == 'A') bits &= ~kNotifyAll;
  }
  return letters;
}

}  // namespace kvasir

#include "src/commands/families.h"

#include <array>

namespace kvasir {

std::span<const std::span<const CommandRow>> AllFamilies() {
  static const std::array kFamilies = {
      StringCommands(),       StringSetCommands(), StringCounterCommands(),
      StringIncrExCommands(), KeyCommands(),       KeyExpiryCommands(),
  };
  return kFamilies;
}

}  // namespace kvasir

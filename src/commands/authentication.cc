#include "src/commands/authentication.h"

#include <algorithm>

#include "src/engine/engine.h"

namespace kvasir {

bool Authenticate(Call& call, std::string_view user, std::string_view password) {
  if (call.engine().Authenticate(call, user, password)) return true;
  call.Error(kWrongPassword);
  return false;
}

bool IsPlainName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

}  // namespace kvasir

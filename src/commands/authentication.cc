#include "src/commands/authentication.h"

#include <algorithm>

#include "src/engine/engine.h"

namespace kvasir {
namespace {

// Takes the same time wherever the two differ, so that the time tells nothing about the password.
bool SameSecret(std::string_view secret, std::string_view guess) {
  unsigned difference = secret.size() == guess.size() ? 0 : 1;
  for (size_t i = 0; i < guess.size(); ++i) {
    const char expected = secret.empty() ? '\0' : secret[i % secret.size()];
    difference |= static_cast<unsigned char>(expected ^ guess[i]);
  }
  return difference == 0;
}

}  // namespace

bool Authenticate(Call& call, std::string_view user, std::string_view password) {
  const std::string& secret = call.engine().settings().requirepass;
  const bool right = secret.empty() || SameSecret(secret, password);
  if (user != "default" || !right) {
    ++call.engine().statistics().acl_access_denied_auth;
    call.Error(kWrongPassword);
    return false;
  }
  call.session().user = user;
  call.session().Authenticate();
  return true;
}

bool IsPlainName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

}  // namespace kvasir

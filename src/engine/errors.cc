#include "src/engine/errors.h"

#include <fmt/format.h>

namespace kvasir::errors {

std::string InvalidExpireTime(std::string_view command) {
  return fmt::format("ERR invalid expire time in '{}' command", command);
}

std::string WrongArity(std::string_view full_name) {
  return fmt::format("ERR wrong number of arguments for '{}' command", full_name);
}

std::string ExecAbortBecause(std::string_view error) {
  if (error.starts_with("ERR ")) error.remove_prefix(4);
  return fmt::format("EXECABORT Transaction discarded because of: {}", error);
}

std::string NoPermission(AclDenial denial, std::string_view user, std::string_view command) {
  switch (denial) {
    case AclDenial::kKey:
      return "NOPERM No permissions to access a key";
    case AclDenial::kChannel:
      return "NOPERM No permissions to access a channel";
    default:
      return fmt::format("NOPERM User {} has no permissions to run the '{}' command", user,
                         command);
  }
}

std::string NoLongerAllowed(AclDenial denial) {
  std::string_view reason = "no permission to execute the command or subcommand";
  if (denial == AclDenial::kKey) reason = "no permission to touch the specified keys";
  if (denial == AclDenial::kChannel) {
    reason = "no permission to access one of the channels used as arguments to the command";
  }
  return fmt::format(
      "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC "
      "call. This command is no longer allowed for the following reason: {}",
      reason);
}

std::string Of(const Error& error) {
  switch (error.code()) {
    case Errc::kWrongType:
      return std::string(kWrongType);
    case Errc::kNotInteger:
      return std::string(kNotInteger);
    case Errc::kNotFloat:
      return std::string(kNotFloat);
    case Errc::kOverflow:
      return std::string(kOverflow);
    case Errc::kTooLarge:
      return std::string(kStringTooLong);
    default:
      return "ERR " + error.detail();
  }
}

}  // namespace kvasir::errors

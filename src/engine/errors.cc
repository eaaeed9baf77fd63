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

// Errors as values. A function that the world can make fail returns Result<T>; asserts are for our
// own bugs. The wire text of an error is made at the edge (engine/errors.h), from its code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace kvasir {

// Stable codes: callers and tests match on these, never on the text.
enum class Errc : uint8_t {
  kInvalidArgument,  // a value that cannot be parsed or lies outside its range
  kWrongType,        // the key holds another type
  kNotInteger,       // the value is not an integer or out of range
  kNotFloat,         // the value is not a valid float
  kOverflow,         // the result would not fit
  kTooLarge,         // a limit of the configuration would be passed
  kNotFound,         // no such key, file or name
  kExists,           // already there
  kIo,               // the operating system refused; the detail holds its text
  kNoSpace,          // the file system is full
  kCorrupt,          // bytes on disk contradict their format
  kUnsupported,      // a format or feature that this build does not know
  kLocked,           // held by another process
};

// An error: its code and, for people, a detail in plain words.
class Error {
 public:
  explicit Error(Errc code) : code_(code) {}
  Error(Errc code, std::string detail) : code_(code), detail_(std::move(detail)) {}

  Errc code() const { return code_; }
  const std::string& detail() const { return detail_; }

 private:
  Errc code_;
  std::string detail_;
};

template <typename T>
using Result = tl::expected<T, Error>;

// For `return Fail(Errc::kIo, "...")` from a function that returns any Result<T>.
inline tl::unexpected<Error> Fail(Errc code, std::string detail = {}) {
  return tl::unexpected<Error>(Error(code, std::move(detail)));
}

}  // namespace kvasir

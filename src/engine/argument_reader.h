// Reads a command's arguments from left to right and remembers the first thing that was wrong, so
// that a handler checks once, at the end:
//
//   ArgumentReader read(call, 1);
//   const Key key = read.NextKey();
//   const int64_t delta = read.NextInteger();
//   if (!read.Finish()) return;
//
// After an error every further read returns an empty value and takes nothing.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/engine/call.h"

namespace kvasir {

class ArgumentReader {
 public:
  ArgumentReader(Call& call, size_t first) : call_(call), next_(first) {}

  bool AtEnd() const { return failed() || next_ >= call_.size(); }
  size_t position() const { return next_; }
  size_t left() const { return call_.size() - next_; }
  std::string_view Peek() const { return AtEnd() ? std::string_view() : call_[next_]; }

  // The next argument; a syntax error when there is none.
  std::string_view Next();
  Key NextKey();
  // An integer; `error` is what the reply says when it is none or lies outside the bounds.
  int64_t NextInteger(std::string_view error = errors::kNotInteger);
  int64_t NextIntegerIn(int64_t low, int64_t high, std::string_view error);
  double NextDouble(std::string_view error = errors::kNotFloat);

  // A blocking command's timeout in seconds with decimals, as the deadline (Unix time in ms) that
  // Call::BlockOnKeys takes: 0 for ever, else rounded up.
  int64_t NextBlockingDeadline();

  // Takes the next argument when it is `word` (in any case).
  bool TakeWord(std::string_view word);
  // The same, when also `values` more arguments follow it.
  bool TakeOption(std::string_view word, size_t values);

  // Latches an error unless there is one already.
  void Fail(std::string_view text);
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }

  // Replies with the latched error. Arguments left over are a syntax error. True when all is well.
  bool Finish();

 private:
  Call& call_;
  size_t next_;
  std::string error_;
};

// The same timeout where it stands at a place of its own; nothing, and an error reply, when it is
// wrong.
std::optional<int64_t> ReadBlockingDeadline(Call& call, size_t index);

}  // namespace kvasir

#include "src/engine/argument_reader.h"

#include <cmath>
#include <optional>

#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {

void ArgumentReader::Fail(std::string_view text) {
  if (error_.empty()) error_ = text;
}

std::string_view ArgumentReader::Next() {
  if (failed()) return {};
  if (next_ >= call_.size()) {
    Fail(errors::kSyntax);
    return {};
  }
  return call_[next_++];
}

Key ArgumentReader::NextKey() {
  const size_t index = next_;
  const std::string_view bytes = Next();
  return failed() ? Key::Of(bytes) : call_.KeyAt(index);
}

int64_t ArgumentReader::NextInteger(std::string_view error) {
  return NextIntegerIn(INT64_MIN, INT64_MAX, error);
}

int64_t ArgumentReader::NextIntegerIn(int64_t low, int64_t high, std::string_view error) {
  const std::string_view text = Next();
  if (failed()) return 0;
  const std::optional<int64_t> value = ParseInt64(text);
  if (value && *value >= low && *value <= high) return *value;
  Fail(error);
  return 0;
}

double ArgumentReader::NextDouble(std::string_view error) {
  const std::string_view text = Next();
  if (failed()) return 0;
  const std::optional<double> value = ParseDouble(text);
  if (value) return *value;
  Fail(error);
  return 0;
}

int64_t ArgumentReader::NextBlockingDeadline() {
  const std::string_view text = Next();
  if (failed()) return 0;
  const std::optional<long double> seconds = ParseLongDouble(text);
  if (!seconds) {
    Fail("ERR timeout is not a float or out of range");
    return 0;
  }
  const long double timeout_ms = std::ceil(*seconds * 1000);
  if (timeout_ms < 0) {
    Fail("ERR timeout is negative");
  } else if (timeout_ms > static_cast<long double>(INT64_MAX - call_.now_ms())) {
    Fail("ERR timeout is out of range");
  }
  if (failed() || timeout_ms == 0) return 0;
  return call_.now_ms() + static_cast<int64_t>(timeout_ms);
}

bool ArgumentReader::TakeWord(std::string_view word) { return TakeOption(word, 0); }

bool ArgumentReader::TakeOption(std::string_view word, size_t values) {
  if (AtEnd() || left() < values + 1 || !EqualsIgnoreCase(call_[next_], word)) return false;
  ++next_;
  return true;
}

bool ArgumentReader::Finish() {
  if (!failed() && next_ < call_.size()) Fail(errors::kSyntax);
  if (!failed()) return true;
  call_.Error(error_);
  return false;
}

std::optional<int64_t> ReadBlockingDeadline(Call& call, size_t index) {
  ArgumentReader read(call, index);
  const int64_t deadline_ms = read.NextBlockingDeadline();
  if (!read.failed()) return deadline_ms;
  call.Error(read.error());
  return std::nullopt;
}

}  // namespace kvasir

#include "protocol/request_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "src/base/number.h"

namespace kvasir {
namespace {

// The number of up to four digits at `at`, and what stands behind it and its CRLF; nullptr for any
// other. Only looks as far as the shortest argument's text reaches.
inline const char* ReadPlainLength(const char* at, const char* end, size_t& length) {
  constexpr int kDigitsMax = 4;
  if (end - at < kDigitsMax + 2) return nullptr;
  size_t value = 0;
  for (int i = 0; i < kDigitsMax; ++i) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(at[i])) - '0';
    if (digit > 9 || (i == 1 && value == 0)) return nullptr;
    value = value * 10 + digit;
    if (at[i + 1] == '\r') {
      length = value;
      return at[i + 2] == '\n' ? at + i + 3 : nullptr;
    }
  }
  return nullptr;
}

}  // namespace

void RequestBatch::Clear() {
  // One request may have had millions of arguments; all connections share this for ever.
  constexpr size_t kArgumentsKept = 64 * 1024;
  if (arguments_.capacity() > kArgumentsKept) std::vector<std::string_view>().swap(arguments_);
  arguments_.clear();
  requests_.clear();
  if (!large_.empty()) large_.clear();
  if (!unescaped_.empty()) unescaped_.clear();
}

SharedBytes* RequestBatch::LargeBlock(const Request& request, size_t index) {
  for (LargeArgument& large : large_) {
    if (large.argument == request.first + index) return &large.bytes;
  }
  return nullptr;
}

RequestParser::Status RequestParser::Fail(std::string text) {
  error_ = "Protocol error: " + std::move(text);
  arguments_left_ = -1;
  return Status::kError;
}

RequestParser::Status RequestParser::Parse(std::string_view input, const RequestLimits& limits,
                                           RequestBatch& batch, size_t& consumed) {
  if (arguments_left_ < 0 && ParsePlain(input, limits, batch, consumed)) [[likely]]
    return Status::kRequest;
  consumed = 0;
  while (true) {
    size_t used = 0;
    const std::string_view rest = input.substr(consumed);
    if (rest.empty()) return Status::kNeedMore;
    const size_t requests_before = batch.requests_.size();
    const Status status =
        rest[0] == '*' ? ParseMultibulk(rest, limits, batch, used) : ParseInline(rest, batch, used);
    consumed += used;
    const bool skipped = status == Status::kRequest && batch.requests_.size() == requests_before;
    if (!skipped) return status;
  }
}

// Reads a request that is all there and has only short lengths, which is nearly every one, in one
// go. False for any other, which is then read from its beginning step by step.
bool RequestParser::ParsePlain(std::string_view input, const RequestLimits& limits,
                               RequestBatch& batch, size_t& consumed) {
  if (input.empty() || input[0] != '*') return false;
  const char* const end = input.data() + input.size();
  size_t count = 0;
  const char* at = ReadPlainLength(input.data() + 1, end, count);
  if (at == nullptr || count == 0 || static_cast<int64_t>(count) > limits.arguments_max) {
    return false;
  }
  const size_t first = batch.arguments_.size();
  for (size_t i = 0; i < count; ++i) {
    size_t size = 0;
    const char* const text = at != end && *at == '$' ? ReadPlainLength(at + 1, end, size) : nullptr;
    if (text == nullptr || static_cast<int64_t>(size) > limits.bulk_bytes_max ||
        static_cast<size_t>(end - text) < size + 2) {
      batch.arguments_.resize(first);
      return false;
    }
    batch.arguments_.emplace_back(text, size);
    at = text + size + 2;
  }
  batch.requests_.push_back({static_cast<uint32_t>(first), static_cast<uint32_t>(count)});
  consumed = static_cast<size_t>(at - input.data());
  return true;
}

// Reads "<kind><number>\r\n" at position_.
RequestParser::Status RequestParser::ReadLength(std::string_view input, char kind,
                                                int64_t& length) {
  const bool array = kind == '*';
  const std::string_view line = input.substr(position_ + 1);
  const size_t line_end = line.substr(0, kLineBytesMax).find('\r');
  if (line_end == std::string_view::npos) {
    if (line.size() < kLineBytesMax) return Status::kNeedMore;
    return Fail(array ? "too big mbulk count string" : "too big bulk count string");
  }
  if (line.size() < line_end + 2) return Status::kNeedMore;
  const std::optional<int64_t> number = ParseInt64(line.substr(0, line_end));
  if (!number) return Fail(array ? "invalid multibulk length" : "invalid bulk length");
  length = *number;
  position_ += line_end + 3;
  return Status::kRequest;
}

RequestParser::Status RequestParser::ParseMultibulk(std::string_view input,
                                                    const RequestLimits& limits,
                                                    RequestBatch& batch, size_t& consumed) {
  const size_t first = batch.arguments_.size();
  if (arguments_left_ < 0) {
    position_ = 0;
    int64_t count = 0;
    const Status status = ReadLength(input, '*', count);
    if (status != Status::kRequest) return status;
    if (count > std::numeric_limits<int32_t>::max()) return Fail("invalid multibulk length");
    if (count > limits.arguments_max) {
      return Fail(limits.authenticated ? "invalid multibulk length"
                                       : "unauthenticated multibulk length");
    }
    if (count <= 0) {
      consumed = position_;
      return Status::kRequest;
    }
    arguments_left_ = count;
    bulk_size_ = -1;
  }
  const Status status = ReadArguments(input, limits, batch);
  if (status == Status::kError) {
    batch.arguments_.resize(first);
    return status;
  }
  if (status != Status::kRequest) return KeepPartial(input, batch, first, status);
  return Complete(input, batch, first, consumed);
}

RequestParser::Status RequestParser::ReadArguments(std::string_view input,
                                                   const RequestLimits& limits,
                                                   RequestBatch& batch) {
  const bool resumed = !partial_.empty();
  while (arguments_left_ > 0) {
    if (bulk_size_ < 0) {
      if (position_ >= input.size()) return Status::kNeedMore;
      if (input[position_] != '$') {
        return Fail(std::string("expected '$', got '") + input[position_] + "'");
      }
      const Status status = ReadLength(input, '$', bulk_size_);
      if (status != Status::kRequest) return status;
      if (bulk_size_ < 0 || bulk_size_ > limits.bulk_bytes_max) {
        return Fail(bulk_size_ < 0 || limits.authenticated ? "invalid bulk length"
                                                           : "unauthenticated bulk length");
      }
    }
    const auto size = static_cast<size_t>(bulk_size_);
    if (input.size() - position_ < size + 2) {
      if (size < kLargeArgumentBytes) return Status::kNeedMore;
      large_size_ = size;
      return Status::kNeedLarge;
    }
    if (resumed) {
      partial_.push_back({position_, size, false});
    } else {
      batch.arguments_.push_back(input.substr(position_, size));
    }
    position_ += size + 2;
    bulk_size_ = -1;
    --arguments_left_;
  }
  return Status::kRequest;
}

void RequestParser::ProvideLarge(SharedBytes bytes) {
  partial_.push_back({position_, bytes.size(), true});
  partial_large_.push_back(std::move(bytes));
  bulk_size_ = -1;
  --arguments_left_;
}

void RequestParser::Reset() {
  arguments_left_ = bulk_size_ = -1;
  partial_.clear();
  partial_large_.clear();
}

// Turns the arguments that were read as views into offsets, since the input may move.
RequestParser::Status RequestParser::KeepPartial(std::string_view input, RequestBatch& batch,
                                                 size_t first, Status status) {
  for (size_t i = first; i < batch.arguments_.size(); ++i) {
    const std::string_view view = batch.arguments_[i];
    partial_.push_back({static_cast<size_t>(view.data() - input.data()), view.size(), false});
  }
  batch.arguments_.resize(first);
  return status;
}

RequestParser::Status RequestParser::Complete(std::string_view input, RequestBatch& batch,
                                              size_t first, size_t& consumed) {
  for (const PartialArgument& argument : partial_) {
    if (argument.large) {
      batch.large_.push_back({batch.arguments_.size(), std::move(partial_large_.front())});
      partial_large_.pop_front();
      batch.arguments_.push_back(batch.large_.back().bytes.view());
    } else {
      batch.arguments_.push_back(input.substr(argument.offset, argument.size));
    }
  }
  if (!partial_.empty()) {
    partial_.clear();
    if (partial_.capacity() > 1024) partial_.shrink_to_fit();
  }
  arguments_left_ = -1;
  batch.requests_.push_back(
      {static_cast<uint32_t>(first), static_cast<uint32_t>(batch.arguments_.size() - first)});
  consumed = position_;
  return Status::kRequest;
}

RequestParser::Status RequestParser::ParseInline(std::string_view input, RequestBatch& batch,
                                                 size_t& consumed) {
  const size_t newline = input.find('\n');
  if (newline == std::string_view::npos) {
    return input.size() > kLineBytesMax ? Fail("too big inline request") : Status::kNeedMore;
  }
  std::string_view line = input.substr(0, newline);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::vector<std::string> words;
  if (!SplitQuoted(line, words)) return Fail("unbalanced quotes in request");
  consumed = newline + 1;
  if (words.empty()) return Status::kRequest;
  const size_t first = batch.arguments_.size();
  for (std::string& word : words) {
    batch.unescaped_.push_back(std::move(word));
    batch.arguments_.push_back(batch.unescaped_.back());
  }
  batch.requests_.push_back(
      {static_cast<uint32_t>(first), static_cast<uint32_t>(batch.arguments_.size() - first)});
  return Status::kRequest;
}

}  // namespace kvasir

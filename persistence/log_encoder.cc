#include "persistence/log_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "persistence/log_format.h"
#include "src/base/number.h"

namespace kvasir {
namespace {

inline char* PutHeader(char kind, size_t number, char* out) {
  *out++ = kind;
  if (number < 10) {
    *out++ = static_cast<char>('0' + number);
  } else if (number < 100) {
    *out++ = static_cast<char>('0' + number / 10);
    *out++ = static_cast<char>('0' + number % 10);
  } else {
    out += FormatInt64(static_cast<int64_t>(number), out);
  }
  *out++ = '\r';
  *out++ = '\n';
  return out;
}

constexpr std::array<std::string_view, 1> kMulti = {"MULTI"};
constexpr std::array<std::string_view, 1> kExec = {"EXEC"};
constexpr size_t kMultiBytes = 15;  // "*1", "$5" and "MULTI", a line each

}  // namespace

char* LogEncoder::Encode(std::span<const std::string_view> arguments, char* out) {
  out = PutHeader('*', arguments.size(), out);
  for (std::string_view argument : arguments) {
    out = PutHeader('$', argument.size(), out);
    memcpy(out, argument.data(), argument.size());
    out += argument.size();
    *out++ = '\r';
    *out++ = '\n';
  }
  return out;
}

void LogEncoder::AppendTimestamp(uint64_t unix_s) {
  AppendBytes(FormatLogTimestamp(unix_s));
  batch_.has_timestamp = true;
}

void LogEncoder::AppendSlow(std::span<const std::string_view> arguments,
                            std::span<const SharedArgument> shared, size_t room) {
  if (shared.empty() && room <= kLogChunkBytes) {
    AddChunk();
    cursor_ = Encode(arguments, cursor_);
    return;
  }
  AppendHeader('*', arguments.size());
  size_t next_shared = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    AppendHeader('$', arguments[i].size());
    const bool listed = next_shared < shared.size() && shared[next_shared].index == i;
    if (listed && arguments[i].size() >= kLogShareMin) {
      AppendReference(*shared[next_shared].bytes);
    } else {
      AppendBytes(arguments[i]);
    }
    if (listed) ++next_shared;
    AppendBytes("\r\n");
  }
}

void LogEncoder::AppendSelect(int database) {
  std::array<char, kInt64TextMax> digits;
  const size_t length = FormatInt64(database, digits.data());
  const std::array<std::string_view, 2> arguments = {"SELECT", {digits.data(), length}};
  Append(arguments);
}

void LogEncoder::BeginGroup() {
  Append(kMulti);  // never divided over chunks: it is small
  multi_end_ = cursor_;
  multi_piece_ = batch_.pieces.size();
}

void LogEncoder::EndGroup(bool single) {
  if (single) {
    TakeBackMulti();
  } else {
    Append(kExec);
  }
}

void LogEncoder::TakeBackMulti() {
  std::vector<std::string_view>& pieces = batch_.pieces;
  char* const multi = multi_end_ - kMultiBytes;
  if (multi_piece_ == pieces.size()) {
    memmove(multi, multi_end_, static_cast<size_t>(cursor_ - multi_end_));
    cursor_ -= kMultiBytes;
    return;
  }
  // What follows began another piece: this one loses its middle.
  const std::string_view piece = pieces[multi_piece_];
  const auto before = static_cast<size_t>(multi - piece.data());
  const std::string_view front = piece.substr(0, before);
  const std::string_view back = piece.substr(before + kMultiBytes);
  const auto at = pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(multi_piece_));
  const std::array<std::string_view, 2> kept = {front, back};
  pieces.insert(at, kept.begin() + (front.empty() ? 1 : 0), kept.end() - (back.empty() ? 1 : 0));
  settled_bytes_ -= kMultiBytes;
}

void LogEncoder::AppendBytes(std::string_view bytes) {
  while (!bytes.empty()) {
    if (cursor_ == limit_) AddChunk();
    const size_t part = std::min(bytes.size(), static_cast<size_t>(limit_ - cursor_));
    memcpy(cursor_, bytes.data(), part);
    cursor_ += part;
    bytes.remove_prefix(part);
  }
}

void LogEncoder::AppendHeader(char kind, size_t number) {
  std::array<char, kHeaderMax> text;
  const char* end = PutHeader(kind, number, text.data());
  AppendBytes({text.data(), static_cast<size_t>(end - text.data())});
}

void LogEncoder::AppendReference(const SharedBytes& bytes) {
  Settle();
  batch_.pieces.push_back(bytes.view());
  batch_.shared.push_back(bytes);
  settled_bytes_ += bytes.size();
}

void LogEncoder::AddChunk() {
  Settle();
  batch_.chunks.push_back(pool_.TakeChunk());
  begin_ = cursor_ = batch_.chunks.back().get();
  limit_ = begin_ + kLogChunkBytes;
}

void LogEncoder::Settle() {
  if (cursor_ == begin_) return;
  batch_.pieces.emplace_back(begin_, static_cast<size_t>(cursor_ - begin_));
  settled_bytes_ += static_cast<size_t>(cursor_ - begin_);
  begin_ = cursor_;
}

LogBatch LogEncoder::Take() {
  Settle();
  batch_.bytes = settled_bytes_;
  settled_bytes_ = 0;
  begin_ = cursor_ = limit_ = nullptr;
  return std::exchange(batch_, pool_.TakeBatch());
}

}  // namespace kvasir

#include "src/store/stream_id.h"

#include <algorithm>
#include <charconv>

namespace kvasir {
namespace {

// Redis refuses longer texts.
constexpr size_t kTextMax = 127;

void PutBigEndian(uint64_t value, char* out) {
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<char>(value >> shift);
}

uint64_t GetBigEndian(const char* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | static_cast<uint8_t>(at[i]);
  return value;
}

}  // namespace

std::optional<StreamId> NextStreamId(StreamId id) {
  if (id == kStreamIdMax) return std::nullopt;
  if (++id.sequence == 0) ++id.ms;
  return id;
}

std::optional<StreamId> PreviousStreamId(StreamId id) {
  if (id.is_zero()) return std::nullopt;
  if (id.sequence-- == 0) --id.ms;
  return id;
}

std::string_view FormatStreamId(StreamId id, StreamIdText& scratch) {
  char* const begin = scratch.data();
  char* const limit = begin + scratch.size();
  char* out = std::to_chars(begin, limit, id.ms).ptr;
  *out++ = '-';
  out = std::to_chars(out, limit, id.sequence).ptr;
  return {begin, static_cast<size_t>(out - begin)};
}

std::optional<uint64_t> ParseStreamNumber(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  if (text.starts_with('+')) text.remove_prefix(1);
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<StreamId> ParseStreamId(std::string_view text, uint64_t missing_sequence) {
  if (text.size() > kTextMax) return std::nullopt;
  const size_t dash = text.find('-');
  const std::optional<uint64_t> ms = ParseStreamNumber(text.substr(0, dash));
  if (!ms) return std::nullopt;
  if (dash == std::string_view::npos) return StreamId{*ms, missing_sequence};
  const std::optional<uint64_t> sequence = ParseStreamNumber(text.substr(dash + 1));
  if (!sequence) return std::nullopt;
  return StreamId{*ms, *sequence};
}

std::array<char, kStreamIdBytes> EncodeStreamId(StreamId id) {
  std::array<char, kStreamIdBytes> bytes;
  PutBigEndian(id.ms, bytes.data());
  PutBigEndian(id.sequence, bytes.data() + sizeof id.ms);
  return bytes;
}

StreamId DecodeStreamId(std::string_view bytes) {
  return {GetBigEndian(bytes.data()), GetBigEndian(bytes.data() + sizeof(uint64_t))};
}

}  // namespace kvasir

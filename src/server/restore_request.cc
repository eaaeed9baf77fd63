#include "src/server/restore_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "src/base/number.h"

namespace kvasir {
namespace {

// Takes `name` and its value out.
Result<std::optional<std::string>> TakeOption(std::vector<std::string>& arguments,
                                              std::string_view name) {
  const auto found = std::find(arguments.begin(), arguments.end(), name);
  if (found == arguments.end()) return std::optional<std::string>();
  if (found + 1 == arguments.end() || (found + 1)->starts_with("--")) {
    return Fail(Errc::kInvalidArgument, fmt::format("{} needs a value", name));
  }
  std::optional<std::string> value = *(found + 1);
  arguments.erase(found, found + 2);
  if (std::find(arguments.begin(), arguments.end(), name) != arguments.end()) {
    return Fail(Errc::kInvalidArgument, fmt::format("{} is given twice", name));
  }
  return value;
}

}  // namespace

Result<ReplayLimit> ParseRestorePoint(std::string_view text) {
  constexpr std::string_view kSequenceTag = "seq:";
  constexpr uint64_t kUnixMsMin = 100'000'000'000;      // 1973
  constexpr uint64_t kUnixMsMax = 100'000'000'000'000;  // 5138
  const bool sequence = text.starts_with(kSequenceTag);
  const auto number = ParseUint64(sequence ? text.substr(kSequenceTag.size()) : text);
  if (!number) {
    return Fail(Errc::kInvalidArgument,
                fmt::format("--restore-to {}: neither unix milliseconds nor seq:<number>", text));
  }
  if (sequence) return ReplayLimit{.sequence = *number};
  if (*number < kUnixMsMin || *number >= kUnixMsMax) {
    return Fail(Errc::kInvalidArgument,
                fmt::format("--restore-to {}: a plain number is a time in unix milliseconds, which "
                            "this cannot be; a sequence number is written seq:{}",
                            text, text));
  }
  return ReplayLimit{.unix_ms = *number};
}

Result<std::optional<RestoreRequest>> TakeRestoreRequest(std::vector<std::string>& arguments) {
  const auto from = TakeOption(arguments, "--restore-from");
  if (!from) return tl::unexpected(from.error());
  const auto to = TakeOption(arguments, "--restore-to");
  if (!to) return tl::unexpected(to.error());
  if (!*from && !*to) return std::optional<RestoreRequest>();
  if (!*from) {
    return Fail(Errc::kInvalidArgument,
                "--restore-to needs --restore-from <data directory>, and a fresh --dir");
  }
  RestoreRequest request;
  std::error_code error;
  request.from = std::filesystem::absolute(**from, error).string();
  if (error) return Fail(Errc::kIo, "--restore-from: " + error.message());
  if (*to) {
    const Result<ReplayLimit> limit = ParseRestorePoint(**to);
    if (!limit) return tl::unexpected(limit.error());
    request.limit = *limit;
  }
  return std::optional(std::move(request));
}

}  // namespace kvasir

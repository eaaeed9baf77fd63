#include "src/engine/slow_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kvasir {
namespace {

constexpr size_t kArgumentsMax = 32;
constexpr size_t kArgumentBytesMax = 128;

std::vector<std::string> Shorten(std::span<const std::string_view> arguments) {
  const bool too_many = arguments.size() > kArgumentsMax;
  const size_t kept = too_many ? kArgumentsMax - 1 : arguments.size();
  std::vector<std::string> shortened;
  for (const std::string_view argument : arguments.first(kept)) {
    if (argument.size() <= kArgumentBytesMax) {
      shortened.emplace_back(argument);
    } else {
      shortened.push_back(fmt::format("{}... ({} more bytes)",
                                      argument.substr(0, kArgumentBytesMax),
                                      argument.size() - kArgumentBytesMax));
    }
  }
  if (too_many) {
    shortened.push_back(fmt::format("... ({} more arguments)", arguments.size() - kept));
  }
  return shortened;
}

}  // namespace

uint64_t SlowLog::Add(int64_t unix_time_s, uint64_t duration_us,
                      std::span<const std::string_view> arguments, std::string client_address,
                      std::string client_name, const CallReasons& reasons) {
  records_.push_front({next_id_, unix_time_s, duration_us, Shorten(arguments),
                       std::move(client_address), std::move(client_name), reasons});
  if (records_.size() > max_) records_.resize(max_);
  return next_id_++;
}

void SlowLog::SetFsync(uint64_t id, uint64_t us) {
  for (Record& record : records_) {
    if (record.id == id) record.reasons.fsync_us = us;
  }
}

void SlowLog::set_max(size_t records) {
  max_ = records;
  if (records_.size() > max_) records_.resize(max_);
}

}  // namespace kvasir

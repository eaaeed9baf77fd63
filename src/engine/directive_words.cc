#include "src/engine/directive_words.h"

#include <array>
#include <optional>
#include <string_view>

#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr size_t kBindMax = 16;
constexpr std::array<std::string_view, kClientClasses> kClassNames = {"normal", "slave", "pubsub"};

tl::unexpected<Error> Invalid(std::string reason) {
  return Fail(Errc::kInvalidArgument, std::move(reason));
}

template <typename Items, typename Format>
std::string Join(const Items& items, Format format) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ' ';
    text += format(item);
  }
  return text;
}

std::optional<size_t> FindClientClass(std::string_view name) {
  if (EqualsIgnoreCase(name, "replica")) return static_cast<size_t>(ClientClass::kReplica);
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    if (EqualsIgnoreCase(name, kClassNames[i])) return i;
  }
  return std::nullopt;
}

}  // namespace

Result<void> ParseBind(std::span<const std::string> words, Settings& settings) {
  if (words.size() > kBindMax) return Invalid("Too many bind addresses specified.");
  for (const std::string& word : words) {
    // The list is shown and rewritten with spaces between, so an address cannot have one.
    if (word.empty() || word.find(' ') != std::string::npos) return Invalid("Invalid bind address");
  }
  settings.bind.assign(words.begin(), words.end());
  return {};
}

std::string FormatBind(const Settings& settings) {
  return Join(settings.bind, [](const std::string& address) { return address; });
}

Result<void> ParseSave(std::span<const std::string> words, Settings& settings) {
  if (words.empty()) settings.save.clear();
  if (words.size() % 2 != 0) return Invalid("Invalid save parameters");
  for (size_t i = 0; i < words.size(); i += 2) {
    const std::optional<int64_t> seconds = ParseInt64(words[i]);
    const std::optional<int64_t> changes = ParseInt64(words[i + 1]);
    if (!seconds || !changes || *seconds < 1 || *changes < 0) {
      return Invalid("Invalid save parameters");
    }
    settings.save.push_back({*seconds, *changes});
  }
  return {};
}

std::string FormatSave(const Settings& settings) {
  return Join(settings.save, [](const SavePoint& point) {
    return std::to_string(point.seconds) + ' ' + std::to_string(point.changes);
  });
}

Result<void> ParseUser(std::span<const std::string> words, Settings& settings) {
  if (words.empty()) {
    settings.users.clear();
    return {};
  }
  const bool known = std::any_of(settings.users.begin(), settings.users.end(),
                                 [&](const UserLine& user) { return user.name == words[0]; });
  if (known) {
    return Invalid("Duplicate user found. A user can only be defined once in config files");
  }
  settings.users.push_back({words[0], {words.begin() + 1, words.end()}});
  return {};
}

std::string FormatUsers(const Settings& settings) {
  std::string text;
  for (const UserLine& user : settings.users) {
    if (!text.empty()) text += '\n';
    text += user.name;
    for (const std::string& rule : user.rules) text += ' ' + rule;
  }
  return text;
}

Result<void> ParseOutputBufferLimits(std::span<const std::string> words, Settings& settings) {
  if (words.size() % 4 != 0) {
    return Invalid("Wrong number of arguments in buffer limit configuration.");
  }
  for (size_t i = 0; i < words.size(); i += 4) {
    const std::optional<size_t> client_class = FindClientClass(words[i]);
    if (!client_class)
      return Invalid("Invalid client class specified in buffer limit configuration.");
    const std::optional<uint64_t> hard = ParseMemorySize(words[i + 1]);
    const std::optional<uint64_t> soft = ParseMemorySize(words[i + 2]);
    const std::optional<int64_t> seconds = ParseInt64(words[i + 3]);
    if (!hard || !soft || !seconds || *seconds < 0) {
      return Invalid("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }
    settings.client_output_buffer_limit.limits[*client_class] = {*hard, *soft, *seconds};
  }
  return {};
}

std::string FormatOutputBufferLimits(const Settings& settings) {
  size_t client_class = 0;
  return Join(settings.client_output_buffer_limit.limits, [&](const OutputBufferLimit& limit) {
    return std::string(kClassNames[client_class++]) + ' ' + std::to_string(limit.hard_bytes) + ' ' +
           std::to_string(limit.soft_bytes) + ' ' + std::to_string(limit.soft_seconds);
  });
}

Result<void> ParsePercentiles(std::span<const std::string> words, Settings& settings) {
  std::vector<double> percentiles;
  for (const std::string& word : words) {
    const std::optional<double> value = ParseDouble(word);
    if (!value) return Invalid("Invalid latency-tracking-info-percentiles parameters");
    if (*value < 0 || *value > 100) {
      return Invalid("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    }
    percentiles.push_back(*value);
  }
  settings.latency_tracking_info_percentiles = std::move(percentiles);
  return {};
}

std::string FormatPercentiles(const Settings& settings) {
  return Join(settings.latency_tracking_info_percentiles, FormatDouble);
}

Result<void> ParseMaxmemoryClients(std::span<const std::string> words, Settings& settings) {
  if (words.size() > 1) return Invalid("wrong number of arguments");
  const std::string_view word = words.empty() ? std::string_view("0") : words[0];
  const bool is_percent = word.ends_with('%');
  const std::optional<uint64_t> value =
      is_percent ? ParseUint64(word.substr(0, word.size() - 1)) : ParseMemorySize(word);
  if (!value) return Invalid("argument must be a memory or percent value");
  if (is_percent && *value > 100)
    return Invalid("percentage argument must be less or equal to 100");
  settings.maxmemory_clients = {*value, is_percent};
  return {};
}

std::string FormatMaxmemoryClients(const Settings& settings) {
  return std::to_string(settings.maxmemory_clients.value) +
         (settings.maxmemory_clients.is_percent ? "%" : "");
}

Result<void> ParseNotifyDirective(std::span<const std::string> words, Settings& settings) {
  if (words.size() > 1) return Invalid("wrong number of arguments");
  const std::optional<uint32_t> bits = words.empty() ? 0 : ParseNotifyEvents(words[0]);
  if (!bits) return Invalid("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  settings.notify_keyspace_events = *bits;
  return {};
}

std::string FormatNotifyDirective(const Settings& settings) {
  return FormatNotifyEvents(settings.notify_keyspace_events);
}

}  // namespace kvasir

// FindKeys and FindChannels of command_table.h.
#include <algorithm>
#include <optional>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/engine/command_table.h"

namespace kvasir {
namespace {

// Where the search of `spec` begins; nothing when its keyword is absent.
std::optional<int> BeginOf(const KeySpec& spec, std::span<const std::string_view> arguments) {
  if (spec.keyword == nullptr) return spec.begin;
  const auto count = static_cast<int>(arguments.size());
  if (spec.search != nullptr) {
    const size_t at = spec.search(arguments);
    return at == 0 ? std::nullopt : std::optional(static_cast<int>(at));
  }
  // Of an option that is given twice the last counts, so that is the key which has to be allowed.
  if (spec.find == KeySpec::Find::kRange && spec.last == 0) {
    for (int i = count - 2; i >= spec.begin; --i) {
      if (EqualsIgnoreCase(arguments[static_cast<size_t>(i)], spec.keyword)) return i + 1;
    }
    return std::nullopt;
  }
  const bool backward = spec.begin < 0;
  const int start = backward ? count + spec.begin : spec.begin;
  for (int i = start; i > 0 && i < count; i += backward ? -1 : 1) {
    if (EqualsIgnoreCase(arguments[static_cast<size_t>(i)], spec.keyword)) return i + 1;
  }
  return std::nullopt;
}

bool AddCounted(const KeySpec& spec, int begin, std::span<const std::string_view> arguments,
                std::vector<KeyPosition>& out) {
  const auto count = static_cast<int64_t>(arguments.size());
  const int64_t count_at = begin + spec.count_at;
  if (count_at >= count) return false;
  const std::optional<int64_t> keys = ParseInt64(arguments[static_cast<size_t>(count_at)]);
  const int64_t first = begin + spec.first_at;
  if (!keys || *keys < 0 || *keys > (count - first + spec.step - 1) / spec.step) return false;
  for (int64_t i = 0; i < *keys; ++i) {
    out.push_back({static_cast<size_t>(first + i * spec.step), spec.flags});
  }
  return true;
}

void AddRange(const KeySpec& spec, int begin, int count, std::vector<KeyPosition>& out) {
  int last = begin + spec.last;
  if (spec.last < 0) {
    last = count + spec.last;
    if (spec.limit > 1) last = begin + (count - begin) / spec.limit + spec.last;
  }
  for (int i = begin; i <= std::min(last, count - 1); i += spec.step) {
    out.push_back({static_cast<size_t>(i), spec.flags});
  }
}

}  // namespace

bool FindKeys(const Command& command, std::span<const std::string_view> arguments,
              std::vector<KeyPosition>& out) {
  const auto count = static_cast<int>(arguments.size());
  const CommandRow& row = *command.row;
  for (KeySpec spec : row.keys) {
    const bool variable = (spec.flags & kKeyVariable) != 0;
    if (variable && row.key_flags != nullptr) spec.flags = row.key_flags(arguments);
    if ((spec.flags & kKeyNotKey) != 0) continue;
    const std::optional<int> begin = BeginOf(spec, arguments);
    if (!begin || *begin >= count) continue;
    if (spec.find == KeySpec::Find::kCount) {
      if (!AddCounted(spec, *begin, arguments, out)) return false;
    } else {
      AddRange(spec, *begin, count, out);
    }
  }
  return true;
}

void FindChannels(const Command& command, std::span<const std::string_view> arguments,
                  std::vector<ChannelPosition>& out) {
  const ChannelSpec& spec = command.row->channels;
  if (spec.begin == 0) return;
  const auto begin = static_cast<size_t>(spec.begin);
  const size_t end = spec.to_end ? arguments.size() : std::min(begin + 1, arguments.size());
  for (size_t i = begin; i < end; ++i) out.push_back({i, spec.is_pattern});
}

}  // namespace kvasir

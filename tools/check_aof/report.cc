#include "tools/check_aof/report.h"

#include <fmt/format.h>

#include <ctime>
#include <string_view>

namespace kvasir {
namespace {

std::string_view StateWord(CheckState state) {
  switch (state) {
    case CheckState::kIntact:
      return "intact";
    case CheckState::kTornTail:
      return "torn tail";
    case CheckState::kDamaged:
      return "DAMAGED";
    default:
      return "UNREADABLE";
  }
}

std::string_view KindWord(const FileCheck& file) {
  if (file.format == FileFormat::kRdb) return "RDB base";
  if (file.entry.type == LogFileType::kBase) return "base";
  return file.format == FileFormat::kOurs ? "increment" : "plain increment";
}

std::string Records(const FileCheck& file) {
  if (file.format == FileFormat::kRdb && file.commands == 0) {
    return fmt::format("{}, the state after record {}", file.rdb, file.sequence);
  }
  if (file.entry.type == LogFileType::kBase) {
    return fmt::format("{} commands, the state after record {}", file.commands, file.sequence);
  }
  const uint64_t count = file.sequence - file.sequence_before;
  if (count == 0) return fmt::format("no records, behind record {}", file.sequence);
  return fmt::format("{} records, {} to {}", count, file.sequence_before + 1, file.sequence);
}

std::string Times(const FileCheck& file) {
  if (file.first_ms == 0) return {};
  return fmt::format("  written {} to {} (unix ms {} to {})\n", FormatTime(file.first_ms),
                     FormatTime(file.last_ms), file.first_ms, file.last_ms);
}

std::string Advice(const CheckTarget& target, const LogCheck& check) {
  if (check.state == CheckState::kTornTail) {
    return "A torn tail: what was being written when the machine or the process stopped. "
           "kvasir-server cuts it by itself and keeps a copy, and --fix does the same.\n";
  }
  if (check.state != CheckState::kDamaged) return {};
  const FileCheck& last = check.files.back();
  std::string text =
      "Damage: kvasir-server refuses to start. What stands before it can be saved:\n";
  if (last.state == CheckState::kDamaged && last.entry.type != LogFileType::kBase) {
    text += "  in place, losing all behind it (a copy is kept): --fix --cut-damage\n";
  }
  for (const FileCheck& file : check.files) {
    if (file.state != CheckState::kDamaged) continue;
    if (file.entry.type == LogFileType::kBase || !target.has_manifest) break;
    text += fmt::format(
        "  in a fresh directory: kvasir-server --dir <fresh> --restore-from {} "
        "--restore-to seq:{}\n",
        target.paths.data_directory, file.sequence);
    break;
  }
  return text;
}

}  // namespace

std::string FormatTime(uint64_t unix_ms) {
  const auto seconds = static_cast<time_t>(unix_ms / 1000);
  tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "?";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     unix_ms % 1000);
}

std::string FormatReport(const CheckTarget& target, const LogCheck& check) {
  std::string text;
  for (const FileCheck& file : check.files) {
    text += fmt::format("{}: {}, {}\n", file.entry.name, KindWord(file), StateWord(file.state));
    text += fmt::format("  size {}, whole up to {}, {} batches, {}\n", file.size, file.whole_to,
                        file.batches, Records(file));
    text += Times(file);
    if (!file.wrong.empty()) text += "  " + file.wrong + "\n";
  }
  return text + Advice(target, check);
}

}  // namespace kvasir

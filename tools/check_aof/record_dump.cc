#include "tools/check_aof/record_dump.h"

#include <fmt/format.h>

#include "src/base/text.h"
#include "tools/check_aof/report.h"

namespace kvasir {

void RecordDump::BeginFile(const FileCheck& file) {
  database_ = "0";
  time_ = "-";
  numbered_ = file.entry.type != LogFileType::kBase;
  in_group_ = false;
  sequence_ = file.sequence_before;
}

void RecordDump::Mark(const RecordMark& mark) {
  time_ = FormatTime(mark.unix_ms);
  if (mark.sequence) sequence_ = *mark.sequence;
}

Result<void> RecordDump::Apply(RequestBatch& batch) {
  for (const RequestBatch::Request& request : batch.requests()) {
    const auto arguments = batch.Arguments(request);
    if (EqualsIgnoreCase(arguments[0], "SELECT") && arguments.size() == 2) {
      database_ = std::string(arguments[1]);
      continue;
    }
    if (!in_group_) ++sequence_;
    if (EqualsIgnoreCase(arguments[0], "MULTI")) in_group_ = true;
    if (EqualsIgnoreCase(arguments[0], "EXEC")) in_group_ = false;
    Print(arguments);
  }
  return {};
}

void RecordDump::Print(std::span<const std::string_view> arguments) {
  std::string line = numbered_ ? fmt::format("{} {} db{}", sequence_, time_, database_)
                               : fmt::format("- {} db{}", time_, database_);
  for (std::string_view argument : arguments) line += " " + QuoteBytes(argument);
  line += '\n';
  output_(line);
}

}  // namespace kvasir

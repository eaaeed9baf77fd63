#include "tools/check_aof/program.h"

#include <fmt/format.h>

#include "tools/check_aof/log_check.h"
#include "tools/check_aof/record_dump.h"
#include "tools/check_aof/repair.h"
#include "tools/check_aof/report.h"

namespace kvasir {
namespace {

int ExitCodeOf(CheckState state) {
  switch (state) {
    case CheckState::kIntact:
      return kExitIntact;
    case CheckState::kTornTail:
      return kExitTornTail;
    case CheckState::kDamaged:
      return kExitDamaged;
    default:
      return kExitFailed;
  }
}

class Program {
 public:
  Program(FileSystem& files, const CheckRequest& request, const CheckOutput& output)
      : files_(files), request_(request), output_(output) {}

  int Run() {
    Result<CheckTarget> target = FindTarget(files_, request_.path);
    if (!target) {
      Say(target.error().detail());
      return target.error().code() == Errc::kCorrupt ? kExitDamaged : kExitFailed;
    }
    target_ = std::move(*target);
    RecordDump dump(output_.out);
    const LogCheck check = CheckLog(files_, target_, {}, request_.dump ? &dump : nullptr);
    output_.report(FormatReport(target_, check));
    if (request_.truncate_ms) return Truncate(check);
    if (request_.fix && check.state != CheckState::kIntact) return Fix(check);
    return ExitCodeOf(check.state);
  }

 private:
  void Say(std::string_view text) { output_.report(fmt::format("{}\n", text)); }

  // Only the last file can be cut: those behind another one would not fit to it any more.
  int Fix(const LogCheck& check) {
    const FileCheck& last = check.files.back();
    for (const FileCheck& file : check.files) {
      if (file.state == CheckState::kIntact || &file == &last) continue;
      Say(file.entry.name + " is not the last file of the log: it cannot be cut");
      return ExitCodeOf(check.state);
    }
    const bool ours_base =
        last.entry.type == LogFileType::kBase && last.format != FileFormat::kPlain;
    if (last.state == CheckState::kDamaged && (!request_.cut_damage || ours_base)) {
      Say(ours_base ? "A base that is cut is of no use: nothing was changed"
                    : "This is damage and no torn tail: nothing was changed");
      return kExitDamaged;
    }
    if (last.state == CheckState::kUnreadable) return kExitFailed;
    return Cut(last);
  }

  int Truncate(const LogCheck& check) {
    if (check.state > CheckState::kTornTail) {
      Say("Only a log without damage can be truncated to a time: nothing was changed");
      return ExitCodeOf(check.state);
    }
    const ReplayLimit limit = {.unix_ms = *request_.truncate_ms};
    for (const FileCheck& file : check.files) {
      if (!target_.manifest.base || file.begun_ms == 0) continue;
      if (file.begun_ms <= limit.unix_ms) break;
      Say(
          fmt::format("The base is of unix ms {}, and holds all that was written before: nothing "
                      "was changed",
                      file.begun_ms));
      return kExitFailed;
    }
    const LogCheck until = CheckLog(files_, target_, limit, nullptr);
    const FileCheck& last = until.files.back();
    if (!last.limit_reached) {
      Say("Nothing in the log is later: nothing was changed");
      return ExitCodeOf(check.state);
    }
    if (until.files.size() < check.files.size()) {
      Say(
          fmt::format("{} is not the last file of the log: it cannot be cut. For that time in a "
                      "fresh directory, run: kvasir-server --dir <fresh> --restore-from {} "
                      "--restore-to {}",
                      last.entry.name, target_.paths.data_directory, limit.unix_ms));
      return kExitFailed;
    }
    return Cut(last);
  }

  int Cut(const FileCheck& last) {
    const auto locks = LockLog(files_, target_.paths);
    if (!locks) {
      Say(locks.error().detail());
      return kExitFailed;
    }
    const Result<TornTail> cut = CutLog(files_, target_, last);
    if (!cut) {
      Say(cut.error().detail());
      return kExitFailed;
    }
    Say(fmt::format(
        "{}: cut at offset {}, {} bytes less{}", cut->file, cut->offset, cut->bytes,
        cut->kept_as.empty() ? "; they were zeros" : "; they are kept in " + cut->kept_as));
    return kExitIntact;
  }

  FileSystem& files_;
  const CheckRequest& request_;
  const CheckOutput& output_;
  CheckTarget target_;
};

}  // namespace

int RunCheck(FileSystem& files, const CheckRequest& request, const CheckOutput& output) {
  return Program(files, request, output).Run();
}

}  // namespace kvasir

// kvasir-check-aof: verifies a log, prints it, cuts its tail.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "tools/check_aof/program.h"

namespace {

constexpr uint64_t kMsPerSecond = 1000;

constexpr const char* kFooter =
    "Files are only changed with --fix or --truncate-to-..., not while a kvasir-server uses them,\n"
    "and only at the end of the log's last file. What is cut off is kept as <file>.torn-<unix "
    "ms>.\n"
    "\n"
    "Exit codes: 0 intact (or repaired), 1 torn tail, 2 damage, 3 wrong usage or a file that "
    "cannot\n"
    "be read or written.";

void Write(FILE* stream, std::string_view text) { fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

int main(int argc, char** argv) {
  kvasir::CheckRequest request;
  uint64_t seconds = 0;
  uint64_t milliseconds = 0;
  CLI::App app("Verifies an append-only log of Kvasir, Redis or Valkey.", "kvasir-check-aof");
  app.add_option("path", request.path,
                 "a data directory, its appendonlydir, a manifest, or one file of a log")
      ->required();
  CLI::Option* fix = app.add_flag("--fix", request.fix, "cut a torn tail, as kvasir-server does");
  app.add_flag("--cut-damage", request.cut_damage,
               "with --fix: also cut the last file where it is damaged, and lose all behind it")
      ->needs(fix);
  CLI::Option* to_seconds =
      app.add_option("--truncate-to-timestamp", seconds,
                     "cut what was written after this second (unix time), as redis-check-aof does")
          ->check(CLI::Range(uint64_t{0}, UINT64_MAX / kMsPerSecond - 1));
  CLI::Option* to_ms = app.add_option("--truncate-to-timestamp-ms", milliseconds,
                                      "cut what was written after this unix time in milliseconds");
  to_seconds->excludes(to_ms)->excludes(fix);
  to_ms->excludes(fix);
  app.add_flag("--dump", request.dump,
               "print the records to standard output, one command per line: sequence number, "
               "time, database, quoted arguments; the report goes to standard error");
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kvasir::kExitIntact : kvasir::kExitFailed;
  }
  if (to_ms->count() > 0) request.truncate_ms = milliseconds;
  // The whole second stays.
  if (to_seconds->count() > 0) request.truncate_ms = seconds * kMsPerSecond + kMsPerSecond - 1;
  FILE* report = request.dump ? stderr : stdout;
  return kvasir::RunCheck(kvasir::PosixFiles(), request,
                          {[](std::string_view text) { Write(stdout, text); },
                           [report](std::string_view text) { Write(report, text); }});
}

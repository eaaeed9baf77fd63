// kvasir-server: reads the configuration, starts the server, serves until it is told to stop.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/memory.h"
#include "src/engine/config_load.h"
#include "src/server/process.h"
#include "src/server/restore_request.h"
#include "src/server/server.h"

namespace {

using kvasir::LoadedConfig;
using kvasir::RestoreRequest;
using kvasir::Result;

constexpr const char* kHelp =
    "Usage: kvasir-server [/path/to/redis.conf | -] [--directive value ...]\n"
    "       kvasir-server --version\n"
    "       kvasir-server --help\n"
    "       kvasir-server --dir <fresh> --restore-from <data directory> [--restore-to <point>]\n"
    "\n"
    "Directives have redis.conf's names, units and defaults, but for appendonly,\n"
    "which is on. A restore reads the log of another directory, which stays as it\n"
    "is, up to a point: unix milliseconds, or seq:<n> for a record's number. Examples:\n"
    "       kvasir-server\n"
    "       kvasir-server /etc/redis/redis.conf\n"
    "       kvasir-server --port 7777 --dir /var/lib/kvasir --appendfsync always\n"
    "       echo 'maxmemory 1gb' | kvasir-server -\n";

int Fail(const std::string& message) {
  fmt::print(stderr, "kvasir-server: {}\n", message);
  return 1;
}

std::string ExecutablePath(const char* fallback) {
  std::string path(4096, '\0');
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return fallback;
  path.resize(static_cast<size_t>(length));
  return path;
}

int Serve(LoadedConfig config, std::optional<RestoreRequest> restore, const char* program) {
  kvasir::Settings& settings = config.settings;
  if (restore && !settings.appendonly) return Fail("--restore-from needs appendonly yes");
  if (Result<void> opened = kvasir::OpenMessageLog(settings); !opened) {
    return Fail(opened.error().detail());
  }
  for (const std::string& warning : config.warnings) spdlog::warn("{}", warning);
  if (chdir(settings.dir.c_str()) != 0) {
    return Fail(fmt::format("can't change to directory '{}': {}", settings.dir, strerror(errno)));
  }
  kvasir::Daemonize(settings);
  const int64_t clients_max = kvasir::RaiseFileLimit(settings.maxclients);
  if (clients_max < settings.maxclients) {
    spdlog::warn("Only {} files may be open: maxclients is {} instead of {}", clients_max + 32,
                 clients_max, settings.maxclients);
    settings.maxclients = clients_max;
  }
  kvasir::Server server(settings, {ExecutablePath(program), config.file, std::move(restore)});
  spdlog::info("Kvasir {} starting, process {}", KVASIR_VERSION, getpid());
  if (Result<void> started = server.Start(); !started) return Fail(started.error().detail());
  spdlog::info("Ready. Data in {}; try: redis-cli -p {}", server.DataDirectory(), settings.port);
  kvasir::NotifySupervisor(settings, "READY=1\nSTATUS=Ready to accept connections\n");
  return server.Run();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string first = arguments.empty() ? "" : arguments[0];
  if (first == "--version" || first == "-v") {
    fmt::print("Kvasir server v={} malloc={} bits={}\n", KVASIR_VERSION, kvasir::AllocatorName(),
               sizeof(void*) * 8);
    return 0;
  }
  if (first == "--help" || first == "-h") {
    fmt::print("{}", kHelp);
    return 0;
  }
  Result<std::optional<RestoreRequest>> restore = kvasir::TakeRestoreRequest(arguments);
  if (!restore) return Fail(restore.error().detail());
  Result<LoadedConfig> config = kvasir::LoadConfig(arguments);
  if (!config) return Fail(config.error().detail());
  return Serve(std::move(*config), std::move(*restore), argv[0]);
}

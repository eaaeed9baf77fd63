#include "src/server/process.h"

#include <fcntl.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

namespace kvasir {
namespace {

// Files that the server itself needs beside its clients.
constexpr int64_t kReservedFiles = 32;

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::trace;
    case LogLevel::kVerbose:
      return spdlog::level::debug;
    case LogLevel::kNotice:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    default:
      return spdlog::level::off;
  }
}

}  // namespace

Result<void> OpenMessageLog(const Settings& settings) {
  spdlog::sink_ptr sink;
  if (settings.logfile.empty()) {
    sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  } else {
    // Tried first, since the library reports a failure by throwing.
    const int file =
        open(settings.logfile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
      return Fail(Errc::kIo,
                  "Can't open the log file: " + settings.logfile + ": " + strerror(errno));
    }
    close(file);
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.logfile);
  }
  auto logger = std::make_shared<spdlog::logger>("kvasir", std::move(sink));
  logger->set_pattern("%P:M %d %b %Y %H:%M:%S.%e [%l] %v");
  logger->set_level(LevelOf(settings.loglevel));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  return {};
}

void Daemonize(const Settings& settings) {
  if (!settings.daemonize) return;
  if (fork() != 0) _exit(0);
  setsid();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, descriptor);
  close(null);
}

void WritePidFile(const Settings& settings) {
  if (settings.pidfile.empty()) return;
  std::ofstream file(settings.pidfile);
  file << getpid() << "\n";
  if (!file) spdlog::warn("Could not write the pid file {}", settings.pidfile);
}

int64_t RaiseFileLimit(int64_t maxclients) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return maxclients;
  const auto wanted = static_cast<rlim_t>(maxclients + kReservedFiles);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    // Root may go beyond the hard limit.
    rlimit raised = {wanted, std::max(wanted, limit.rlim_max)};
    if (setrlimit(RLIMIT_NOFILE, &raised) != 0) setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  const auto available = static_cast<int64_t>(std::min<rlim_t>(limit.rlim_cur, INT32_MAX));
  return std::clamp<int64_t>(available - kReservedFiles, 1, maxclients);
}

void NotifySupervisor(const Settings& settings, std::string_view state) {
  const char* path = getenv("NOTIFY_SOCKET");
  const bool systemd =
      settings.supervised == Supervision::kSystemd || settings.supervised == Supervision::kAuto;
  if (!systemd || path == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t length = std::min(strlen(path), sizeof address.sun_path - 1);
  memcpy(address.sun_path, path, length);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address),
         static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  close(descriptor);
}

}  // namespace kvasir

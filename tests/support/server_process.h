// A real kvasir-server in a directory of its own, on a free port of the loopback interface:
//
//   ServerProcess server({"--appendfsync", "always"});
//   server.Start();
//   Client client(server);
//   EXPECT_EQ(client.Run({"SET", "k", "v"}), "OK");
//   server.Kill(SIGKILL);
//   server.Start();  // same directory, same port
//
// What still runs at the end is killed by its process id.
// THREAD: one.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_directory.h"

namespace kvasir {

// Sanitizers change what memory and files cost: tests of such figures ask this.
#ifdef KVASIR_SANITIZER
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// How long a test waits for something that has to happen.
inline constexpr int kPatienceMs = 60'000;

class ServerProcess {
 public:
  // `arguments` stand behind --port, --bind and --dir, and may overrule them.
  explicit ServerProcess(std::vector<std::string> arguments = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts it and waits until it answers (and has loaded its log); a test failure when it ends
  // instead.
  void Start();
  // Starts it and waits for nothing.
  void Spawn();
  // Starts exactly this command line, without the usual arguments.
  void SpawnBare(const std::vector<std::string>& arguments);
  // Waits until it answers PING with anything but LOADING. False when it ended before.
  bool WaitUntilReady();

  void Signal(int number);
  // Sends the signal and waits for the end; returns the exit code as Wait.
  int Kill(int number);
  // Waits for the end by itself: the exit code, or 128 + the signal's number; nothing when it still
  // runs after kPatienceMs.
  std::optional<int> Wait();
  bool running() const { return pid_ > 0; }

  std::vector<std::string>& arguments() { return arguments_; }
  pid_t pid() const { return pid_; }
  int port() const { return port_; }
  // The --dir, and the directory around it, where tests may put files of their own.
  std::string directory() const { return root_.path() + "/data"; }
  const std::string& root() const { return root_.path(); }
  // Everything that it wrote since it was started last.
  std::string Errors() const { return ReadFile(root_.path() + "/stderr"); }
  std::string Output() const { return ReadFile(root_.path() + "/stdout"); }
  // The path of the log's only increment file, or of the last one.
  std::string IncrementPath() const;

  // Resident memory now and at its highest, in bytes.
  uint64_t ResidentBytes() const { return StatusBytes("VmRSS:"); }
  uint64_t PeakResidentBytes() const { return StatusBytes("VmHWM:"); }

 private:
  uint64_t StatusBytes(std::string_view field) const;

  TempDirectory root_;
  std::vector<std::string> arguments_;
  int port_;
  pid_t pid_ = -1;
};

// A port of 127.0.0.1 that nobody listens on now, from below those that the system hands out.
int FreePort();

// How many files this process may have open, after raising the limit as far as it goes.
size_t RaiseOwnFileLimit(size_t wanted);

}  // namespace kvasir

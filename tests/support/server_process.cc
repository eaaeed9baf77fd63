#include "tests/support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

#include "src/base/random.h"
#include "tests/support/raw_socket.h"

namespace kvasir {
namespace {

constexpr auto kPollPause = std::chrono::milliseconds(2);
constexpr int kPolls = kPatienceMs / 2;

bool CanBind(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return free;
}

// In the child: only calls that are allowed between fork and exec.
[[noreturn]] void Become(const std::vector<char*>& arguments, const char* out, const char* err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int output = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int errors = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

int FreePort() {
  constexpr uint64_t kLowest = 12'000;
  constexpr uint64_t kCount = 20'000;
  while (true) {
    const int port = static_cast<int>(kLowest + RandomBelow(kCount));
    if (CanBind(port)) return port;
  }
}

size_t RaiseOwnFileLimit(size_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(wanted, limit.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<size_t>(limit.rlim_cur, wanted);
}

ServerProcess::ServerProcess(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), port_(FreePort()) {
  std::filesystem::create_directory(directory());
}

ServerProcess::~ServerProcess() {
  if (running()) Kill(SIGKILL);
}

void ServerProcess::SpawnBare(const std::vector<std::string>& arguments) {
  ASSERT_FALSE(running());
  std::vector<std::string> words = {KVASIR_SERVER_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string output = root_.path() + "/stdout";
  const std::string errors = root_.path() + "/stderr";
  pid_ = fork();
  if (pid_ == 0) Become(pointers, output.c_str(), errors.c_str());
  ASSERT_GT(pid_, 0);
}

void ServerProcess::Spawn() {
  std::vector<std::string> all = {"--port",   std::to_string(port_), "--bind", "127.0.0.1", "--dir",
                                  directory()};
  all.insert(all.end(), arguments_.begin(), arguments_.end());
  SpawnBare(all);
}

bool ServerProcess::WaitUntilReady() {
  for (int i = 0; i < kPolls; ++i) {
    siginfo_t info{};
    const bool known =
        waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
    if (known && info.si_pid == pid_) return false;
    RawSocket probe(port_);
    if (probe.connected() && probe.Send("PING\r\n")) {
      const std::string reply = probe.ReadReply();
      if (!reply.empty() && !reply.starts_with("-LOADING")) return true;
    }
    std::this_thread::sleep_for(kPollPause);
  }
  return false;
}

void ServerProcess::Start() {
  ASSERT_NO_FATAL_FAILURE(Spawn());
  ASSERT_TRUE(WaitUntilReady()) << Errors() << Output();
}

void ServerProcess::Signal(int number) {
  ASSERT_TRUE(running());
  kill(pid_, number);
}

int ServerProcess::Kill(int number) {
  if (!running()) {
    ADD_FAILURE() << "the server does not run";
    return -1;
  }
  kill(pid_, number);
  return Wait().value_or(-1);
}

std::optional<int> ServerProcess::Wait() {
  for (int i = 0; i < kPolls; ++i) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    std::this_thread::sleep_for(kPollPause);
  }
  return std::nullopt;
}

std::string ServerProcess::IncrementPath() const {
  std::string last;
  for (const auto& entry : std::filesystem::directory_iterator(directory() + "/appendonlydir")) {
    const std::string path = entry.path().string();
    if (path.ends_with(".incr.aof")) last = std::max(last, path);
  }
  return last;
}

uint64_t ServerProcess::StatusBytes(std::string_view field) const {
  std::istringstream status(ReadFile("/proc/" + std::to_string(pid_) + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size())) * 1024;
  }
  return 0;
}

}  // namespace kvasir

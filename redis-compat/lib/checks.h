// What the programs for C and C++ share: where the server is, and the list of what was checked.
// Each program is started as: <program> <host> <port> [restarts]
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace compat {

class Checks {
 public:
  Checks(int argc, char** argv) {
    if (argc < 3) {
      std::fprintf(stderr, "usage: %s <host> <port>\n", argv[0]);
      std::exit(2);
    }
    host = argv[1];
    port = std::atoi(argv[2]);
  }

  // Runs one check. A failure is printed and counted; the checks after it still run.
  void Check(const std::string& title, const std::function<void()>& body) {
    ++begun_;
    try {
      body();
      ++passed_;
      std::printf("  ok       %s\n", title.c_str());
    } catch (const std::exception& error) {
      std::printf("  FAILED   %s: %s\n", title.c_str(), error.what());
    }
    std::fflush(stdout);
  }

  // A figure beside what the replaced system states of itself, for the table at the end.
  static void Figure(const std::string& what, const std::string& theirs, const std::string& ours) {
    std::printf("  figure   %s | %s | %s | a socket\n", what.c_str(), theirs.c_str(), ours.c_str());
    std::fflush(stdout);
  }

  // Prints the total; what it returns is the program's exit status.
  int Finish(const char* program, const std::string& version) const {
    std::printf("%s %s: %d of %d checks passed\n", program, version.c_str(), passed_, begun_);
    return passed_ == begun_ ? 0 : 1;
  }

  std::string host;
  int port = 0;

 private:
  int begun_ = 0;
  int passed_ = 0;
};

template <typename Actual, typename Expected>
void Equal(const char* what, const Actual& actual, const Expected& expected) {
  if (actual == expected) return;
  std::ostringstream text;
  text << what << ": " << actual << ", expected " << expected;
  throw std::runtime_error(text.str().substr(0, 300));
}

}  // namespace compat

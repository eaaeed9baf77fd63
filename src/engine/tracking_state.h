// What CLIENT TRACKING keeps for a session that has turned it on.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace kvasir {

struct Command;

struct TrackingState {
  bool broadcast = false;
  bool opt_in = false;
  bool opt_out = false;
  bool no_loop = false;
  // CLIENT CACHING was said for the next request.
  bool caching = false;
  bool redirect_broken = false;
  uint64_t redirect = 0;  // id of the session that gets the invalidations; 0: this one
  std::set<std::string, std::less<>> prefixes;  // in broadcast mode
  // The container of CLIENT CACHING: its other subcommands do not use up what that said.
  const Command* caching_container = nullptr;
};

}  // namespace kvasir

// CONFIG SET for what reaches beyond the engine: all of it is done, or nothing.
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "src/server/server.h"

namespace kvasir {
namespace {

// The way back to the working directory of the time when it was made.
class WayBack {
 public:
  WayBack() : descriptor_(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  WayBack(const WayBack&) = delete;
  WayBack& operator=(const WayBack&) = delete;
  ~WayBack() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  void Take() const {
    if (descriptor_ < 0 || fchdir(descriptor_) != 0) {
      spdlog::error("Could not go back to the former directory: {}", strerror(errno));
    }
  }

 private:
  int descriptor_;
};

}  // namespace

// Undoes what came before the step that fails.
Result<void> Server::ApplyChange(const Settings& next, const SettingsChange& change) {
  const Settings& now = engine_.settings();
  const WayBack way_back;
  std::unique_ptr<FileLock> former_lock;
  const auto move_back = [&] {
    if (!change.moves) return;
    way_back.Take();
    directory_lock_ = std::move(former_lock);
  };
  if (change.moves) {
    if (chdir(next.dir.c_str()) != 0) {
      return Fail(Errc::kInvalidArgument, fmt::format("Changing directory: {}", strerror(errno)));
    }
    former_lock = std::move(directory_lock_);
  }
  if (change.rebinds) {
    if (Result<void> rebound = listeners_.Rebind(next); !rebound) {
      move_back();
      return rebound;
    }
  }
  if (!change.switches) return {};
  Result<void> switched = SwitchAppendOnly(next.appendonly, next);
  if (switched) return switched;
  if (change.rebinds) {
    if (Result<void> rebound = listeners_.Rebind(now); !rebound) {
      spdlog::error("Could not go back to the former addresses: {}", rebound.error().detail());
    }
  }
  move_back();
  return switched;
}

Result<void> Server::ApplySettings(const Settings& next,
                                   std::span<const std::string_view> changed) {
  const Settings& now = engine_.settings();
  const auto touches = [&](std::string_view name) {
    return std::find(changed.begin(), changed.end(), name) != changed.end();
  };
  const SettingsChange change = {
      .moves = touches("dir") && next.dir != now.dir,
      .rebinds = touches("bind") || touches("port"),
      .switches = touches("appendonly") && next.appendonly != now.appendonly};
  if ((change.moves || change.switches) && loading_.active) {
    return Fail(Errc::kInvalidArgument, "not while the dataset is loaded");
  }
  // The log's files are named from the directory in which it was opened, and so is the lock (D9).
  if (change.moves && append_log_ != nullptr) {
    return Fail(Errc::kInvalidArgument, "the directory holds the log; turn appendonly off first");
  }
  // Its file is named from the directory in which it was begun.
  if (change.moves) saves_.Stop("the directory changes");
  if (Result<void> applied = ApplyChange(next, change); !applied) return applied;
  if (touches("appendfsync") && append_log_ != nullptr) {
    append_log_->set_policy(ToSyncPolicy(next.appendfsync));
    // What replies wait for is another position now, and no progress may be left to tell of.
    if (next.appendfsync == FsyncPolicy::kAlways) engine_.HoldEarlierWrites();
    FlushLogWaiters();
  }
  if (append_log_ != nullptr) {
    append_log_->set_timestamps(next.aof_timestamp_enabled);
    append_log_->set_keep_history(static_cast<uint64_t>(next.aof_keep_history));
  }
  AdoptSettings(next);
  return {};
}

}  // namespace kvasir

// What the engine needs of the process around it: connections, files, shutdown. The server
// implements it; tests and replay use the defaults.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/engine/migration.h"
#include "src/engine/settings.h"

namespace kvasir {

class DumpHost;
class Session;

enum class ShutdownSave : uint8_t { kDefault, kSave, kNoSave };

struct ShutdownRequest {
  ShutdownSave save = ShutdownSave::kDefault;
  bool now = false;
  bool force = false;
};

// What asking for work in the background came to.
enum class BackgroundStart : uint8_t {
  kStarted,
  kScheduled,  // it begins once nothing else is in the way
  kAlreadyRunning,
  kOtherRunning,  // and it was not to be scheduled
  kLogOff,
};
enum class BackgroundCancel : uint8_t { kStopped, kUnscheduled, kNothing };

class Host {
 public:
  virtual ~Host() = default;

  // Somebody other than the session's own request wrote to its output.
  virtual void OutputReady(Session&) {}
  // The session is not blocked any more: its waiting input may run.
  virtual void Resume(Session&) {}
  // Closes the connection, after its output is sent when `after_output`.
  virtual void Close(Session&, bool /*after_output*/) {}

  // Puts changed settings into effect where the process is concerned (ports, files, threads). An
  // error leaves everything as it was. `changed` are directive names.
  virtual Result<void> ApplySettings(const Settings& /*next*/,
                                     std::span<const std::string_view> /*changed*/) {
    return {};
  }
  // Rewrites the configuration file from the settings in force.
  virtual Result<void> RewriteConfigFile() {
    return Fail(Errc::kNotFound, "The server is running without a config file");
  }

  // Ends the process when the loop comes round; an error when the log cannot be finished.
  virtual Result<void> Shutdown(const ShutdownRequest&) { return {}; }
  virtual bool AbortShutdown() { return false; }

  // Makes the dataset as of now the log's new base, while everything goes on (BGREWRITEAOF). Only
  // notes the wish when `now` is false.
  virtual BackgroundStart RewriteLog(bool /*now*/) { return BackgroundStart::kLogOff; }
  // Saves the dataset as of now (BGSAVE). When a rewrite is running, or `now` is false, it is begun
  // later, if `schedule` says so.
  virtual BackgroundStart SaveInBackground(bool /*now*/, bool /*schedule*/) {
    return BackgroundStart::kOtherRunning;
  }
  // The same while everybody waits (SAVE); kExists when one is running in the background.
  virtual Result<void> Save() { return Fail(Errc::kUnsupported, "there are no files"); }
  // When the dataset was last saved as a whole, or, before, when the process began. Unix time.
  virtual int64_t LastSaveMs() const { return 0; }
  virtual BackgroundCancel CancelSave() { return BackgroundCancel::kNothing; }
  // Empties the keyspace and loads the log again (DEBUG LOADAOF); with `rewrite` the log is
  // rewritten first (DEBUG RELOAD).
  virtual Result<void> ReloadLog(bool /*rewrite*/) {
    return Fail(Errc::kUnsupported, "the log is off");
  }

  // What sends the whole dataset to clients; nullptr where nothing does.
  virtual DumpHost* dumps() { return nullptr; }

  // Sends keys to another server and calls `done` with what came of it, later.
  virtual void Migrate(MigrationOrder, MigrationDone) {}

  // Appends the lines of an INFO section ("server", "clients", "persistence", ...) that only the
  // process knows.
  virtual void AppendInfo(std::string_view /*section*/, std::string& /*out*/) {}
  // Writes a line to the server's own log.
  virtual void LogMessage(std::string_view /*text*/) {}
  // When the process began to serve, Unix time.
  virtual int64_t StartTimeMs() const { return 0; }
};

}  // namespace kvasir

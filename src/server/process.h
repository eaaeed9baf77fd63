// What a daemon asks of the system around the loop: limits, background, pid file, supervision.
// THREAD: the main thread, before the loop runs.
#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

// Sets up the log of messages: where (logfile, else standard output) and how much (loglevel).
Result<void> OpenMessageLog(const Settings& settings);

// Goes into the background when `daemonize` says so. REQUIRES: no other thread runs.
void Daemonize(const Settings& settings);

// Writes the pid file, where one is configured or the process is a daemon.
void WritePidFile(const Settings& settings);

// Raises the limit of open files so that `maxclients` connections fit; returns how many do.
int64_t RaiseFileLimit(int64_t maxclients);

// Tells systemd that the server is ready, when it is supervised by it. `state` as in sd_notify(3).
void NotifySupervisor(const Settings& settings, std::string_view state);

}  // namespace kvasir

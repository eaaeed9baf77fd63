// What stands between a request and its handler: one gate per policy, in one fixed order, each a
// function of the command's row and the session. A gate costs nothing until it is armed: engine
// and session each keep a mask of armed gates, and a request that meets none is not even asked.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kvasir {

class Engine;
class Session;
struct Command;

// The bits, in the order in which the gates are asked.
enum GateBit : uint32_t {
  kGateAuth = 1U << 0,          // the session has not said its password
  kGateAcl = 1U << 1,           // the session's user may not do everything
  kGateDebug = 1U << 2,         // DEBUG is off, or for local clients only
  kGateMemory = 1U << 3,        // maxmemory is set
  kGateSave = 1U << 4,          // the last save failed
  kGateLog = 1U << 5,           // the log refuses writes (D6)
  kGateSubscribed = 1U << 6,    // a RESP2 session with subscriptions
  kGateLoading = 1U << 7,       // the log is being replayed
  kGateBusy = 1U << 8,          // a script has been running for too long
  kGatePaused = 1U << 9,        // CLIENT PAUSE
  kGateTransaction = 1U << 10,  // MULTI: the request is queued
};

// The gates that a command with these row flags has to pass when they are armed.
uint32_t GatesOf(uint32_t flags);

enum class GateVerdict : uint8_t {
  kPass,
  kRefuse,  // `error` is the reply
  kQueued,  // taken over by the transaction: the reply was written
  kBlock,   // the session was blocked; the request runs again later
};

struct GateRequest {
  Engine& engine;
  Session& session;
  Command& command;
  std::span<const std::string_view> arguments;
  std::string error;
};

// Asks the gates of `armed` in order until one does not let the request pass.
GateVerdict PassGates(uint32_t armed, GateRequest& request);

}  // namespace kvasir

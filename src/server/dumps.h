// Dumps on their way to clients: who waits for one, and the files that are being sent, piece by
// piece, read by libuv's threads. A client costs one piece of memory, however slow it is.
// THREAD: loop.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/result.h"
#include "src/base/shared_bytes.h"
#include "src/engine/dump_host.h"

namespace kvasir {

class Dumps {
 public:
  // Where the bytes go. LIFETIME: outlives the dumps.
  class Way {
   public:
    virtual ~Way() = default;
    // Sends a piece to the session; Drained says when it has left. `sequence` is the log position
    // that it depends on (D1, D2).
    virtual void SendPiece(uint64_t session, const SharedBytes& piece, uint64_t sequence) = 0;
    // All was sent, or, with an error, will not be.
    virtual void EndDump(uint64_t session, const Result<void>& result) = 0;
  };

  Dumps(uv_loop_t* loop, Way& way);
  ~Dumps();
  Dumps(const Dumps&) = delete;
  Dumps& operator=(const Dumps&) = delete;

  DumpWishes& WishesOf(uint64_t session) { return wishes_[session]; }

  // The session gets the next dump that is begun.
  void Ask(uint64_t session) { waiting_.push_back(session); }
  // True when a dump should be begun; and when somebody waits for the one that was.
  bool wanted() const { return !waiting_.empty(); }
  bool awaited() const { return !attached_.empty(); }

  // A dump was begun, whose content depends on this log position.
  void Began(uint64_t sequence);
  // It was given up; whoever waited goes on waiting.
  void GivenUp();
  void Failed(const Error& error);
  // Its file is complete. It loses its name: what is left is gone with the last who reads it.
  void Ready(const std::string& path);

  // All of a session's output was sent.
  void Drained(uint64_t session);
  // The session is gone.
  void Forget(uint64_t session);

 private:
  struct File;
  struct Transfer;

  void Read(Transfer& transfer);
  void TakePiece(Transfer& transfer, ssize_t bytes);
  static void OnRead(uv_fs_t* request);

  uv_loop_t* loop_;
  Way& way_;
  std::unordered_map<uint64_t, DumpWishes> wishes_;
  std::vector<uint64_t> waiting_;
  std::vector<uint64_t> attached_;
  uint64_t sequence_ = 0;
  std::unordered_map<uint64_t, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace kvasir

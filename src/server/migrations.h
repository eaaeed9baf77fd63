// The connections over which keys go to other servers (MIGRATE).
// THREAD: loop.
#pragma once

#include <uv.h>

#include <list>
#include <memory>

#include "src/engine/migration.h"

namespace kvasir {

class Migrations {
 public:
  // LIFETIME: `loop` outlives the handles that this opens; whoever closes the loop closes them.
  explicit Migrations(uv_loop_t* loop);
  Migrations(const Migrations&) = delete;
  Migrations& operator=(const Migrations&) = delete;
  ~Migrations();

  // Connects, sends, and reads the replies; calls `done` exactly once, never from inside, unless
  // the loop ends before.
  void Begin(MigrationOrder order, MigrationDone done);
  // Gives up all that are on their way; the loop has to run once more.
  void Stop();

 private:
  class Transfer;

  void Remove(const Transfer& transfer);

  uv_loop_t* loop_;
  std::list<std::unique_ptr<Transfer>> transfers_;
};

}  // namespace kvasir

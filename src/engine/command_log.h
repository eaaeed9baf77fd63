// The log as the engine sees it: where effects go, and how far they are safe.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/base/shared_bytes.h"

namespace kvasir {

class CommandLog {
 public:
  virtual ~CommandLog() = default;

  // Adds one record and returns its sequence number, which grows by one per record. `blocks[i]`,
  // where `blocks` is not empty, is a block with the bytes of argument i, or empty.
  virtual uint64_t Append(int database, std::span<const std::string_view> arguments) = 0;
  virtual uint64_t AppendShared(int database, std::span<const std::string_view> arguments,
                                size_t shared_index, const SharedBytes& block) = 0;

  // Records between these come back after a crash all or not at all (D3). An empty group leaves
  // no trace.
  virtual void BeginGroup() = 0;
  virtual void EndGroup() = 0;

  // True when replies wait for the disk (appendfsync always), so that reads of fresh writes must,
  // too (D1).
  virtual bool RepliesWaitForSync() const = 0;
  // The last appended position, and the position up to which replies may leave.
  virtual uint64_t appended() const = 0;
  virtual uint64_t releasable() const = 0;
  virtual uint64_t durable() const = 0;
  // Bytes appended and not yet written. Beyond the maximum writers wait until half of it is
  // written.
  static constexpr uint64_t kPendingBytesMax = uint64_t{128} << 20;
  virtual uint64_t pending_bytes() const = 0;
  // The memory that the log holds for them: no part of the dataset, so not counted by maxmemory.
  // It may go down later than pending_bytes(), never sooner.
  virtual uint64_t held_bytes() const { return pending_bytes(); }

  // Why writes are refused at present (D6), as an error text; nothing while all is well.
  virtual const std::string* Refusal() const = 0;
};

}  // namespace kvasir

// The engine's view of the append log.
// THREAD: loop.
#pragma once

#include <string>

#include "persistence/append_log.h"
#include "src/engine/command_log.h"

namespace kvasir {

class DurableLog : public CommandLog {
 public:
  // LIFETIME: `log` outlives this.
  explicit DurableLog(AppendLog& log) : log_(log) {}

  uint64_t Append(int database, std::span<const std::string_view> arguments) override {
    return log_.Append(database, arguments);
  }
  uint64_t AppendShared(int database, std::span<const std::string_view> arguments,
                        size_t shared_index, const SharedBytes& block) override {
    const SharedArgument shared[] = {{shared_index, &block}};
    return log_.Append(database, arguments, shared);
  }
  void BeginGroup() override { log_.BeginGroup(); }
  void EndGroup() override { log_.EndGroup(); }
  bool RepliesWaitForSync() const override { return log_.policy() == SyncPolicy::kAlways; }
  uint64_t appended() const override { return log_.appended(); }
  uint64_t releasable() const override { return log_.acknowledged(); }
  uint64_t durable() const override { return log_.durable(); }
  uint64_t pending_bytes() const override { return log_.pending_bytes(); }
  uint64_t held_bytes() const override { return log_.held_bytes(); }
  const std::string* Refusal() const override;

 private:
  AppendLog& log_;
  mutable std::string refusal_;
};

}  // namespace kvasir

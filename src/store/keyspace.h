// The whole dataset: the numbered databases and what they share.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/store/database.h"
#include "src/store/keyspace_context.h"

namespace kvasir {

class Keyspace {
 public:
  // LIFETIME: `reclaimer` may be nullptr (everything is then freed at once); else it outlives this.
  explicit Keyspace(int databases, Reclaimer* reclaimer = nullptr) {
    context_.reclaimer = reclaimer;
    for (int i = 0; i < databases; ++i) {
      databases_.push_back(std::make_unique<Database>(context_, i));
    }
  }

  KeyspaceContext& context() { return context_; }
  const KeyspaceContext& context() const { return context_; }
  int database_count() const { return static_cast<int>(databases_.size()); }
  Database& database(int index) { return *databases_[static_cast<size_t>(index)]; }
  const Database& database(int index) const { return *databases_[static_cast<size_t>(index)]; }

  // Sets the time that this tick's commands see.
  void SetNow(int64_t now_ms) {
    context_.now_ms = now_ms;
    context_.access.Advance(now_ms);
  }

  size_t size() const {
    size_t total = 0;
    for (const auto& database : databases_) total += database->size();
    return total;
  }

  // Libraries of functions, as their source: read from and written to snapshots, not run yet.
  std::vector<std::string>& function_libraries() { return function_libraries_; }
  const std::vector<std::string>& function_libraries() const { return function_libraries_; }

  // Removes due keys of all databases for at most `budget_us`. Returns true when work is left.
  bool RemoveExpired(uint64_t budget_us);
  // The soonest moment RemoveExpired may find something; nothing without volatile keys.
  std::optional<int64_t> NextExpiryWakeMs() const;

 private:
  KeyspaceContext context_;
  std::vector<std::unique_ptr<Database>> databases_;
  std::vector<std::string> function_libraries_;
  size_t next_to_expire_ = 0;
};

}  // namespace kvasir

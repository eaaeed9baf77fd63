// One run of a command: what a handler gets.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/reply_writer.h"
#include "protocol/request_parser.h"
#include "src/engine/command_table.h"
#include "src/engine/errors.h"
#include "src/engine/key_wait.h"
#include "src/engine/session.h"
#include "src/engine/settings_types.h"
#include "src/store/keyspace.h"

namespace kvasir {

class Engine;

// What a command puts into the log in place of its own text.
struct LogEffect {
  int database = 0;
  std::vector<std::string> arguments;
};

class Call {
 public:
  // LIFETIME: everything outlives the call.
  Call(Engine& engine, Session& session, Command& command,
       std::span<const std::string_view> arguments, ReplyWriter& reply, uint64_t first_key_hash)
      : reply(reply),
        engine_(engine),
        session_(session),
        command_(command),
        arguments_(arguments),
        first_key_hash_(first_key_hash) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Argument 0 is the command's name; of a subcommand, argument 1 is its.
  size_t size() const { return arguments_.size(); }
  std::string_view operator[](size_t index) const { return arguments_[index]; }
  std::span<const std::string_view> arguments() const { return arguments_; }

  // Argument `index` as a key. The first key's hash is known already.
  Key KeyAt(size_t index) const {
    const auto first = static_cast<size_t>(command_.first_key);
    if (index == first && index != 0) return {arguments_[index], first_key_hash_};
    return Key::Of(arguments_[index]);
  }

  // The same arguments at another place.
  void set_arguments(std::span<const std::string_view> arguments) { arguments_ = arguments; }

  // The block that argument `index` was received into, which may be kept; nullptr without one.
  SharedBytes* Block(size_t index) const {
    return blocks_ == nullptr ? nullptr : blocks_->LargeBlock(*block_request_, index);
  }
  void set_blocks(RequestBatch* batch, const RequestBatch::Request* request) {
    blocks_ = batch;
    block_request_ = request;
  }

  Engine& engine() { return engine_; }
  Session& session() { return session_; }
  const Command& command() const { return command_; }
  Keyspace& keyspace();
  Database& database();
  int64_t now_ms();

  // Replies with an error; `text` begins with its code. Counted in errorstats.
  void Error(std::string_view text);
  void Error(const kvasir::Error& error) { Error(errors::Of(error)); }
  // The same for an error that was counted when a script met it.
  void ErrorUncounted(std::string_view text) {
    replied_error_ = true;
    reply.Error(text);
  }
  bool replied_error() const { return replied_error_; }

  // Tells subscribers that `event` ("hset", "del") happened to `key`, of the class kNotify...; in
  // the order of the calls. Costs a test of one word where nobody wants the class.
  void Notify(uint32_t kind, std::string_view event, std::string_view key) {
    NotifyIn(session_.database, kind, event, key);
  }
  void NotifyIn(int database, uint32_t kind, std::string_view event, std::string_view key);

  // Whether the session's user may run this request even where it reads keys that it does not name.
  bool MayReadAllKeys() const;

  // Whether the command may wait for other sessions. Where it may not (inside EXEC, in replay), a
  // command that finds nothing to do replies what it would reply when its time is up.
  bool MayBlock() const;
  // Lets the session wait until one of `keys` holds a value of `type`, in place of a reply. Then
  // the command runs again from its beginning, and may wait once more: it keeps its place among
  // those who wait. `on_timeout` writes the reply when the deadline (Unix time in ms; 0: none) has
  // passed. LIFETIME: keys and arguments are copied; `on_timeout` must not hold views of them.
  // REQUIRES: MayBlock(), nothing was changed that is not logged by LogInstead, and no reply was
  // written.
  void BlockOnKeys(std::span<const std::string_view> keys, ValueType type, int64_t deadline_ms,
                   std::function<void(ReplyWriter&)> on_timeout);
  void BlockOnKeys(std::span<const std::string_view> keys, KeyWait wait);
  // Whether the command waited before and runs again.
  bool waited() const { return session_.blocked.reason == BlockReason::kKeys; }
  bool blocked() const { return blocked_; }

  // MONITOR and SLOWLOG show "(redacted)" in place of this argument: it is a password.
  void Redact(size_t index) {
    redacted_ |= uint64_t{1} << (index < kRedactedMax ? index : kRedactedMax);
  }
  // The arguments as they may be shown to others.
  std::vector<std::string_view> ShownArguments() const;

  // Logs these arguments in place of the command's own; several calls make one atomic group.
  // Without a change of the keyspace nothing is logged at all.
  void LogInstead(std::initializer_list<std::string_view> arguments);
  void LogInstead(std::vector<std::string> arguments);
  void LogInsteadIn(int database, std::vector<std::string> arguments);
  // Logs the command's own arguments with another text at `index`, which is not 0.
  void LogWith(size_t index, std::string text) {
    logged_index_ = index;
    logged_text_ = std::move(text);
  }
  // The command as it is logged when it does not say anything else. LIFETIME: of the call, and of
  // `scratch`.
  std::span<const std::string_view> LoggedArguments(std::vector<std::string_view>& scratch) const {
    if (logged_index_ == 0) [[likely]]
      return arguments_;
    scratch.assign(arguments_.begin(), arguments_.end());
    scratch[logged_index_] = logged_text_;
    return scratch;
  }
  // Nothing is logged: the change is not part of the dataset's history.
  void LogNothing() { log_nothing_ = true; }

  const std::vector<LogEffect>& effects() const { return effects_; }
  bool logs_nothing() const { return log_nothing_; }

  ReplyWriter& reply;

 private:
  // Arguments from here on are redacted together.
  static constexpr size_t kRedactedMax = 63;

  Engine& engine_;
  Session& session_;
  Command& command_;
  std::span<const std::string_view> arguments_;
  uint64_t first_key_hash_;
  RequestBatch* blocks_ = nullptr;
  const RequestBatch::Request* block_request_ = nullptr;
  std::vector<LogEffect> effects_;
  size_t logged_index_ = 0;
  std::string logged_text_;
  uint64_t redacted_ = 0;  // one bit per argument
  bool log_nothing_ = false;
  bool replied_error_ = false;
  bool blocked_ = false;
};

}  // namespace kvasir

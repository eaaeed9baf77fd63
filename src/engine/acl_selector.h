// One set of permissions: which commands may be run, with which keys and channels. The rules are
// those of Redis (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl).
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/result.h"
#include "src/engine/command_table.h"

namespace kvasir {

// What stands in the way of a request, in the order in which it is told: of several selectors that
// refuse, the one that came furthest.
enum class AclDenial : uint8_t { kNone, kCommand, kKey, kChannel, kAuth };

struct AclVerdict {
  AclDenial denial = AclDenial::kNone;
  size_t argument = 0;  // of a key or channel: where it stands

  bool allowed() const { return denial == AclDenial::kNone; }
};

// A request as permissions see it; its keys are looked for once, and only when somebody asks.
class AclRequest {
 public:
  // LIFETIME: both outlive the request.
  AclRequest(const Command& command, std::span<const std::string_view> arguments)
      : command(command), arguments(arguments) {}

  const std::vector<KeyPosition>& Keys();
  const std::vector<ChannelPosition>& Channels();

  const Command& command;
  const std::span<const std::string_view> arguments;

 private:
  bool keys_known_ = false;
  bool channels_known_ = false;
  std::vector<KeyPosition> keys_;
  std::vector<ChannelPosition> channels_;
};

class AclSelector {
 public:
  // Nothing is allowed, but all channels if `all_channels`. LIFETIME: `commands` outlives this.
  AclSelector(const CommandTable& commands, bool all_channels)
      : commands_(&commands), allowed_(commands.count()), all_channels_(all_channels) {}

  // Adds one rule: "+get", "-@write", "+config|get", "~app:*", "%R~*", "&news", "allkeys", ...
  // kNotFound: no such command or category. Else the error's detail is the reason in Redis's words.
  // After an error nothing has changed.
  Result<void> Apply(std::string_view rule);

  AclVerdict Check(AclRequest& request) const;
  bool unrestricted() const { return all_commands_ && all_keys_ && all_channels_; }
  // Whether there is no key that the selector may not read.
  bool ReadsAllKeys() const;
  bool MayUseChannel(std::string_view channel, bool is_pattern) const;
  bool all_channels() const { return all_channels_; }

  // As rules again, for ACL LIST and GETUSER: "+@all -debug", "~app:* %R~*", "&news".
  std::string DescribeCommands() const;
  std::string DescribeKeys() const;
  std::string DescribeChannels() const;
  // All three together.
  std::string Describe() const;

 private:
  enum Permission : uint8_t { kMayRead = 1, kMayWrite = 2 };
  struct KeyPattern {
    uint8_t permissions = 0;
    std::string pattern;
  };
  struct CommandRule {
    bool allow = false;
    std::string name;  // "get", "config|get", "@read"
  };

  static uint8_t PermissionsFor(uint16_t key_flags);
  bool ApplyWord(std::string_view rule);
  Result<void> ApplyCommand(std::string_view name, bool allow);
  Result<void> ApplyCategory(std::string_view name, bool allow);
  Result<void> AllowFirstArgument(std::string_view name);
  Result<void> AddKeyPattern(std::string_view rule);
  Result<void> AddChannel(std::string_view pattern);
  void SetAllCommands(bool allow);
  void SetCommand(const Command& command, bool allow);
  void SetBit(const Command& command, bool allow);
  void NoteRule(std::string_view name, bool allow);
  bool AllowsCommand(const AclRequest& request) const;
  bool AllowsKey(std::string_view key, uint8_t permissions) const;

  const CommandTable* commands_;
  std::vector<bool> allowed_;       // by Command::id
  bool starts_with_all_ = false;    // the rules below take away from "+@all"
  bool all_commands_ = false;       // nothing was taken away
  std::vector<CommandRule> rules_;  // since "+@all" or "-@all"
  std::vector<std::pair<size_t, std::string>> first_arguments_;  // "+select|0": by Command::id
  bool all_keys_ = false;
  std::vector<KeyPattern> keys_;
  bool all_channels_ = false;
  std::vector<std::string> channels_;
};

// Names, patterns and passwords that are written on lines of rules hold neither space nor NUL.
bool HasSpaceOrNul(std::string_view text);

}  // namespace kvasir

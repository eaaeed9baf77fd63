// A user: the passwords that let one in, and what one may do then. The rules are those of Redis
// (https://redis.io/docs/latest/commands/acl-setuser).
// THREAD: loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/engine/acl_selector.h"

namespace kvasir {

class AclUser {
 public:
  // Off, without password and permissions, but for all channels if `all_channels`
  // (acl-pubsub-default). LIFETIME: `commands` outlives the user.
  AclUser(std::string name, const CommandTable& commands, bool all_channels);

  // What `reset` and new selectors begin with from now on.
  void set_all_channels_by_default(bool all_channels) { all_channels_by_default_ = all_channels; }

  const std::string& name() const { return name_; }
  bool enabled() const { return enabled_; }
  bool needs_no_password() const { return no_password_; }
  // In the order in which they were added: SHA-256, as 64 hexadecimal digits.
  const std::vector<std::string>& password_hashes() const { return password_hashes_; }
  // The first one is made of the rules outside of parentheses.
  const std::vector<AclSelector>& selectors() const { return selectors_; }

  // Adds rules in order: "on", ">password", "+get", "(~temp:* +@read)", ... A rule in parentheses
  // may come in several parts. After an error the rules before it are in force: work on a copy.
  // The error's detail names the rule and the reason, in Redis's words.
  struct RuleError {
    std::string rule;  // empty: a parenthesis that stays open, named in the error
    Error error;
  };
  tl::expected<void, RuleError> Apply(std::span<const std::string> rules);

  // Whether the password lets this user in. Takes the same time wherever it differs from the right
  // one, so that the time tells nothing.
  bool Admits(std::string_view password) const;

  // What a request of this user comes to.
  AclVerdict Check(const Command& command, std::span<const std::string_view> arguments) const;
  // The same for a request that may read any key.
  bool MayReadAllKeys(const Command& command, std::span<const std::string_view> arguments) const;
  bool MayUseChannel(std::string_view channel, bool is_pattern) const;
  // Whether Check allows everything.
  bool unrestricted() const { return selectors_.front().unrestricted(); }

  // "on", "nopass", "sanitize-payload", ...
  std::vector<std::string_view> Flags() const;
  // All of it as rules, as on a line of an ACL file behind the name.
  std::string Describe() const;

 private:
  Result<void> ApplyOne(std::string_view rule);
  bool ApplyFlag(std::string_view rule);
  void Reset();
  Result<void> ChangePassword(char sign, std::string_view value);
  Result<void> AddSelector(std::string_view rules);

  std::string name_;
  const CommandTable* commands_;
  bool all_channels_by_default_;
  bool enabled_ = false;
  bool no_password_ = false;
  bool sanitize_payload_ = true;
  std::vector<std::string> password_hashes_;
  std::vector<AclSelector> selectors_;
};

}  // namespace kvasir

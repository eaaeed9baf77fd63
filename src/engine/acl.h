// All users, and where their rules come from: ACL SETUSER, `user` lines of redis.conf, an ACL file.
// THREAD: loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/engine/acl_user.h"
#include "src/engine/settings_types.h"

namespace kvasir {

class Acl {
 public:
  using Users = std::map<std::string, std::unique_ptr<AclUser>, std::less<>>;

  // There is one user, "default", who may do everything without a password. LIFETIME: `commands`
  // outlives this.
  explicit Acl(const CommandTable& commands);

  // LIFETIME of a user: until Remove, or a Replace in which he is missing.
  AclUser* Find(std::string_view name) const;
  AclUser& default_user() const { return *default_; }
  // By name.
  const Users& users() const { return users_; }

  // What new users may do with channels (acl-pubsub-default).
  void set_all_channels(bool all_channels) { all_channels_ = all_channels; }

  // Adds rules to a user, who is made if he is not there. After an error, whose detail is Redis's
  // text, nothing has changed.
  Result<void> SetUser(std::string_view name, std::span<const std::string> rules);
  // False when there is no such user. REQUIRES: not "default".
  bool Remove(std::string_view name);
  // What `requirepass` means; empty: no password is needed.
  void SetDefaultPassword(std::string_view password);

  // The users of configuration lines, added to those that are there; "default" begins from nothing.
  Result<void> AddLines(std::span<const UserLine> lines);
  // All users as such lines; none when nobody ever said a rule and the default user's password is
  // what `requirepass` says.
  std::vector<UserLine> Lines(std::string_view requirepass) const;

  // The users that an ACL file's content describes; without a line for "default" he is as new. The
  // error's detail lists everything that is wrong with the file. `path` names it there.
  Result<Users> ParseFile(std::string_view content, const std::string& path) const;
  // Puts these users in the place of all that are there. Users that stay keep their addresses; the
  // others are handed back: whoever uses them has to be told first.
  Users Replace(Users users);
  // All users as the content of an ACL file.
  std::string FormatFile() const;

 private:
  std::unique_ptr<AclUser> NewDefault() const;
  std::unique_ptr<AclUser> ParseLine(const std::string& line, const std::string& place,
                                     std::string& problems) const;

  const CommandTable* commands_;
  bool all_channels_ = false;
  Users users_;
  AclUser* default_;
};

}  // namespace kvasir

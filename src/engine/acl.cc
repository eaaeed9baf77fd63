#include "src/engine/acl.h"

#include <algorithm>
#include <utility>

#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr std::string_view kDefault = "default";

// REQUIRES: the rules are right.
void MustApply(AclUser& user, std::initializer_list<std::string> rules) {
  const std::vector<std::string> list(rules);
  [[maybe_unused]] const auto applied = user.Apply(list);
}

std::string SetUserFailure(const AclUser::RuleError& failure) {
  if (failure.rule.empty()) return failure.error.detail();
  return "Error in ACL SETUSER modifier '" + failure.rule + "': " + failure.error.detail();
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> SplitAtSpaces(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    if (end != 0) words.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

}  // namespace

Acl::Acl(const CommandTable& commands) : commands_(&commands) {
  default_ = users_.emplace(kDefault, NewDefault()).first->second.get();
}

std::unique_ptr<AclUser> Acl::NewDefault() const {
  auto user = std::make_unique<AclUser>(std::string(kDefault), *commands_, all_channels_);
  MustApply(*user, {"+@all", "~*", "&*", "on", "nopass"});
  return user;
}

AclUser* Acl::Find(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : found->second.get();
}

Result<void> Acl::SetUser(std::string_view name, std::span<const std::string> rules) {
  AclUser* known = Find(name);
  AclUser changed =
      known != nullptr ? *known : AclUser(std::string(name), *commands_, all_channels_);
  changed.set_all_channels_by_default(all_channels_);
  if (const auto applied = changed.Apply(rules); !applied) {
    return Fail(applied.error().error.code(), SetUserFailure(applied.error()));
  }
  if (known != nullptr) {
    *known = std::move(changed);
  } else {
    users_.emplace(name, std::make_unique<AclUser>(std::move(changed)));
  }
  return {};
}

bool Acl::Remove(std::string_view name) {
  const auto found = users_.find(name);
  if (found == users_.end()) return false;
  users_.erase(found);
  return true;
}

void Acl::SetDefaultPassword(std::string_view password) {
  if (password.empty()) {
    MustApply(*default_, {"nopass"});
  } else {
    MustApply(*default_, {"resetpass", '>' + std::string(password)});
  }
}

Result<void> Acl::AddLines(std::span<const UserLine> lines) {
  for (const UserLine& line : lines) {
    AclUser user(line.name, *commands_, all_channels_);
    if (HasSpaceOrNul(line.name)) {
      return Fail(Errc::kInvalidArgument, "Spaces not allowed in ACL usernames");
    }
    if (const auto applied = user.Apply(line.rules); !applied) {
      return Fail(Errc::kInvalidArgument, "Error loading ACL rule '" + applied.error().rule +
                                              "' for the user named '" + line.name +
                                              "': " + applied.error().error.detail());
    }
    AclUser* known = Find(line.name);
    if (known != nullptr && known != default_) {
      return Fail(Errc::kInvalidArgument, "Duplicate user '" + line.name +
                                              "' found. A user can only be defined once in config "
                                              "files");
    }
    if (known != nullptr) {
      *known = std::move(user);
    } else {
      users_.emplace(line.name, std::make_unique<AclUser>(std::move(user)));
    }
  }
  return {};
}

std::vector<UserLine> Acl::Lines(std::string_view requirepass) const {
  const Acl untouched(*commands_);
  if (!requirepass.empty()) {
    MustApply(*untouched.default_, {"resetpass", '>' + std::string(requirepass)});
  }
  if (users_.size() == 1 && default_->Describe() == untouched.default_->Describe()) return {};
  std::vector<UserLine> lines;
  for (const auto& [name, user] : users_) lines.push_back({name, SplitAtSpaces(user->Describe())});
  return lines;
}

std::unique_ptr<AclUser> Acl::ParseLine(const std::string& line, const std::string& place,
                                        std::string& problems) const {
  const std::vector<std::string> words = SplitAtSpaces(line);
  if (words.size() < 2 || words[0] != "user") {
    problems += place + " should start with user keyword followed by the username. ";
    return nullptr;
  }
  if (HasSpaceOrNul(words[1])) {
    problems += "'" + place + ": username '" + words[1] + "' contains invalid characters. ";
    return nullptr;
  }
  auto user = std::make_unique<AclUser>(words[1], *commands_, all_channels_);
  const auto applied = user->Apply(std::span(words).subspan(2));
  if (applied) return user;
  const Error& error = applied.error().error;
  // Which rule it was is told only of commands: another one may hold a password.
  problems += place + ": ";
  if (error.code() == Errc::kNotFound) {
    problems += "Error in applying operation '" + applied.error().rule + "': ";
  }
  problems += error.detail() + ". ";
  return nullptr;
}

Result<Acl::Users> Acl::ParseFile(std::string_view content, const std::string& path) const {
  Users users;
  std::string problems;
  for (int number = 1; !content.empty(); ++number) {
    const size_t end = content.find('\n');
    const std::string line(Trim(content.substr(0, end)));
    content = end == std::string_view::npos ? std::string_view() : content.substr(end + 1);
    if (line.empty()) continue;
    auto user = ParseLine(line, path + ':' + std::to_string(number), problems);
    if (user == nullptr) continue;
    if (users.contains(user->name())) {
      problems += "WARNING: Duplicate user '" + user->name() + "' found on line " +
                  std::to_string(number) + ". ";
      continue;
    }
    std::string name = user->name();
    users.emplace(std::move(name), std::move(user));
  }
  if (!problems.empty()) {
    return Fail(Errc::kInvalidArgument,
                problems +
                    "WARNING: ACL errors detected, no change to the previously active ACL rules "
                    "was performed");
  }
  if (!users.contains(kDefault)) users.emplace(kDefault, NewDefault());
  return users;
}

Acl::Users Acl::Replace(Users users) {
  for (auto& [name, user] : users) {
    AclUser* known = Find(name);
    if (known == nullptr) continue;
    *known = std::move(*user);
    user = std::move(users_.find(name)->second);
  }
  std::swap(users_, users);
  // Those that stay were moved out of the old map.
  std::erase_if(users, [](const auto& entry) { return entry.second == nullptr; });
  return users;
}

std::string Acl::FormatFile() const {
  std::string content;
  for (const auto& [name, user] : users_) content += "user " + name + ' ' + user->Describe() + '\n';
  return content;
}

}  // namespace kvasir

#include "src/engine/acl_selector.h"

#include <algorithm>
#include <cctype>

#include "src/base/glob.h"
#include "src/base/text.h"
#include "src/engine/acl_category.h"

namespace kvasir {
namespace {

tl::unexpected<Error> Unknown() {
  return Fail(Errc::kNotFound, "Unknown command or category name in ACL");
}
tl::unexpected<Error> Syntax() { return Fail(Errc::kInvalidArgument, "Syntax error"); }

// Calls `visit` for every command and every subcommand.
template <typename Visit>
void ForEachCommand(const CommandTable& commands, Visit&& visit) {
  for (const auto& command : commands.commands()) {
    visit(*command);
    for (const Command* sub : command->subcommands) visit(*sub);
  }
}

}  // namespace

bool HasSpaceOrNul(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == 0 || isspace(c) != 0; });
}

const std::vector<KeyPosition>& AclRequest::Keys() {
  if (!keys_known_) FindKeys(command, arguments, keys_);
  keys_known_ = true;
  return keys_;
}

const std::vector<ChannelPosition>& AclRequest::Channels() {
  if (!channels_known_) FindChannels(command, arguments, channels_);
  channels_known_ = true;
  return channels_;
}

Result<void> AclSelector::Apply(std::string_view rule) {
  if (ApplyWord(rule)) return {};
  if (rule.empty()) return Syntax();
  const std::string_view rest = rule.substr(1);
  switch (rule[0]) {
    case '~':
    case '%':
      return AddKeyPattern(rule);
    case '&':
      return AddChannel(rest);
    case '+':
    case '-':
      if (rest.starts_with('@')) return ApplyCategory(rest, rule[0] == '+');
      return ApplyCommand(rest, rule[0] == '+');
    default:
      return Syntax();
  }
}

// The rules that are whole words.
bool AclSelector::ApplyWord(std::string_view rule) {
  const auto is = [&](std::string_view word, std::string_view sign) {
    return EqualsIgnoreCase(rule, word) || (!sign.empty() && EqualsIgnoreCase(rule, sign));
  };
  if (is("allkeys", "~*") || is("resetkeys", "")) {
    all_keys_ = !is("resetkeys", "");
    keys_.clear();
  } else if (is("allchannels", "&*") || is("resetchannels", "")) {
    all_channels_ = !is("resetchannels", "");
    channels_.clear();
  } else if (is("allcommands", "+@all") || is("nocommands", "-@all")) {
    SetAllCommands(is("allcommands", "+@all"));
  } else {
    return false;
  }
  return true;
}

void AclSelector::SetAllCommands(bool allow) {
  allowed_.assign(allowed_.size(), allow);
  starts_with_all_ = all_commands_ = allow;
  rules_.clear();
  first_arguments_.clear();
}

void AclSelector::SetBit(const Command& command, bool allow) {
  allowed_[command.id] = allow;
  if (!allow) all_commands_ = false;
}

void AclSelector::SetCommand(const Command& command, bool allow) {
  SetBit(command, allow);
  std::erase_if(first_arguments_, [&](const auto& first) { return first.first == command.id; });
  for (const Command* sub : command.subcommands) SetBit(*sub, allow);
}

// A rule replaces an earlier one about the same command, or about a subcommand of it.
void AclSelector::NoteRule(std::string_view name, bool allow) {
  std::string lower = ToLower(name);
  std::erase_if(rules_, [&](const CommandRule& rule) {
    return rule.name == lower || (rule.name.starts_with(lower) && rule.name[lower.size()] == '|');
  });
  rules_.push_back({allow, std::move(lower)});
}

Result<void> AclSelector::ApplyCommand(std::string_view name, bool allow) {
  const Command* command = commands_->FindByName(name);
  if (command == nullptr && allow && name.find('|') != std::string_view::npos) {
    return AllowFirstArgument(name);
  }
  if (command == nullptr) return Unknown();
  SetCommand(*command, allow);
  NoteRule(command->full_name, allow);
  return {};
}

// "+select|0": a command without subcommands, with this first argument only.
Result<void> AclSelector::AllowFirstArgument(std::string_view name) {
  const size_t bar = name.rfind('|');
  const Command* command = commands_->FindByName(name.substr(0, bar));
  if (command == nullptr) return Unknown();
  if (command->parent != nullptr) {
    return Fail(Errc::kInvalidArgument, "Allowing first-arg of a subcommand is not supported");
  }
  if (bar + 1 == name.size()) return Syntax();
  if (!command->subcommands.empty()) return Unknown();
  const std::string word = ToLower(name.substr(bar + 1));
  const std::pair<size_t, std::string> first(command->id, word);
  if (std::find(first_arguments_.begin(), first_arguments_.end(), first) ==
      first_arguments_.end()) {
    first_arguments_.push_back(first);
  }
  NoteRule(name, true);
  return {};
}

Result<void> AclSelector::ApplyCategory(std::string_view name, bool allow) {
  const uint32_t category = AclCategoryOf(name.substr(1));
  if (category == 0) return Unknown();
  NoteRule(name, allow);
  ForEachCommand(*commands_, [&](const Command& command) {
    if ((command.categories & category) != 0) SetCommand(command, allow);
  });
  return {};
}

Result<void> AclSelector::AddKeyPattern(std::string_view rule) {
  if (all_keys_) {
    return Fail(Errc::kInvalidArgument,
                "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and "
                "does not have any effect. Try 'resetkeys' to start with an empty list of "
                "patterns");
  }
  uint8_t permissions = kMayRead | kMayWrite;
  std::string_view pattern = rule.substr(1);
  if (rule[0] == '%') {
    permissions = 0;
    const size_t end = rule.find('~');
    if (end == std::string_view::npos) return Syntax();
    for (const char letter : rule.substr(1, end - 1)) {
      const int upper = toupper(static_cast<unsigned char>(letter));
      const uint8_t permission = upper == 'R' ? kMayRead : upper == 'W' ? kMayWrite : 0;
      if (permission == 0 || (permissions & permission) != 0) return Syntax();
      permissions |= permission;
    }
    if (permissions == 0) return Syntax();
    pattern = rule.substr(end + 1);
  }
  if (HasSpaceOrNul(pattern)) return Syntax();
  const auto known = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const KeyPattern& key) { return key.pattern == pattern; });
  if (known != keys_.end()) {
    known->permissions |= permissions;
  } else {
    keys_.push_back({permissions, std::string(pattern)});
  }
  return {};
}

Result<void> AclSelector::AddChannel(std::string_view pattern) {
  if (all_channels_) {
    return Fail(Errc::kInvalidArgument,
                "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and "
                "does not have any effect. Try 'resetchannels' to start with an empty list of "
                "channels");
  }
  if (HasSpaceOrNul(pattern)) return Syntax();
  if (std::find(channels_.begin(), channels_.end(), pattern) == channels_.end()) {
    channels_.emplace_back(pattern);
  }
  return {};
}

uint8_t AclSelector::PermissionsFor(uint16_t key_flags) {
  uint8_t permissions = 0;
  if ((key_flags & kKeyAccess) != 0) permissions |= kMayRead;
  if ((key_flags & (kKeyInsert | kKeyDelete | kKeyUpdate)) != 0) permissions |= kMayWrite;
  return permissions;
}

bool AclSelector::AllowsCommand(const AclRequest& request) const {
  const Command& command = request.command;
  if (all_commands_ || command.Has(kNoAuth) || allowed_[command.id]) return true;
  if (request.arguments.size() < 2) return false;
  return std::any_of(first_arguments_.begin(), first_arguments_.end(), [&](const auto& first) {
    return first.first == command.id && EqualsIgnoreCase(first.second, request.arguments[1]);
  });
}

bool AclSelector::AllowsKey(std::string_view key, uint8_t permissions) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const KeyPattern& allowed) {
    return (allowed.permissions & permissions) == permissions && GlobMatch(allowed.pattern, key);
  });
}

// A pattern to subscribe to has to stand among the rules as it is; a channel has to match one.
bool AclSelector::MayUseChannel(std::string_view channel, bool is_pattern) const {
  if (all_channels_) return true;
  return std::any_of(channels_.begin(), channels_.end(), [&](const std::string& allowed) {
    return is_pattern ? allowed == channel : GlobMatch(allowed, channel);
  });
}

AclVerdict AclSelector::Check(AclRequest& request) const {
  if (!AllowsCommand(request)) return {AclDenial::kCommand, 0};
  if (!all_keys_ && !request.command.row->keys.empty()) {
    for (const KeyPosition& key : request.Keys()) {
      if (!AllowsKey(request.arguments[key.index], PermissionsFor(key.flags))) {
        return {AclDenial::kKey, key.index};
      }
    }
  }
  if (!all_channels_) {
    for (const ChannelPosition& channel : request.Channels()) {
      if (!MayUseChannel(request.arguments[channel.index], channel.is_pattern)) {
        return {AclDenial::kChannel, channel.index};
      }
    }
  }
  return {};
}

bool AclSelector::ReadsAllKeys() const {
  return all_keys_ || std::any_of(keys_.begin(), keys_.end(), [](const KeyPattern& key) {
           return (key.permissions & kMayRead) != 0 && key.pattern == "*";
         });
}

std::string AclSelector::DescribeCommands() const {
  std::string text = starts_with_all_ ? "+@all" : "-@all";
  for (const CommandRule& rule : rules_) text += (rule.allow ? " +" : " -") + rule.name;
  return text;
}

std::string AclSelector::DescribeKeys() const {
  if (all_keys_) return "~*";
  std::string text;
  for (const KeyPattern& key : keys_) {
    if (!text.empty()) text += ' ';
    if (key.permissions == kMayRead) text += "%R";
    if (key.permissions == kMayWrite) text += "%W";
    text += '~' + key.pattern;
  }
  return text;
}

std::string AclSelector::DescribeChannels() const {
  if (all_channels_) return "&*";
  std::string text;
  for (const std::string& channel : channels_) text += (text.empty() ? "&" : " &") + channel;
  return text;
}

std::string AclSelector::Describe() const {
  std::string text = DescribeKeys();
  if (!text.empty()) text += ' ';
  const std::string channels = DescribeChannels();
  if (!all_channels_) text += "resetchannels ";
  if (!channels.empty()) text += channels + ' ';
  return text + DescribeCommands();
}

}  // namespace kvasir

#include "src/engine/acl_user.h"

#include <sha2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/request_parser.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr size_t kHashDigits = 64;

std::string HashPassword(std::string_view password) {
  std::array<char, SHA256_DIGEST_STRING_LENGTH> digits{};
  SHA256Data(reinterpret_cast<const uint8_t*>(password.data()), password.size(), digits.data());
  return std::string(digits.data(), kHashDigits);
}

bool IsHash(std::string_view text) {
  return text.size() == kHashDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool SameHash(std::string_view a, std::string_view b) {
  unsigned difference = 0;
  for (size_t i = 0; i < kHashDigits; ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

struct MergedRules {
  std::vector<std::string> rules;
  std::string open;  // a part with a parenthesis that is never closed
};

// Puts together what stands between parentheses in several parts.
MergedRules Merge(std::span<const std::string> parts) {
  MergedRules merged;
  std::string open;
  for (const std::string& part : parts) {
    if (open.empty() && (!part.starts_with('(') || part.ends_with(')'))) {
      merged.rules.push_back(part);
      continue;
    }
    if (open.empty()) merged.open = part;
    open += open.empty() ? part : ' ' + part;
    if (!part.ends_with(')')) continue;
    merged.rules.push_back(std::exchange(open, {}));
  }
  if (open.empty()) merged.open.clear();
  return merged;
}

}  // namespace

AclUser::AclUser(std::string name, const CommandTable& commands, bool all_channels)
    : name_(std::move(name)),
      commands_(&commands),
      all_channels_by_default_(all_channels),
      selectors_{AclSelector(commands, all_channels)} {}

tl::expected<void, AclUser::RuleError> AclUser::Apply(std::span<const std::string> rules) {
  const MergedRules merged = Merge(rules);
  if (!merged.open.empty()) {
    return tl::unexpected(RuleError{
        {},
        Error(Errc::kInvalidArgument,
              "Unmatched parenthesis in acl selector starting at '" + merged.open + "'.")});
  }
  for (const std::string& rule : merged.rules) {
    const Result<void> applied = ApplyOne(rule);
    if (!applied) return tl::unexpected(RuleError{rule, applied.error()});
  }
  return {};
}

Result<void> AclUser::ApplyOne(std::string_view rule) {
  if (rule.empty() || ApplyFlag(rule)) return {};
  switch (rule[0]) {
    case '>':
    case '#':
    case '<':
    case '!':
      return ChangePassword(rule[0], rule.substr(1));
    case '(':
      if (rule.ends_with(')')) return AddSelector(rule.substr(1, rule.size() - 2));
      break;
    default:
      break;
  }
  return selectors_.front().Apply(rule);
}

bool AclUser::ApplyFlag(std::string_view rule) {
  const auto is = [&](std::string_view word) { return EqualsIgnoreCase(rule, word); };
  if (is("on") || is("off")) {
    enabled_ = is("on");
  } else if (is("sanitize-payload") || is("skip-sanitize-payload")) {
    sanitize_payload_ = is("sanitize-payload");
  } else if (is("nopass") || is("resetpass")) {
    no_password_ = is("nopass");
    password_hashes_.clear();
  } else if (is("clearselectors")) {
    selectors_.erase(selectors_.begin() + 1, selectors_.end());
  } else if (is("reset")) {
    Reset();
  } else {
    return false;
  }
  return true;
}

void AclUser::Reset() { *this = AclUser(name_, *commands_, all_channels_by_default_); }

// '>' adds a password and '#' the hash of one; '<' and '!' take one away.
Result<void> AclUser::ChangePassword(char sign, std::string_view value) {
  const bool plain = sign == '>' || sign == '<';
  if (!plain && !IsHash(value)) {
    return Fail(Errc::kInvalidArgument,
                "The password hash must be exactly 64 characters and contain only lowercase "
                "hexadecimal characters");
  }
  std::string hash = plain ? HashPassword(value) : std::string(value);
  const auto known = std::find(password_hashes_.begin(), password_hashes_.end(), hash);
  if (sign == '>' || sign == '#') {
    if (known == password_hashes_.end()) password_hashes_.push_back(std::move(hash));
    no_password_ = false;
    return {};
  }
  if (known == password_hashes_.end()) {
    return Fail(Errc::kInvalidArgument,
                "The password you are trying to remove from the user does not exist");
  }
  password_hashes_.erase(known);
  return {};
}

Result<void> AclUser::AddSelector(std::string_view rules) {
  std::vector<std::string> words;
  if (!SplitQuoted(rules, words)) return Fail(Errc::kInvalidArgument, "Syntax error");
  AclSelector selector(*commands_, all_channels_by_default_);
  for (const std::string& word : words) {
    const Result<void> applied = selector.Apply(word);
    if (!applied) return applied;
  }
  selectors_.push_back(std::move(selector));
  return {};
}

bool AclUser::Admits(std::string_view password) const {
  if (!enabled_) return false;
  if (no_password_) return true;
  const std::string hash = HashPassword(password);
  bool admitted = false;
  for (const std::string& right : password_hashes_) admitted |= SameHash(hash, right);
  return admitted;
}

AclVerdict AclUser::Check(const Command& command,
                          std::span<const std::string_view> arguments) const {
  AclRequest request(command, arguments);
  AclVerdict worst{AclDenial::kCommand, 0};
  for (const AclSelector& selector : selectors_) {
    const AclVerdict verdict = selector.Check(request);
    if (verdict.allowed()) return verdict;
    const bool further = verdict.denial > worst.denial ||
                         (verdict.denial == worst.denial && verdict.argument > worst.argument);
    if (further) worst = verdict;
  }
  return worst;
}

bool AclUser::MayReadAllKeys(const Command& command,
                             std::span<const std::string_view> arguments) const {
  AclRequest request(command, arguments);
  return std::any_of(selectors_.begin(), selectors_.end(), [&](const AclSelector& selector) {
    return selector.Check(request).allowed() && selector.ReadsAllKeys();
  });
}

bool AclUser::MayUseChannel(std::string_view channel, bool is_pattern) const {
  return std::any_of(selectors_.begin(), selectors_.end(), [&](const AclSelector& selector) {
    return selector.MayUseChannel(channel, is_pattern);
  });
}

std::vector<std::string_view> AclUser::Flags() const {
  std::vector<std::string_view> flags = {enabled_ ? "on" : "off"};
  if (no_password_) flags.emplace_back("nopass");
  flags.emplace_back(sanitize_payload_ ? "sanitize-payload" : "skip-sanitize-payload");
  return flags;
}

std::string AclUser::Describe() const {
  std::string text;
  for (const std::string_view flag : Flags()) (text += flag) += ' ';
  for (const std::string& hash : password_hashes_) text += '#' + hash + ' ';
  text += selectors_.front().Describe();
  for (size_t i = 1; i < selectors_.size(); ++i) text += " (" + selectors_[i].Describe() + ')';
  return text;
}

}  // namespace kvasir

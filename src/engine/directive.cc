#include "src/engine/directive.h"

#include <charconv>
#include <optional>

#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

tl::unexpected<Error> Invalid(std::string reason) {
  return Fail(Errc::kInvalidArgument, std::move(reason));
}

std::string ToOctal(int64_t value) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value, 8);
  return {digits, end};
}

std::optional<int64_t> ParseOctal(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 8);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// How each kind reads one word into its field.
struct Setter {
  const std::string& word;
  Settings& settings;

  Result<void> operator()(const FlagField& kind) const {
    const bool yes = EqualsIgnoreCase(word, "yes");
    if (!yes && !EqualsIgnoreCase(word, "no")) return Invalid("argument must be 'yes' or 'no'");
    settings.*kind.field = yes;
    return {};
  }

  Result<void> operator()(const IntegerField& kind) const {
    const std::optional<int64_t> value = kind.is_octal ? ParseOctal(word) : ParseInt64(word);
    if (!value) {
      return Invalid(kind.is_octal ? "argument couldn't be parsed as an octal number"
                                   : "argument couldn't be parsed into an integer");
    }
    if (*value < kind.min || *value > kind.max) {
      const auto show = [&](int64_t n) { return kind.is_octal ? ToOctal(n) : std::to_string(n); };
      return Invalid("argument must be between " + show(kind.min) + " and " + show(kind.max) +
                     " inclusive");
    }
    settings.*kind.field = *value;
    return {};
  }

  Result<void> operator()(const MemoryField& kind) const {
    // Redis takes an empty text for 0, and tools use that to lift a limit.
    const std::optional<uint64_t> value = word.empty() ? 0 : ParseMemorySize(word);
    if (!value) return Invalid("argument must be a memory value");
    if (*value < kind.min || *value > kind.max) {
      return Invalid("argument must be between " + std::to_string(kind.min) + " and " +
                     std::to_string(kind.max) + " inclusive");
    }
    settings.*kind.field = *value;
    return {};
  }

  Result<void> operator()(const TextField& kind) const {
    settings.*kind.field = word;
    return {};
  }

  Result<void> operator()(const ChoiceField& kind) const {
    std::string known;
    for (size_t i = 0; i < kind.names.size(); ++i) {
      if (EqualsIgnoreCase(word, kind.names[i])) {
        kind.set(settings, i);
        return {};
      }
      known += (i == 0 ? "" : ", ") + std::string(kind.names[i]);
    }
    return Invalid("argument(s) must be one of the following: " + known);
  }

  // REQUIRES: ApplyDirective has dealt with it, since it takes more than one word.
  Result<void> operator()(const WordsField& kind) const { return kind.parse({&word, 1}, settings); }
};

struct Formatter {
  const Settings& settings;

  std::string operator()(const FlagField& kind) const {
    return settings.*kind.field ? "yes" : "no";
  }
  std::string operator()(const IntegerField& kind) const {
    return kind.is_octal ? ToOctal(settings.*kind.field) : std::to_string(settings.*kind.field);
  }
  std::string operator()(const MemoryField& kind) const {
    return std::to_string(settings.*kind.field);
  }
  std::string operator()(const TextField& kind) const { return settings.*kind.field; }
  std::string operator()(const ChoiceField& kind) const {
    return std::string(kind.names[kind.get(settings)]);
  }
  std::string operator()(const WordsField& kind) const { return kind.format(settings); }
};

Result<void> SetWords(const Directive& directive, std::span<const std::string> words,
                      Settings& settings) {
  if (const auto* kind = std::get_if<WordsField>(&directive.field)) {
    if (words.size() != 1) return kind->parse(words, settings);
    // One text may hold all the words (`--save "60 1"`), or none (`save ""`).
    return kind->parse(SplitDirectiveValue(directive, words[0]), settings);
  }
  if (words.size() != 1) return Invalid("wrong number of arguments");
  return std::visit(Setter{words[0], settings}, directive.field);
}

}  // namespace

const Directive* FindDirective(std::string_view name) {
  for (const Directive& directive : AllDirectives()) {
    if (EqualsIgnoreCase(name, directive.name)) return &directive;
    if (!directive.alias.empty() && EqualsIgnoreCase(name, directive.alias)) return &directive;
  }
  return nullptr;
}

Result<void> ApplyDirective(const Directive& directive, std::span<const std::string> words,
                            Settings& settings) {
  Result<void> done = SetWords(directive, words, settings);
  if (done && directive.check != nullptr) done = directive.check(settings);
  return done;
}

std::string FormatDirective(const Directive& directive, const Settings& settings) {
  return std::visit(Formatter{settings}, directive.field);
}

std::vector<std::string> SplitDirectiveValue(const Directive& directive, std::string_view value) {
  std::vector<std::string> words;
  if (!std::holds_alternative<WordsField>(directive.field)) return {std::string(value)};
  while (!value.empty()) {
    const size_t end = value.find(' ');
    words.emplace_back(value.substr(0, end));
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
  }
  return words;
}

}  // namespace kvasir

// The directives: what redis.conf, the command line and CONFIG call the fields of Settings, and
// how their values are checked and written.
// THREAD: any; the table is constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

// The kinds of values. Each binds one field, so that a directive is one row of the table.
struct FlagField {  // "yes" or "no"
  bool Settings::*field;
};
struct IntegerField {
  int64_t Settings::*field;
  int64_t min;
  int64_t max;
  bool is_octal = false;
};
struct MemoryField {  // bytes, also as "64mb"
  uint64_t Settings::*field;
  uint64_t min;
  uint64_t max;
};
struct TextField {
  std::string Settings::*field;
};
struct ChoiceField {  // one of some words; the place in `names` is the enumerator's value
  std::span<const std::string_view> names;
  size_t (*get)(const Settings&);
  void (*set)(Settings&, size_t);
};
struct WordsField {  // a grammar of its own, over any number of words
  Result<void> (*parse)(std::span<const std::string> words, Settings& settings);
  std::string (*format)(const Settings& settings);
};

template <auto Field>
constexpr ChoiceField Choice(std::span<const std::string_view> names) {
  return {names, [](const Settings& settings) { return static_cast<size_t>(settings.*Field); },
          [](Settings& settings, size_t value) {
            using Enum = std::remove_reference_t<decltype(settings.*Field)>;
            settings.*Field = static_cast<Enum>(value);
          }};
}

// What CONFIG SET and messages have to know about a directive; bits.
inline constexpr uint32_t kImmutable = 1 << 0;   // fixed once the server runs
inline constexpr uint32_t kProtected = 1 << 1;   // CONFIG SET needs enable-protected-configs
inline constexpr uint32_t kSensitive = 1 << 2;   // its value appears in no message
inline constexpr uint32_t kAccumulate = 1 << 3;  // lines of a file add up instead of replacing
inline constexpr uint32_t kLines = 1 << 4;  // a line of a file for each line of the value; CONFIG
                                            // neither shows nor sets it

struct Directive {
  std::string_view name;
  std::string_view alias;  // an older name, or empty
  std::variant<FlagField, IntegerField, MemoryField, TextField, ChoiceField, WordsField> field;
  uint32_t flags = 0;
  // Called on the changed settings; may reject them, or move a value into its range.
  Result<void> (*check)(Settings& settings) = nullptr;

  bool Has(uint32_t flag) const { return (flags & flag) != 0; }
};

// All rows, in the order in which CONFIG GET lists them.
std::span<const Directive> AllDirectives();

// The row of a name or alias in any case; null when there is none.
const Directive* FindDirective(std::string_view name);

// True for a directive that Redis or Valkey knows and this server does not support.
bool IsUnsupportedDirective(std::string_view name);

// Sets the field from the words behind the name; kAccumulate adds to what is there, and no word at
// all clears it. On an error, whose detail is the reason in Redis's words, `settings` may be half
// changed: work on a copy.
Result<void> ApplyDirective(const Directive& directive, std::span<const std::string> words,
                            Settings& settings);

// The value as CONFIG GET shows it.
std::string FormatDirective(const Directive& directive, const Settings& settings);

// The words of a value that came as one text, as CONFIG SET takes it: those of a WordsField stand
// between single spaces, any other value is one word.
std::vector<std::string> SplitDirectiveValue(const Directive& directive, std::string_view value);

}  // namespace kvasir

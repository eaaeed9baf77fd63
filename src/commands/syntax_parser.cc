#include "src/commands/syntax_parser.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "src/base/text.h"

namespace kvasir {
namespace {

// What the notation says before it is known what belongs together.
struct Item {
  std::string word;                             // empty for a group
  std::vector<std::vector<Item>> alternatives;  // of a group
  bool optional = false;
  bool repeated = false;

  bool is_token() const {
    const auto upper = [](char c) { return isupper(static_cast<uint8_t>(c)) != 0; };
    const auto lower = [](char c) { return islower(static_cast<uint8_t>(c)) != 0; };
    return std::any_of(word.begin(), word.end(), upper) &&
           std::none_of(word.begin(), word.end(), lower);
  }
  bool operator==(const Item& other) const = default;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Item> ReadSequence() {
    std::vector<Item> items;
    while (true) {
      const std::string_view word = Next();
      if (word.empty() || word == "]" || word == ">" || word == "|") {
        ended_by_ = word;
        return items;
      }
      if (word == "...") {
        ellipsis_ = true;
      } else if (word == "[" || word == "<") {
        AddGroup(word == "[", items);
      } else {
        items.push_back({std::string(word), {}});
      }
    }
  }

 private:
  static bool IsMark(char c) { return c == '[' || c == ']' || c == '<' || c == '>' || c == '|'; }

  std::string_view Next() {
    text_.remove_prefix(std::min(text_.size(), text_.find_first_not_of(' ')));
    size_t size = 0;
    if (!text_.empty() && IsMark(text_[0])) {
      size = 1;
    } else {
      while (size < text_.size() && text_[size] != ' ' && !IsMark(text_[size])) ++size;
    }
    const std::string_view word = text_.substr(0, size);
    text_.remove_prefix(size);
    return word;
  }

  void AddGroup(bool optional, std::vector<Item>& before) {
    Item group;
    group.optional = optional;
    ellipsis_ = false;
    do {
      group.alternatives.push_back(ReadSequence());
    } while (ended_by_ == "|");
    const bool repeats = ellipsis_;
    ellipsis_ = false;
    if (repeats && FoldRepetition(group, before)) return;
    group.repeated = repeats;
    before.push_back(std::move(group));
  }

  // "x y [x y ...]": the group says that what stands before it may be repeated.
  static bool FoldRepetition(const Item& group, std::vector<Item>& before) {
    const std::vector<Item>& again = group.alternatives.front();
    if (group.alternatives.size() != 1 || again.empty() || again.size() > before.size()) {
      return false;
    }
    const auto begin = before.end() - static_cast<ptrdiff_t>(again.size());
    if (!std::equal(again.begin(), again.end(), begin)) return false;
    Item folded;
    folded.alternatives = {again};
    folded.repeated = true;
    before.erase(begin, before.end());
    before.push_back(std::move(folded));
    return true;
  }

  std::string_view text_;
  std::string_view ended_by_;
  bool ellipsis_ = false;
};

template <size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string TypeOf(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kKeys = {
      "key", "key1", "key2", "newkey", "source", "destination", "numkeys-key"};
  static constexpr std::array<std::string_view, 27> kIntegers = {
      "seconds", "milliseconds", "count",      "index",          "offset",      "start",
      "end",     "increment",    "decrement",  "integer",        "cursor",      "timeout",
      "db",      "client-id",    "maxage",     "destination-db", "numreplicas", "numlocal",
      "index1",  "index2",       "protover",   "min-match-len",  "numkeys",     "idle",
      "version", "lower-bound",  "upper-bound"};
  static constexpr std::array<std::string_view, 4> kDoubles = {"score", "weight", "longitude",
                                                               "latitude"};
  if (IsOneOf(name, kKeys)) return "key";
  if (IsOneOf(name, kIntegers)) return "integer";
  if (IsOneOf(name, kDoubles)) return "double";
  if (name.starts_with("unix-time")) return "unix-time";
  return name == "pattern" ? "pattern" : "string";
}

std::vector<SyntaxArgument> ToArguments(const std::vector<Item>& items);

// One argument for several: a block, which takes its first word over when that is a token.
SyntaxArgument ToOne(std::vector<SyntaxArgument> arguments) {
  if (arguments.size() == 1) return std::move(arguments.front());
  SyntaxArgument block;
  block.type = "block";
  block.arguments = std::move(arguments);
  if (!block.arguments.empty()) block.name = block.arguments.front().name;
  return block;
}

SyntaxArgument ToChoice(const Item& group) {
  SyntaxArgument choice;
  choice.type = "oneof";
  for (const std::vector<Item>& alternative : group.alternatives) {
    choice.arguments.push_back(ToOne(ToArguments(alternative)));
    choice.name += (choice.name.empty() ? "" : "_") + choice.arguments.back().name;
  }
  return choice;
}

SyntaxArgument ToArgument(const Item& item) {
  SyntaxArgument argument;
  if (item.alternatives.size() > 1) {
    argument = ToChoice(item);
  } else if (item.alternatives.size() == 1) {
    argument = ToOne(ToArguments(item.alternatives.front()));
    argument.multiple_token |= item.repeated && !argument.token.empty();
  } else {
    argument.name = item.is_token() ? ToLower(item.word) : item.word;
    argument.type = item.is_token() ? "pure-token" : TypeOf(item.word);
    if (item.is_token()) argument.token = item.word;
  }
  argument.optional = argument.optional || item.optional;
  argument.multiple = argument.multiple || item.repeated;
  return argument;
}

// "LIMIT offset count": all that follows the token belongs to it. With one placeholder that is its
// own argument, with several a block.
bool TakesAll(const std::vector<Item>& items) {
  return items.size() > 2 && items.front().is_token() &&
         std::all_of(items.begin() + 1, items.end(),
                     [](const Item& item) { return !item.is_token() && !item.optional; });
}

std::vector<SyntaxArgument> ToArguments(const std::vector<Item>& items) {
  if (TakesAll(items)) {
    SyntaxArgument block = ToOne(ToArguments({items.begin() + 1, items.end()}));
    block.name = ToLower(items.front().word);
    block.token = items.front().word;
    return {block};
  }
  std::vector<SyntaxArgument> arguments;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool has_value = items[i].is_token() && i + 1 < items.size() &&
                           !items[i + 1].is_token() && !items[i + 1].optional;
    if (!has_value) {
      arguments.push_back(ToArgument(items[i]));
      continue;
    }
    SyntaxArgument argument = ToArgument(items[i + 1]);
    argument.token = items[i].word;
    arguments.push_back(std::move(argument));
    ++i;
  }
  return arguments;
}

}  // namespace

std::vector<SyntaxArgument> ParseSyntax(std::string_view syntax) {
  return ToArguments(Reader(syntax).ReadSequence());
}

}  // namespace kvasir

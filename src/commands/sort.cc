// SORT and SORT_RO.
#include "src/store/sort.h"

#include <fmt/format.h>

#include <utility>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/notify.h"
#include "src/engine/argument_reader.h"
#include "src/store/list_type.h"

namespace kvasir {
namespace {

constexpr std::string_view kNotNumbers = "ERR One or more scores can't be converted into double";

struct SortArguments {
  SortRequest request;
  std::optional<Key> destination;
};

// A pattern leads to keys that the request does not name: only who may read them all may ask.
void CheckPattern(Call& call, ArgumentReader& read, std::string_view option,
                  std::string_view pattern) {
  const bool leads_to_keys = pattern.find('*') != std::string_view::npos;
  if (!leads_to_keys || call.MayReadAllKeys()) return;
  read.Fail(
      fmt::format("ERR {} option of SORT denied due to insufficient ACL permissions.", option));
}

bool ReadArguments(Call& call, bool may_store, SortArguments& arguments) {
  SortRequest& request = arguments.request;
  // Scripts are to get the same as ever, too.
  request.stores = call.session().is_script;
  ArgumentReader read(call, 2);
  while (!read.AtEnd()) {
    if (read.TakeWord("ASC")) {
      request.descending = false;
    } else if (read.TakeWord("DESC")) {
      request.descending = true;
    } else if (read.TakeWord("ALPHA")) {
      request.alphabetic = true;
    } else if (read.TakeOption("LIMIT", 2)) {
      request.offset = read.NextInteger();
      request.count = read.NextInteger();
    } else if (may_store && read.TakeOption("STORE", 1)) {
      arguments.destination = read.NextKey();
      request.stores = true;
    } else if (read.TakeOption("BY", 1)) {
      request.by = read.Next();
      CheckPattern(call, read, "BY", *request.by);
    } else if (read.TakeOption("GET", 1)) {
      request.get.push_back(read.Next());
      CheckPattern(call, read, "GET", request.get.back());
    } else {
      read.Fail(errors::kSyntax);
    }
  }
  return read.Finish();
}

// A list of the result takes the place of whatever is there; no result, no list.
void Store(Call& call, const Key& destination, const SortedElements& sorted) {
  Database& database = call.database();
  const Database::Position old = database.Locate(destination);
  const bool existed = static_cast<bool>(old);
  if (existed) database.Remove(destination, old);
  std::vector<std::string_view> elements;
  elements.reserve(sorted.size());
  for (const auto& element : sorted) {
    elements.push_back(element ? std::string_view(*element) : std::string_view());
  }
  // What takes the place of another value is no new key.
  bool& tells_of_new = database.context().notify_new_keys;
  const bool told = std::exchange(tells_of_new, tells_of_new && !existed);
  if (!elements.empty()) ListPush(database, destination, {}, ListEnd::kTail, elements);
  tells_of_new = told;
  call.reply.Integer(static_cast<int64_t>(sorted.size()));
  NotifyStored(call, kNotifyList, "sortstore", destination, !elements.empty(), existed);
}

void Sort(Call& call, bool may_store) {
  SortArguments arguments;
  if (!ReadArguments(call, may_store, arguments)) return;
  const Entry* entry = call.database().Read(call.KeyAt(1));
  if (entry != nullptr && entry->type() != ValueType::kList && entry->type() != ValueType::kSet &&
      entry->type() != ValueType::kSortedSet) {
    call.Error(errors::kWrongType);
    return;
  }
  const Result<SortedElements> sorted = SortElements(call.database(), entry, arguments.request);
  if (!sorted) {
    call.Error(kNotNumbers);
    return;
  }
  if (arguments.destination) {
    Store(call, *arguments.destination, *sorted);
    return;
  }
  call.reply.Array(sorted->size());
  for (const auto& element : *sorted) {
    if (element) {
      call.reply.Bulk(*element);
    } else {
      call.reply.Null();
    }
  }
}

void CmdSort(Call& call) { Sort(call, true); }
void CmdSortRo(Call& call) { Sort(call, false); }

// The key behind the last STORE that is not what another option takes.
size_t FindStore(std::span<const std::string_view> arguments) {
  size_t found = 0;
  for (size_t i = 2; i + 1 < arguments.size(); ++i) {
    if (EqualsIgnoreCase(arguments[i], "LIMIT")) {
      i += 2;
    } else if (EqualsIgnoreCase(arguments[i], "BY") || EqualsIgnoreCase(arguments[i], "GET")) {
      ++i;
    } else if (EqualsIgnoreCase(arguments[i], "STORE")) {
      found = ++i;
    }
  }
  return found;
}

// What BY and GET read cannot be told from the arguments.
constexpr KeySpec kSortKeys[] = {{.flags = kKeyReadOnly | kKeyAccess},
                                 {.flags = kKeyOverwrite | kKeyUpdate | kKeyIncomplete,
                                  .begin = 2,
                                  .keyword = "STORE",
                                  .search = FindStore}};
constexpr KeySpec kSortRoKeys[] = {{.flags = kKeyReadOnly | kKeyAccess | kKeyIncomplete}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "sort", .handler = CmdSort, .arity = -2,
     .flags = kWrite | kDenyOom | kMovableKeys | kReadsAllKeys,
     .categories = kAclList | kAclSet | kAclSortedSet | kAclDangerous, .keys = kSortKeys,
     .since = "1.0.0", .group = CommandGroup::kGeneric,
     .summary = "Sorts the elements of a list, a set or a sorted set, and may store the result.",
     .syntax = "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] "
               "[ASC | DESC] [ALPHA] [STORE destination]"},
    {.name = "sort_ro", .handler = CmdSortRo, .arity = -2,
     .flags = kReadOnly | kMovableKeys | kReadsAllKeys,
     .categories = kAclList | kAclSet | kAclSortedSet | kAclDangerous, .keys = kSortRoKeys,
     .since = "7.0.0", .group = CommandGroup::kGeneric,
     .summary = "Replies the sorted elements of a list, a set or a sorted set.",
     .syntax = "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] "
               "[ASC | DESC] [ALPHA]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> SortCommands() { return kRows; }

}  // namespace kvasir

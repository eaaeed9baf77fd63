#include "src/engine/command_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "src/base/text.h"
#include "src/engine/gates.h"

namespace kvasir {
namespace {

uint32_t AllCategories(const CommandRow& row) {
  uint32_t categories = row.categories;
  const auto imply = [&](uint32_t flag, uint32_t category) {
    if ((row.flags & flag) != 0) categories |= category;
  };
  imply(kWrite, kAclWrite);
  if ((categories & kAclScripting) == 0) imply(kReadOnly, kAclRead);
  imply(kAdmin, kAclAdmin | kAclDangerous);
  imply(kPubSub, kAclPubSub);
  imply(kFast, kAclFast);
  imply(kBlocking, kAclBlocking);
  if ((categories & kAclFast) == 0) categories |= kAclSlow;
  return categories;
}

// The specifications as one range, when they are: each begins right behind the one before it.
void SetKeyRange(Command& command) {
  int first = 0;
  int last = 0;
  for (const KeySpec& spec : command.row->keys) {
    const bool fixed =
        spec.keyword == nullptr && spec.find == KeySpec::Find::kRange && spec.limit == 0;
    const bool joins = first == 0 || (last > 0 && spec.begin == last + 1 && spec.step == 1);
    // Keys that the request itself says where they are have no place here, as in Redis.
    if (!fixed) continue;
    if (!joins) return;
    if (first == 0) first = spec.begin;
    last = spec.last < 0 ? spec.last : spec.begin + spec.last;
  }
  if (first == 0) return;
  command.first_key = first;
  command.last_key = last;
  command.key_step = command.row->keys[0].step;
}

std::unique_ptr<Command> MakeCommand(const CommandRow& row, Command* parent) {
  auto command = std::make_unique<Command>();
  command->row = &row;
  command->parent = parent;
  if (parent != nullptr) command->full_name = parent->full_name + "|";
  command->full_name += row.name;
  command->categories = AllCategories(row);
  command->gates = GatesOf(row.flags);
  SetKeyRange(*command);
  return command;
}

}  // namespace

CommandTable::FoldedName::FoldedName(std::string_view name) : size(name.size()) {
  constexpr uint64_t kLowerBits = 0x2020202020202020;
  if (!name.empty()) memcpy(words, name.data(), std::min(name.size(), sizeof words));
  words[0] |= kLowerBits;
  words[1] |= kLowerBits;
}

size_t CommandTable::FoldedName::Hash() const {
  const uint64_t mixed = (words[0] * 0x9e3779b97f4a7c15) ^ (words[1] * 0xc2b2ae3d27d4eb4f) ^ size;
  return static_cast<size_t>((mixed * 0xff51afd7ed558ccd) >> 40) & (kSlots - 1);
}

CommandTable::CommandTable(std::span<const std::span<const CommandRow>> families) : slots_(kSlots) {
  for (const auto& family : families) {
    for (const CommandRow& row : family) Add(row);
  }
}

void CommandTable::Add(const CommandRow& row) {
  commands_.push_back(MakeCommand(row, nullptr));
  Command* command = commands_.back().get();
  command->id = count() - 1;
  for (const CommandRow& sub : row.subcommands) {
    subcommands_.push_back(MakeCommand(sub, command));
    subcommands_.back()->id = count() - 1;
    command->subcommands.push_back(subcommands_.back().get());
  }
  const FoldedName name(row.name);
  size_t slot = name.Hash();
  while (slots_[slot].command != nullptr) slot = (slot + 1) & (kSlots - 1);
  const bool letters =
      std::all_of(row.name.begin(), row.name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  slots_[slot] = {command, name, letters && row.name.size() <= sizeof name.words};
}

Command* CommandTable::FindTop(std::string_view text) const {
  const FoldedName name(text);
  for (size_t at = name.Hash(); slots_[at].command != nullptr; at = (at + 1) & (kSlots - 1)) {
    const Slot& slot = slots_[at];
    if (slot.name != name) continue;
    if (slot.decides || EqualsIgnoreCase(slot.command->row->name, text)) return slot.command;
  }
  return nullptr;
}

Command* CommandTable::Find(std::span<const std::string_view> arguments) const {
  Command* command = FindTop(arguments[0]);
  if (command == nullptr || command->subcommands.empty() || arguments.size() < 2) return command;
  for (Command* sub : command->subcommands) {
    if (EqualsIgnoreCase(sub->row->name, arguments[1])) return sub;
  }
  return command;
}

Command* CommandTable::FindByName(std::string_view full_name) const {
  const size_t bar = full_name.find('|');
  if (bar == std::string_view::npos) return FindTop(full_name);
  const std::string_view parts[] = {full_name.substr(0, bar), full_name.substr(bar + 1)};
  Command* command = Find(parts);
  return command != nullptr && command->parent != nullptr ? command : nullptr;
}

void CommandTable::ResetStats() {
  const auto reset = [](Command& command) {
    command.calls = command.total_ns = command.rejected_calls = command.failed_calls = 0;
    command.latency_ns.Clear();
  };
  for (const auto& command : commands_) reset(*command);
  for (const auto& command : subcommands_) reset(*command);
}

}  // namespace kvasir

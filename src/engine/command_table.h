// All commands by name, with what is counted per command.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/histogram.h"
#include "src/engine/command.h"

namespace kvasir {

// A row at run time.
struct Command {
  const CommandRow* row = nullptr;
  size_t id = 0;                      // 0, 1, 2, ... over all commands and subcommands
  std::string full_name;              // "config|get"
  Command* parent = nullptr;          // of a subcommand
  std::vector<Command*> subcommands;  // in the order of the rows
  uint32_t gates = 0;                 // GateBit
  uint32_t categories = 0;            // all of them, those that follow from the flags included

  // The keys of a command whose specifications make up one range from a fixed index; first_key is 0
  // for any other, and then FindKeys has to be asked.
  int first_key = 0;
  int last_key = 0;
  int key_step = 0;

  uint64_t calls = 0;
  uint64_t total_ns = 0;
  uint64_t rejected_calls = 0;  // refused before it ran
  uint64_t failed_calls = 0;    // replied with an error
  Histogram latency_ns;

  bool Has(CommandFlag flag) const { return (row->flags & flag) != 0; }
  bool ArityMatches(size_t arguments) const {
    const auto count = static_cast<int64_t>(arguments);
    return row->arity >= 0 ? count == row->arity : count >= -row->arity;
  }
};

class CommandTable {
 public:
  explicit CommandTable(std::span<const std::span<const CommandRow>> families);
  CommandTable(const CommandTable&) = delete;
  CommandTable& operator=(const CommandTable&) = delete;

  // The command that `arguments` call, subcommand resolved; of a container whose subcommand is
  // missing or unknown the container itself; nullptr for an unknown name. Case does not matter.
  Command* Find(std::span<const std::string_view> arguments) const;
  // By name, "config" or "config|get".
  Command* FindByName(std::string_view full_name) const;

  // Top-level commands in the order of their families.
  std::span<const std::unique_ptr<Command>> commands() const { return commands_; }
  // How many there are, subcommands included.
  size_t count() const { return commands_.size() + subcommands_.size(); }
  void ResetStats();

 private:
  static constexpr size_t kSlots = 1024;  // a power of two, at least twice the commands

  // A name's first 16 bytes with bit 5 set, and its length. For a name of letters only, this is
  // equal for exactly the names that differ in case alone.
  struct FoldedName {
    uint64_t words[2] = {0, 0};
    size_t size = 0;
    explicit FoldedName(std::string_view name);
    bool operator==(const FoldedName&) const = default;
    size_t Hash() const;
  };
  struct Slot {
    Command* command = nullptr;
    FoldedName name{{}};
    bool decides = false;  // whether the folded name alone tells names apart
  };

  Command* FindTop(std::string_view name) const;
  void Add(const CommandRow& row);

  std::vector<std::unique_ptr<Command>> commands_;
  std::vector<std::unique_ptr<Command>> subcommands_;
  std::vector<Slot> slots_;
};

// One key among a command's arguments.
struct KeyPosition {
  size_t index;
  uint16_t flags;  // KeyFlag
};

// The keys that `arguments` name for `command`, by its specifications. False when the arguments
// contradict them (a key count that does not fit).
bool FindKeys(const Command& command, std::span<const std::string_view> arguments,
              std::vector<KeyPosition>& out);

// One channel, or pattern of channels, among a command's arguments.
struct ChannelPosition {
  size_t index;
  bool is_pattern;
};
void FindChannels(const Command& command, std::span<const std::string_view> arguments,
                  std::vector<ChannelPosition>& out);

}  // namespace kvasir

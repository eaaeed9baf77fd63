// LATENCY: spikes by event, and how long commands take.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "src/base/text.h"
#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/latency_text.h"
#include "src/commands/reasons_reply.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

void CmdLatencyDoctor(Call& call) {
  call.reply.Verbatim("txt", DiagnoseLatency(call.engine().latency()));
}

void CmdLatencyGraph(Call& call) {
  const auto& events = call.engine().latency().events();
  const auto found = events.find(call[2]);
  if (found == events.end()) {
    call.Error(fmt::format("ERR No samples available for event '{}'", call[2]));
    return;
  }
  call.reply.Verbatim("txt", DrawLatency(found->first, found->second, call.now_ms() / 1000));
}

void CmdLatencyHistory(Call& call) {
  if (call.size() > 4 || (call.size() == 4 && !EqualsIgnoreCase(call[3], "reasons"))) {
    call.Error(errors::kSyntax);
    return;
  }
  const auto& events = call.engine().latency().events();
  const auto found = events.find(call[2]);
  if (found == events.end()) {
    call.reply.Array(0);
    return;
  }
  const bool with_reasons = call.size() == 4;
  const std::vector<LatencyMonitor::Sample> samples = found->second.samples();
  call.reply.Array(samples.size());
  for (const LatencyMonitor::Sample& sample : samples) {
    call.reply.Array(with_reasons ? 3 : 2);
    call.reply.Integer(sample.unix_time_s);
    call.reply.Integer(static_cast<int64_t>(sample.duration_ms));
    if (with_reasons) ReplyReasons(call.reply, sample.reasons);
  }
}

void CmdLatencyLatest(Call& call) {
  const auto& events = call.engine().latency().events();
  call.reply.Array(events.size());
  for (const auto& [name, event] : events) {
    const LatencyMonitor::Sample latest = event.latest();
    call.reply.Array(4);
    call.reply.Bulk(name);
    call.reply.Integer(latest.unix_time_s);
    call.reply.Integer(static_cast<int64_t>(latest.duration_ms));
    call.reply.Integer(static_cast<int64_t>(event.max_ms()));
  }
}

void CmdLatencyReset(Call& call) {
  LatencyMonitor& monitor = call.engine().latency();
  size_t count = 0;
  if (call.size() == 2) count = monitor.Reset({});
  for (size_t i = 2; i < call.size(); ++i) {
    if (!call[i].empty()) count += monitor.Reset(call[i]);
  }
  call.reply.Integer(static_cast<int64_t>(count));
}

// How many calls took at most 1, 2, 4 ... microseconds; only the bounds where the number grows.
std::vector<std::pair<uint64_t, uint64_t>> Distribution(const Histogram& latency_ns) {
  std::vector<std::pair<uint64_t, uint64_t>> bounds;
  uint64_t counted = 0;
  for (int power = 0; counted < latency_ns.count() && power < 40; ++power) {
    const uint64_t bound_us = uint64_t{1} << power;
    const uint64_t up_to = latency_ns.CountUpTo(bound_us * 1000);
    if (up_to > counted) bounds.emplace_back(bound_us, up_to);
    counted = up_to;
  }
  return bounds;
}

// The command itself, or, for a container, its subcommands: those that ran.
void AddMeasured(const Command& command, std::vector<const Command*>& out) {
  if (command.latency_ns.count() > 0) out.push_back(&command);
  for (const Command* subcommand : command.subcommands) AddMeasured(*subcommand, out);
}

void CmdLatencyHistogram(Call& call) {
  const CommandTable& table = call.engine().commands();
  std::vector<const Command*> shown;
  if (call.size() == 2) {
    for (const auto& command : table.commands()) AddMeasured(*command, shown);
  }
  for (size_t i = 2; i < call.size(); ++i) {
    const Command* command = table.FindByName(call[i]);
    if (command != nullptr) AddMeasured(*command, shown);
  }
  call.reply.Map(shown.size());
  for (const Command* command : shown) {
    const auto bounds = Distribution(command->latency_ns);
    call.reply.Bulk(command->full_name);
    call.reply.Map(2);
    call.reply.Bulk("calls");
    call.reply.Integer(static_cast<int64_t>(command->latency_ns.count()));
    call.reply.Bulk("histogram_usec");
    call.reply.Map(bounds.size());
    for (const auto& [bound_us, up_to] : bounds) {
      call.reply.Integer(static_cast<int64_t>(bound_us));
      call.reply.Integer(static_cast<int64_t>(up_to));
    }
  }
}

constexpr uint32_t kFlags = kAdmin | kNoScript | kLoading | kStale;

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "doctor", .handler = CmdLatencyDoctor, .arity = 2, .flags = kFlags,
     .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Explains in words what was slow and what may help."},
    {.name = "graph", .handler = CmdLatencyGraph, .arity = 3, .flags = kFlags,
     .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Draws the spikes of an event.", .syntax = "event"},
    {.name = "histogram", .handler = CmdLatencyHistogram, .arity = -2, .flags = kFlags,
     .since = "7.0.0", .group = CommandGroup::kServer,
     .summary = "Counts the calls of commands by how long they took.",
     .syntax = "[command [command ...]]"},
    {.name = "history", .handler = CmdLatencyHistory, .arity = -3, .flags = kFlags,
     .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Returns the spikes of an event with their times, and with REASONS where the time "
                "went.",
     .syntax = "event [REASONS]"},
    {.name = "latest", .handler = CmdLatencyLatest, .arity = 2, .flags = kFlags,
     .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Returns the latest and the worst spike of every event."},
    {.name = "reset", .handler = CmdLatencyReset, .arity = -2, .flags = kFlags,
     .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Forgets the spikes of some events, or of all.", .syntax = "[event [event ...]]"},
    HelpRow("2.8.13", CommandGroup::kServer, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "latency", .arity = -2, .since = "2.8.13", .group = CommandGroup::kServer,
     .summary = "Tells what was slow.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> LatencyCommands() { return kRows; }

}  // namespace kvasir

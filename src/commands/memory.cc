// MEMORY: where the memory goes.
#include "src/base/memory.h"

#include <fmt/format.h>

#include <string>

#include "src/commands/families.h"
#include "src/commands/help.h"
#include "src/commands/info_writer.h"
#include "src/commands/memory_report.h"
#include "src/engine/argument_reader.h"
#include "src/scripting/scripting.h"
#include "src/store/string_type.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

// A pointer in a bucket, and its tag.
constexpr size_t kSlotBytes = Bucket::kPointerBytes + 1;

size_t KeyMemory(const Entry& entry, size_t samples) {
  const size_t own = entry.AllocatedBytes() + kSlotBytes;
  if (entry.type() == ValueType::kString) return own + StringMemoryBytes(entry);
  return own + CollectionMemoryBytes(entry, samples);
}

void CmdMemoryUsage(Call& call) {
  constexpr int64_t kSamplesByDefault = 5;
  int64_t samples = kSamplesByDefault;
  ArgumentReader read(call, 2);
  const Key key = read.NextKey();
  while (!read.AtEnd()) {
    if (!read.TakeOption("SAMPLES", 1)) {
      read.Fail(errors::kSyntax);
      break;
    }
    samples = read.NextInteger();
    if (samples < 0) read.Fail(errors::kSyntax);
  }
  if (!read.Finish()) return;
  const Entry* entry = call.database().Inspect(key);
  if (entry == nullptr) {
    call.reply.Null();
  } else {
    call.reply.Integer(static_cast<int64_t>(KeyMemory(*entry, static_cast<size_t>(samples))));
  }
}

class StatsWriter {
 public:
  explicit StatsWriter(ReplyWriter& reply) : reply_(reply) {}
  void Count(std::string_view name, uint64_t value) {
    reply_.Bulk(name);
    reply_.Integer(static_cast<int64_t>(value));
  }
  void Share(std::string_view name, double value) {
    reply_.Bulk(name);
    reply_.Double(value);
  }
  // How much larger one figure is than another, as a factor and in bytes.
  void Compare(std::string_view name, std::string_view separator, uint64_t larger,
               uint64_t smaller) {
    Share(fmt::format("{}{}", name, separator == "." ? "" : "ratio"), Ratio(larger, smaller));
    Count(fmt::format("{}{}bytes", name, separator), larger - smaller);
  }

 private:
  ReplyWriter& reply_;
};

void CmdMemoryStats(Call& call) {
  const MemoryReport report = ReportMemory(call.engine());
  constexpr size_t kFixedFields = 27;
  call.reply.Map(kFixedFields + report.tables.size());
  StatsWriter write(call.reply);
  write.Count("peak.allocated", report.peak);
  write.Count("total.allocated", report.used);
  write.Count("startup.allocated", report.startup);
  write.Count("replication.backlog", 0);
  write.Count("clients.slaves", 0);
  write.Count("clients.normal", report.clients);
  write.Count("cluster.links", 0);
  write.Count("aof.buffer", report.log_buffer);
  const ScriptingReport scripting = ReportScripting(call.engine());
  write.Count("lua.caches", scripting.eval_bytes);
  write.Count("functions.caches", scripting.function_bytes);
  for (const MemoryReport::Tables& tables : report.tables) {
    call.reply.Bulk(fmt::format("db.{}", tables.database));
    call.reply.Map(2);
    write.Count("overhead.hashtable.main", tables.main_bytes);
    write.Count("overhead.hashtable.expires", tables.expiry_bytes);
  }
  write.Count("overhead.total", report.Overhead());
  write.Count("keys.count", report.keys);
  write.Count("keys.bytes-per-key", report.keys == 0 ? 0 : report.Net() / report.keys);
  write.Count("dataset.bytes", report.Dataset());
  write.Share("dataset.percentage", report.DatasetPercent());
  write.Share("peak.percentage", report.PeakPercent());
  write.Count("allocator.allocated", report.allocator.allocated);
  write.Count("allocator.active", report.allocator.active);
  write.Count("allocator.resident", report.allocator.resident);
  write.Compare("allocator-fragmentation.", "", report.allocator.active,
                report.allocator.allocated);
  write.Compare("allocator-rss.", "", report.allocator.resident, report.allocator.active);
  write.Compare("rss-overhead.", "", report.resident, report.allocator.resident);
  write.Compare("fragmentation", ".", report.resident, report.used);
}

std::string Diagnose(const MemoryReport& report) {
  constexpr uint64_t kTooLittle = 5 * 1024 * 1024;
  if (report.used < kTooLittle) {
    return "Next to no memory is in use, so there is nothing to say about it yet.\n";
  }
  std::string text;
  if (Ratio(report.peak, report.used) > 1.5) {
    text += fmt::format(
        "- Once {} were in use, now it is {}. The rest may still be held by the process and is "
        "used again when data comes back; MEMORY PURGE returns it to the system.\n",
        HumanBytes(report.peak), HumanBytes(report.used));
  }
  if (Ratio(report.allocator.active, report.allocator.allocated) > 1.1) {
    text += fmt::format(
        "- The allocator's pages are only partly filled: {} of {}. Values of changing sizes do "
        "that; a restart packs them again.\n",
        HumanBytes(report.allocator.allocated), HumanBytes(report.allocator.active));
  }
  if (Ratio(report.clients, report.used) > 0.2) {
    text += fmt::format(
        "- Clients cost {}: CLIENT LIST shows in tot-mem and omem which of them do not read "
        "their replies.\n",
        HumanBytes(report.clients));
  }
  return text.empty() ? "All is well with the memory.\n" : "Something is to be said:\n\n" + text;
}

void CmdMemoryDoctor(Call& call) {
  call.reply.Verbatim("txt", Diagnose(ReportMemory(call.engine())));
}

void CmdMemoryMallocStats(Call& call) { call.reply.Verbatim("txt", AllocatorReport()); }

void CmdMemoryPurge(Call& call) {
  PurgeMemory();
  call.reply.Ok();
}

constexpr KeySpec kUsageKey[] = {{.flags = kKeyReadOnly, .begin = 2}};

// clang-format off
constexpr CommandRow kSubcommands[] = {
    {.name = "doctor", .handler = CmdMemoryDoctor, .arity = 2, .since = "4.0.0",
     .group = CommandGroup::kServer, .summary = "Explains in words what is odd about the memory."},
    {.name = "malloc-stats", .handler = CmdMemoryMallocStats, .arity = 2, .since = "4.0.0",
     .group = CommandGroup::kServer, .summary = "Returns the allocator's own report."},
    {.name = "purge", .handler = CmdMemoryPurge, .arity = 2, .since = "4.0.0",
     .group = CommandGroup::kServer, .summary = "Gives unused memory back to the system."},
    {.name = "stats", .handler = CmdMemoryStats, .arity = 2, .since = "4.0.0",
     .group = CommandGroup::kServer, .summary = "Tells what the memory is used for."},
    {.name = "usage", .handler = CmdMemoryUsage, .arity = -3, .flags = kReadOnly,
     .keys = kUsageKey, .since = "4.0.0", .group = CommandGroup::kServer,
     .summary = "Estimates what a key and its value cost, from some elements of a collection or "
                "from all of them for 0.",
     .syntax = "key [SAMPLES count]"},
    HelpRow("4.0.0", CommandGroup::kServer, 0),
};

constexpr CommandRow kRows[] = {
    {.name = "memory", .arity = -2, .since = "4.0.0", .group = CommandGroup::kServer,
     .summary = "Tells where the memory goes.", .subcommands = kSubcommands},
};
// clang-format on

}  // namespace

std::span<const CommandRow> MemoryCommands() { return kRows; }

}  // namespace kvasir

#include "src/commands/info_sections.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "src/base/random.h"
#include "src/commands/info_writer.h"
#include "src/commands/memory_report.h"
#include "src/engine/directive.h"
#include "src/scripting/scripting.h"
#include "src/store/reclaimer.h"

namespace kvasir {
namespace {

int64_t Difference(uint64_t a, uint64_t b) { return static_cast<int64_t>(a - b); }

std::string Fixed2(double value) { return fmt::format("{:.2f}", value); }

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void AppendUsage(InfoWriter& line, int who, std::string_view suffix) {
  rusage usage{};
  getrusage(who, &usage);
  const auto add = [&](std::string_view name, const timeval& time) {
    line(fmt::format("used_cpu_{}{}", name, suffix), fmt::format("{:.6f}", Seconds(time)));
  };
  add("sys", usage.ru_stime);
  add("user", usage.ru_utime);
}

// The mean time to live, in ms, from a sample of the keys.
int64_t AverageTtl(const Database& database, int64_t now_ms) {
  constexpr int kSamples = 64;
  int64_t sum = 0;
  int64_t count = 0;
  const auto add = [&](const ExpiryNode* node) {
    sum += std::max<int64_t>(0, node->deadline_ms - now_ms);
    ++count;
  };
  for (int i = 0; i < kSamples; ++i) {
    const Entry* entry = database.table().RandomNode(RandomBits);
    if (entry != nullptr && entry->has_expiry()) add(entry->expiry());
  }
  // Few keys have a deadline: those that come first have to do.
  if (count == 0) {
    database.wheel().VisitSoonest([&](const ExpiryNode* node) {
      add(node);
      return count < kSamples;
    });
  }
  return count == 0 ? 0 : sum / count;
}

void AppendUsedMemory(Engine& engine, const MemoryReport& report, InfoWriter& line) {
  line.Bytes("used_memory", report.used);
  line.Bytes("used_memory_rss", report.resident);
  line.Bytes("used_memory_peak", report.peak);
  line("used_memory_peak_perc", Fixed2(report.PeakPercent()) + "%");
  line("used_memory_overhead", report.Overhead());
  line("used_memory_startup", report.startup);
  line("used_memory_dataset", report.Dataset());
  line("used_memory_dataset_perc", Fixed2(report.DatasetPercent()) + "%");
  line("allocator_allocated", report.allocator.allocated);
  line("allocator_active", report.allocator.active);
  line("allocator_resident", report.allocator.resident);
  line("allocator_muzzy", 0);
  line.Bytes("total_system_memory", static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                                        static_cast<uint64_t>(sysconf(_SC_PAGESIZE)));
  const ScriptingReport scripting = ReportScripting(engine);
  line.Bytes("used_memory_lua", scripting.eval_vm_bytes);
  line("used_memory_vm_eval", scripting.eval_vm_bytes);
  line("used_memory_scripts_eval", scripting.eval_bytes);
  line("number_of_cached_scripts", scripting.scripts);
  line("number_of_functions", scripting.functions);
  line("number_of_libraries", scripting.libraries);
  line("used_memory_vm_functions", scripting.function_vm_bytes);
  line.Bytes("used_memory_vm_total", scripting.eval_vm_bytes + scripting.function_vm_bytes);
  line("used_memory_functions", scripting.function_bytes);
  line.Bytes("used_memory_scripts", scripting.eval_bytes + scripting.function_bytes);
  line.Bytes("maxmemory", engine.settings().maxmemory_bytes);
  line("maxmemory_policy", FormatDirective(*FindDirective("maxmemory-policy"), engine.settings()));
}

}  // namespace

std::string HumanBytes(uint64_t bytes) {
  constexpr std::string_view kUnits = "BKMGTPE";
  if (bytes < 1024) return fmt::format("{}B", bytes);
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.2f}{}", value, kUnits[unit]);
}

void InfoWriter::Bytes(std::string_view name, uint64_t bytes) {
  (*this)(name, bytes);
  (*this)(fmt::format("{}_human", name), HumanBytes(bytes));
}

void AppendMemoryInfo(Engine& engine, std::string& out) {
  const MemoryReport report = ReportMemory(engine);
  const AllocatorStats& allocator = report.allocator;
  InfoWriter line(out);
  AppendUsedMemory(engine, report, line);
  const auto compare = [&](std::string_view name, uint64_t larger, uint64_t smaller) {
    line(fmt::format("{}_ratio", name), Fixed2(Ratio(larger, smaller)));
    line(fmt::format("{}_bytes", name), Difference(larger, smaller));
  };
  compare("allocator_frag", allocator.active, allocator.allocated);
  compare("allocator_rss", allocator.resident, allocator.active);
  compare("rss_overhead", report.resident, allocator.resident);
  compare("mem_fragmentation", report.resident, report.used);
  line("mem_not_counted_for_evict", report.uncounted);
  line.Zeros({"mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves"});
  line("mem_clients_normal", report.clients);
  line("mem_cluster_links", 0);
  line("mem_aof_buffer", report.log_buffer);
  line("mem_allocator", AllocatorName());
  line("mem_overhead_db_hashtable_rehashing", 0);
  line("active_defrag_running", 0);
  const Reclaimer* reclaimer = engine.keyspace().context().reclaimer;
  line("lazyfree_pending_objects", reclaimer == nullptr ? 0 : reclaimer->pending_objects());
  line("lazyfreed_objects", reclaimer == nullptr ? 0 : reclaimer->freed_objects());
}

void AppendReplicationInfo(Engine& engine, std::string& out) {
  InfoWriter line(out);
  line("role", "master");
  line("connected_slaves", 0);
  line("master_failover_state", "no-failover");
  line("master_replid", engine.replication_id());
  line("master_replid2", std::string(engine.replication_id().size(), '0'));
  line("master_repl_offset", 0);
  line("second_repl_offset", -1);
  line("repl_backlog_active", 0);
  line("repl_backlog_size", 1024 * 1024);
  line("repl_backlog_first_byte_offset", 0);
  line("repl_backlog_histlen", 0);
}

void AppendCpuInfo(Engine& /*engine*/, std::string& out) {
  InfoWriter line(out);
  AppendUsage(line, RUSAGE_SELF, "");
  AppendUsage(line, RUSAGE_CHILDREN, "_children");
  AppendUsage(line, RUSAGE_THREAD, "_main_thread");
}

void AppendClusterInfo(Engine& /*engine*/, std::string& out) {
  InfoWriter line(out);
  line("cluster_enabled", 0);
}

void AppendKeyspaceInfo(Engine& engine, std::string& out) {
  const Keyspace& keyspace = engine.keyspace();
  InfoWriter line(out);
  for (int i = 0; i < keyspace.database_count(); ++i) {
    const Database& database = keyspace.database(i);
    if (database.size() == 0) continue;
    line(fmt::format("db{}", i),
         fmt::format("keys={},expires={},avg_ttl={},subexpiry={}", database.size(),
                     database.volatile_size(), AverageTtl(database, keyspace.context().now_ms),
                     database.volatile_elements_size()));
  }
}

}  // namespace kvasir

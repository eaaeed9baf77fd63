#include "src/commands/memory_report.h"

#include <algorithm>

#include "src/engine/command_log.h"

namespace kvasir {

double Ratio(uint64_t numerator, uint64_t denominator) {
  if (denominator == 0) return 0;
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

uint64_t MemoryReport::Overhead() const {
  uint64_t total = startup + clients + log_buffer;
  for (const Tables& each : tables) total += each.main_bytes + each.expiry_bytes;
  return total;
}

double MemoryReport::DatasetPercent() const {
  return std::min(100.0, 100 * Ratio(Dataset(), Net()));
}

double MemoryReport::PeakPercent() const { return 100 * Ratio(used, peak); }

MemoryReport ReportMemory(Engine& engine) {
  MemoryReport report;
  Statistics& statistics = engine.statistics();
  report.used = UsedMemory();
  statistics.peak_memory = std::max(statistics.peak_memory, report.used);
  report.peak = statistics.peak_memory;
  report.startup = statistics.startup_memory;
  report.resident = ResidentMemory();
  report.allocator = ReadAllocatorStats();
  report.uncounted = engine.UncountedBytes();
  if (engine.log() != nullptr) report.log_buffer = engine.log()->pending_bytes();
  for (const auto& [id, session] : engine.clients().sessions()) {
    report.clients += session->MemoryBytes();
  }
  const Keyspace& keyspace = engine.keyspace();
  for (int i = 0; i < keyspace.database_count(); ++i) {
    const Database& database = keyspace.database(i);
    report.keys += database.size();
    if (database.size() == 0) continue;
    report.tables.push_back({i, database.table().MemoryBytes(),
                             sizeof(ExpiryWheel) + database.volatile_size() * sizeof(ExpiryNode)});
  }
  return report;
}

}  // namespace kvasir

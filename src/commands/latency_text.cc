#include "src/commands/latency_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace kvasir {
namespace {

using Sample = LatencyMonitor::Sample;

constexpr size_t kColumnsMax = 80;
constexpr size_t kRows = 4;

std::string Age(int64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m", seconds / 60);
  if (seconds < 86400) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

struct Advice {
  std::string_view event;
  std::string_view text;
};
constexpr Advice kAdvices[] = {
    {"command",
     "Some commands took long. SLOWLOG GET names them once slowlog-log-slower-than is below the "
     "spikes; commands over whole collections or the whole keyspace are the usual ones."},
    {"fast-command",
     "Even commands that do little were slow, so the process itself was held up: look for other "
     "processes on its processor, for swapping, and for transparent huge pages."},
    {"expire-cycle",
     "Many keys expire in the same moment. Spread their deadlines by adding a random part."},
    {"eviction-cycle",
     "Keys are evicted to stay below maxmemory. Raise it, or let the data grow more slowly."},
};

}  // namespace

std::string DrawLatency(std::string_view name, const LatencyMonitor::Event& event, int64_t now_s) {
  std::vector<Sample> samples = event.samples();
  if (samples.size() > kColumnsMax) samples.erase(samples.begin(), samples.end() - kColumnsMax);
  uint64_t high = 0;
  uint64_t low = UINT64_MAX;
  std::vector<std::string> ages;
  size_t age_rows = 0;
  for (const Sample& sample : samples) {
    high = std::max(high, sample.duration_ms);
    low = std::min(low, sample.duration_ms);
    ages.push_back(Age(now_s - sample.unix_time_s));
    age_rows = std::max(age_rows, ages.back().size());
  }
  std::string text = fmt::format("{} - high {} ms, low {} ms (all time high {} ms)\n", name, high,
                                 low, event.max_ms());
  text.append(kColumnsMax, '-').append("\n");
  const uint64_t span = std::max<uint64_t>(1, high - low);
  for (size_t row = kRows; row-- > 0;) {
    for (const Sample& sample : samples) {
      const uint64_t height = (sample.duration_ms - low) * (kRows - 1) / span;
      text += height == row ? '#' : height > row ? '|' : ' ';
    }
    text += '\n';
  }
  text += '\n';
  // The ages stand upright, one letter a line.
  for (size_t row = 0; row < age_rows; ++row) {
    for (const std::string& age : ages) text += row < age.size() ? age[row] : ' ';
    text += '\n';
  }
  return text;
}

std::string DiagnoseLatency(const LatencyMonitor& monitor) {
  if (monitor.threshold_ms() == 0) {
    return "Latency monitoring is disabled: nothing is known. Say from how many milliseconds on "
           "something is slow for you with \"CONFIG SET latency-monitor-threshold "
           "<milliseconds>\", and ask again later.\n";
  }
  if (monitor.events().empty()) {
    return fmt::format("Nothing took {} milliseconds or longer so far. All is well.\n",
                       monitor.threshold_ms());
  }
  std::string text = "What took long:\n\n";
  std::string advice;
  for (const auto& [name, event] : monitor.events()) {
    const std::vector<Sample> samples = event.samples();
    uint64_t sum = 0;
    for (const Sample& sample : samples) sum += sample.duration_ms;
    text += fmt::format("- {}: {} spikes, {} ms on average, {} ms at worst.\n", name,
                        samples.size(), sum / samples.size(), event.max_ms());
    for (const Advice& known : kAdvices) {
      if (known.event == name) advice += fmt::format("- {}\n", known.text);
    }
  }
  if (!advice.empty()) text += "\nWhat may help:\n\n" + advice;
  return text;
}

}  // namespace kvasir

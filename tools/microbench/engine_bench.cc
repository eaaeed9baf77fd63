// What a command costs inside of the process: from its arguments to its reply, without socket,
// parser and log. The counterpart of stores that are linked into a program.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "src/base/clock.h"
#include "src/base/random.h"
#include "src/commands/families.h"
#include "src/engine/engine.h"
#include "src/engine/host.h"
#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"

namespace kvasir {
namespace {

std::string KeyName(uint64_t number) { return fmt::format("key:{:012}", number); }

// An engine with one session, as tests and replay use it.
class Bench {
 public:
  Bench() : engine_(keyspace_, host_, Settings(), AllFamilies()) {
    engine_.BeginTick(UnixTimeMs());
    engine_.clients().Add(session_);
  }
  ~Bench() { engine_.Forget(session_); }

  void Run(std::span<const std::string_view> arguments) {
    engine_.ExecuteOne(session_, arguments);
    session_.output.Clear();
  }

  // Keys with a deadline of an hour.
  void Fill(uint64_t keys) {
    for (uint64_t i = 0; i < keys; ++i) Set(KeyName(i));
  }

  void Set(std::string_view key) {
    Run(std::array<std::string_view, 5>{"SET", key, "value:xx", "PX", "3600000"});
  }

 private:
  Host host_;
  Reclaimer reclaimer_;
  Keyspace keyspace_{1, &reclaimer_};
  Engine engine_;
  Session session_;
};

// The names of so many random keys out of `keys`, made before the time is taken.
std::vector<std::string> RandomNames(uint64_t keys) {
  std::vector<std::string> names(1U << 20);
  for (std::string& name : names) name = KeyName(RandomBelow(keys));
  return names;
}

// So many iterations that none is run twice: filling takes far longer than measuring.
void BenchEngineSet(benchmark::State& state) {
  Bench bench;
  const auto keys = static_cast<uint64_t>(state.range(0));
  bench.Fill(keys);
  const std::vector<std::string> names = RandomNames(keys);
  size_t next = 0;
  for (auto _ : state) bench.Set(names[next++ % names.size()]);
}
BENCHMARK(BenchEngineSet)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Iterations(1'000'000);

void BenchEngineGet(benchmark::State& state) {
  Bench bench;
  const auto keys = static_cast<uint64_t>(state.range(0));
  bench.Fill(keys);
  const std::vector<std::string> names = RandomNames(keys);
  size_t next = 0;
  for (auto _ : state) {
    bench.Run(std::array<std::string_view, 2>{"GET", names[next++ % names.size()]});
  }
}
BENCHMARK(BenchEngineGet)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Iterations(1'000'000);

// Deletes what is there, each key once, so the number of iterations is that of the keys.
void BenchEngineDelete(benchmark::State& state) {
  constexpr uint64_t kKeys = 1'000'000;
  Bench bench;
  bench.Fill(kKeys);
  std::vector<std::string> names(kKeys);
  for (uint64_t i = 0; i < kKeys; ++i) names[i] = KeyName(i);
  for (uint64_t i = kKeys - 1; i > 0; --i) std::swap(names[i], names[RandomBelow(i + 1)]);
  size_t next = 0;
  for (auto _ : state) bench.Run(std::array<std::string_view, 2>{"DEL", names[next++]});
}
BENCHMARK(BenchEngineDelete)->Iterations(1'000'000);

// A hundred thousand keys go at once; filling them again takes no time here.
void BenchEngineClear(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    state.PauseTiming();
    bench.Fill(100'000);
    state.ResumeTiming();
    bench.Run(std::array<std::string_view, 1>{"FLUSHDB"});
  }
}
BENCHMARK(BenchEngineClear)->Iterations(20)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kvasir

// What a lookup and an insertion cost, by number of keys, with and without fetching ahead.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>

#include "src/base/random.h"
#include "src/store/keyspace.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

constexpr size_t kPipeline = 64;

std::string KeyName(uint64_t number) { return fmt::format("key:{:012}", number); }

void Fill(Database& database, int64_t keys) {
  for (int64_t i = 0; i < keys; ++i) {
    const std::string name = KeyName(static_cast<uint64_t>(i));
    SetString(database, Key::Of(name), {}, "value:xx");
  }
}

void Lookups(benchmark::State& state, bool fetch_ahead) {
  Keyspace keyspace(1);
  Database& database = keyspace.database(0);
  Fill(database, state.range(0));
  std::array<std::string, kPipeline> names;
  std::array<Key, kPipeline> keys;
  for (auto _ : state) {
    state.PauseTiming();
    for (size_t i = 0; i < kPipeline; ++i) {
      names[i] = KeyName(RandomBelow(static_cast<uint64_t>(state.range(0))));
    }
    state.ResumeTiming();
    for (size_t i = 0; i < kPipeline; ++i) {
      keys[i] = Key::Of(names[i]);
      if (fetch_ahead) database.PrefetchBucket(keys[i]);
    }
    for (size_t i = 0; fetch_ahead && i < kPipeline; ++i) database.PrefetchEntry(keys[i]);
    for (const Key& key : keys) benchmark::DoNotOptimize(database.Read(key));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kPipeline));
}

void BenchLookupPipeline(benchmark::State& state) { Lookups(state, true); }
BENCHMARK(BenchLookupPipeline)->Arg(1000)->Arg(100'000)->Arg(1'000'000);

void BenchLookupOneByOne(benchmark::State& state) { Lookups(state, false); }
BENCHMARK(BenchLookupOneByOne)->Arg(1000)->Arg(100'000)->Arg(1'000'000);

void BenchInsertGrowing(benchmark::State& state) {
  for (auto _ : state) {
    Keyspace keyspace(1);
    Fill(keyspace.database(0), state.range(0));
    state.PauseTiming();
    keyspace.database(0).Clear(true);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BenchInsertGrowing)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kvasir

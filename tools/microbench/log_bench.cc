// What logging a command costs the loop, and what the checksum costs the worker.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

#include "persistence/log_encoder.h"
#include "src/base/crc.h"

namespace kvasir {
namespace {

void BenchEncodeSet(benchmark::State& state) {
  const std::string value(static_cast<size_t>(state.range(0)), 'x');
  const std::array<std::string_view, 3> arguments = {"SET", "key:000000000001", value};
  LogEncoder encoder;
  int64_t in_batch = 0;
  for (auto _ : state) {
    encoder.Append(arguments);
    if (++in_batch == 800) {
      encoder.Recycle(encoder.Take());
      in_batch = 0;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BenchEncodeSet)->Arg(8)->Arg(64)->Arg(1000);

void BenchCrc32c(benchmark::State& state) {
  const std::string bytes(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(Crc32c(0, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BenchCrc32c)->Arg(64)->Arg(64 * 1024);

void BenchCrc32cPortable(benchmark::State& state) {
  const std::string bytes(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(Crc32cPortable(0, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BenchCrc32cPortable)->Arg(64 * 1024);

}  // namespace
}  // namespace kvasir

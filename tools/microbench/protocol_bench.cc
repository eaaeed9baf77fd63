// What the wire costs: requests to views, replies to bytes.
#include <benchmark/benchmark.h>

#include <string>

#include "protocol/output_buffer.h"
#include "protocol/reply_writer.h"
#include "protocol/request_parser.h"

namespace kvasir {
namespace {

std::string Pipeline(const std::string& request, int count) {
  std::string input;
  for (int i = 0; i < count; ++i) input += request;
  return input;
}

void ParseAll(benchmark::State& state, const std::string& request) {
  constexpr int kRequests = 64;
  const std::string input = Pipeline(request, kRequests);
  RequestParser parser;
  RequestBatch batch;
  const RequestLimits limits;
  for (auto _ : state) {
    batch.Clear();
    size_t done = 0;
    while (done < input.size()) {
      size_t consumed = 0;
      parser.Parse(std::string_view(input).substr(done), limits, batch, consumed);
      done += consumed;
    }
    benchmark::DoNotOptimize(batch.requests().data());
  }
  state.SetItemsProcessed(state.iterations() * kRequests);
}

void BenchParseGet(benchmark::State& state) {
  ParseAll(state, "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000001\r\n");
}
BENCHMARK(BenchParseGet);

void BenchParseSet(benchmark::State& state) {
  ParseAll(state,
           "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000001\r\n$64\r\n" + std::string(64, 'x') + "\r\n");
}
BENCHMARK(BenchParseSet);

void BenchWriteBulk(benchmark::State& state) {
  const std::string value(static_cast<size_t>(state.range(0)), 'x');
  OutputBuffer out;
  ReplyWriter reply(out, 2);
  for (auto _ : state) {
    reply.Bulk(value);
    if (out.size() > 1 << 20) out.Clear();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BenchWriteBulk)->Arg(8)->Arg(64)->Arg(4096);

void BenchWriteInteger(benchmark::State& state) {
  OutputBuffer out;
  ReplyWriter reply(out, 2);
  int64_t value = 0;
  for (auto _ : state) {
    reply.Integer(++value);
    if (out.size() > 1 << 20) out.Clear();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BenchWriteInteger);

}  // namespace
}  // namespace kvasir

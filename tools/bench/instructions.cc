// Runs requests as the server does between a read and a write, without loop, sockets and log, so
// that the number of instructions per request can be counted and comes out the same every time:
//
//   valgrind --tool=callgrind --toggle-collect='*RunMeasured*' kvasir-instructions get 16 1000
//
// Arguments: the case, requests per read, reads. tools/bench/instructions.py does this, and says
// when the numbers have grown.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request_parser.h"
#include "src/base/hash.h"
#include "src/commands/families.h"
#include "src/engine/engine.h"
#include "src/store/keyspace.h"

namespace kvasir {
namespace {

constexpr uint64_t kKeys = 10'000;
constexpr int64_t kNowMs = 1'800'000'000'000;

using Words = std::vector<std::string>;

std::string Encode(const Words& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return text;
}

// The number as redis-benchmark writes it into keys and members.
std::string Padded(uint64_t number) {
  std::string digits = std::to_string(number % kKeys);
  return std::string(12 - digits.size(), '0') + digits;
}

std::string Key(uint64_t number) { return "key:" + Padded(number); }

const std::string kValue(64, 'x');

constexpr char kScript[] = "return redis.call('GET', KEYS[1])";
constexpr char kScriptDigest[] = "d3c21d0c2b9ca22f82737626a27bcaf5d288f99f";

struct Case {
  std::string_view name;
  Words (*make)(uint64_t number);
};

// `number` is spread over the keys by a factor that has nothing in common with their count.
constexpr Case kCases[] = {
    {"get",
     [](uint64_t n) {
       return Words{"GET", Key(n)};
     }},
    {"set",
     [](uint64_t n) {
       return Words{"SET", Key(n), kValue};
     }},
    {"incr",
     [](uint64_t n) {
       return Words{"INCR", "counter:" + Padded(n)};
     }},
    {"lpush",
     [](uint64_t) {
       return Words{"LPUSH", "mylist", kValue};
     }},
    {"sadd",
     [](uint64_t n) {
       return Words{"SADD", "myset", "element:" + Padded(n)};
     }},
    {"hset",
     [](uint64_t n) {
       return Words{"HSET", "myhash", "element:" + Padded(n), kValue};
     }},
    {"zadd",
     [](uint64_t n) {
       return Words{"ZADD", "myzset", Padded(n * 31), "element:" + Padded(n)};
     }},
    {"xadd",
     [](uint64_t) {
       return Words{"XADD", "mystream", "*", "myfield", kValue};
     }},
    {"publish",
     [](uint64_t) {
       return Words{"PUBLISH", "channel", kValue};
     }},
    {"evalsha",
     [](uint64_t n) {
       return Words{"EVALSHA", kScriptDigest, "1", Key(n)};
     }},
};

// What a connection and the loop do with one read's worth of requests.
class Driver {
 public:
  Driver() : engine_(keyspace_, host_, Settings(), AllFamilies()) {
    engine_.AdmitAsDefault(session_);
    engine_.clients().Add(session_);
  }

  // Returns how many bytes of replies there were.
  size_t Read(std::string_view input) {
    engine_.BeginTick(++now_ms_);
    engine_.BeginTurn();
    batch_.Clear();
    while (!input.empty()) {
      size_t consumed = 0;
      if (parser_.Parse(input, limits_, batch_, consumed) != RequestParser::Status::kRequest) {
        return 0;
      }
      input.remove_prefix(consumed);
    }
    engine_.Execute(session_, batch_, 0, {});
    engine_.FinishTick();
    std::array<std::string_view, 64> pieces;
    session_.output.Gather(pieces);
    if (pieces[0].front() == '-') error_ = pieces[0];
    const size_t bytes = session_.output.size();
    session_.output.Consume(bytes);
    engine_.EndTick();
    return bytes;
  }
  // The last error reply; empty when there was none.
  const std::string& error() const { return error_; }

 private:
  Host host_;
  Keyspace keyspace_{16};
  Engine engine_;
  Session session_;
  RequestBatch batch_;
  RequestParser parser_;
  RequestLimits limits_;
  int64_t now_ms_ = kNowMs;
  std::string error_;
};

size_t RunAll(Driver& driver, const std::vector<std::string>& reads) {
  size_t bytes = 0;
  for (const std::string& read : reads) bytes += driver.Read(read);
  return bytes;
}

// What is counted, by its name.
[[gnu::noinline]] size_t RunMeasured(Driver& driver, const std::vector<std::string>& reads) {
  return RunAll(driver, reads);
}

std::vector<std::string> MakeReads(const Case& made, uint64_t pipeline, uint64_t count) {
  constexpr uint64_t kSpread = 7919;
  std::vector<std::string> reads(count);
  for (uint64_t i = 0; i < count * pipeline; ++i) {
    reads[i / pipeline] += Encode(made.make(i * kSpread));
  }
  return reads;
}

int Main(std::string_view name, uint64_t pipeline, uint64_t count) {
  // The same table in every run.
  g_hash_seed = 1;
  Driver driver;
  driver.Read(Encode({"SCRIPT", "LOAD", kScript}));
  for (uint64_t i = 0; i < kKeys; ++i) driver.Read(Encode({"SET", Key(i), kValue}));
  for (const Case& made : kCases) {
    if (made.name != name) continue;
    const std::vector<std::string> reads = MakeReads(made, pipeline, count);
    // Once for nothing: pools, tables and caches find their size.
    RunAll(driver, MakeReads(made, pipeline, kKeys / pipeline + 1));
    const size_t bytes = RunMeasured(driver, reads);
    const bool failed = bytes == 0 || !driver.error().empty();
    std::printf("%s: %zu bytes of replies %s\n", failed ? "failed" : "ok", bytes,
                driver.error().c_str());
    return failed ? 1 : 0;
  }
  std::fprintf(stderr, "There is no case %s\n", std::string(name).c_str());
  return 2;
}

}  // namespace
}  // namespace kvasir

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "Usage: kvasir-instructions <case> <requests per read> <reads>\n");
    return 2;
  }
  const uint64_t pipeline = std::strtoull(argv[2], nullptr, 10);
  const uint64_t count = std::strtoull(argv[3], nullptr, 10);
  if (pipeline == 0 || pipeline > 64 || count == 0 || count > 1'000'000) {
    std::fprintf(stderr, "1 to 64 requests per read, 1 to 1000000 reads\n");
    return 2;
  }
  return kvasir::Main(argv[1], pipeline, count);
}

// In place of a store in the process whose values have durations in milliseconds: 100 k to 10 M
// keys, what a write and a read cost, and what a key takes of memory. Here every call crosses a
// socket; kvasir-microbench tells what the same costs inside of a process.
#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "redis-compat/lib/checks.h"

namespace {

using compat::Checks;
using compat::Equal;
using Reply = std::unique_ptr<redisReply, decltype(&freeReplyObject)>;
using Clock = std::chrono::steady_clock;

constexpr int kPipeline = 64;

template <typename... Arguments>
Reply Run(redisContext* context, const char* format, Arguments... arguments) {
  Reply reply(static_cast<redisReply*>(redisCommand(context, format, arguments...)),
              &freeReplyObject);
  if (reply == nullptr) throw std::runtime_error(context->errstr);
  return reply;
}

Reply Read(redisContext* context) {
  void* reply = nullptr;
  if (redisGetReply(context, &reply) != REDIS_OK) throw std::runtime_error(context->errstr);
  return {static_cast<redisReply*>(reply), &freeReplyObject};
}

double InfoField(redisContext* context, const char* section, const std::string& field) {
  const Reply info = Run(context, "INFO %s", section);
  const std::string text(info->str, info->len);
  return std::stod(text.substr(text.find("\n" + field + ":") + field.size() + 2));
}

double UsedMemory(redisContext* context) { return InfoField(context, "memory", "used_memory"); }

// Microseconds that the server's process has had of the processor.
double ServerTime(redisContext* context) {
  return 1e6 *
         (InfoField(context, "cpu", "used_cpu_sys") + InfoField(context, "cpu", "used_cpu_user"));
}

// Sends `count` requests, `depth` at a time, and tells the microseconds that one took, and what the
// server had of the processor for it. `append` makes a request of its number; `is_right` judges its
// reply.
template <typename Append, typename IsRight>
std::string Measure(redisContext* context, int64_t count, int depth, Append append,
                    IsRight is_right) {
  int64_t wrong = 0;
  const double server_begun = ServerTime(context);
  const auto begun = Clock::now();
  for (int64_t i = 0; i < count; i += depth) {
    for (int j = 0; j < depth; ++j) append(i + j);
    for (int j = 0; j < depth; ++j) wrong += is_right(*Read(context)) ? 0 : 1;
  }
  const std::chrono::duration<double, std::micro> spent = Clock::now() - begun;
  Equal("wrong replies", wrong, 0);
  const double server_spent = ServerTime(context) - server_begun;
  char text[64];
  std::snprintf(text, sizeof text, "%.2f us, CPU %.2f", spent.count() / static_cast<double>(count),
                server_spent / static_cast<double>(count));
  return text;
}

// Keys of 16 bytes with values of 8, each with a duration of an hour.
void CheckSize(redisContext* context, int64_t keys, const char* label) {
  Run(context, "FLUSHALL SYNC");
  const double empty = UsedMemory(context);
  const auto set = [&](int64_t i) {
    redisAppendCommand(context, "SET key:%012lld value:%02lld PX 3600000",
                       static_cast<long long>(i % keys), static_cast<long long>(i % 100));
  };
  const auto get = [&](int64_t i) {
    redisAppendCommand(
        context, "GET key:%012lld",
        static_cast<long long>(static_cast<uint64_t>(i) * 7919 % static_cast<uint64_t>(keys)));
  };
  const auto is_ok = [](const redisReply& reply) { return reply.type == REDIS_REPLY_STATUS; };
  const auto is_value = [](const redisReply& reply) { return reply.type == REDIS_REPLY_STRING; };

  const std::string write = Measure(context, keys, kPipeline, set, is_ok);
  Equal("keys", Run(context, "DBSIZE")->integer, keys);
  const double bytes = (UsedMemory(context) - empty) / static_cast<double>(keys);
  const int64_t reads = std::min<int64_t>(keys, 1'000'000);
  const std::string read = Measure(context, reads, kPipeline, get, is_value);
  const std::string write_alone = Measure(context, 20'000, 1, set, is_ok);
  const std::string read_alone = Measure(context, 20'000, 1, get, is_value);

  const std::string at = std::string(" at ") + label + " keys";
  Checks::Figure("write" + at + ", 64 at a time", "2.7-3.2 us", write);
  Checks::Figure("write" + at + ", one by one", "2.7-3.2 us", write_alone);
  Checks::Figure("read" + at + ", 64 at a time", "4.9-7.7 us", read);
  Checks::Figure("read" + at + ", one by one", "4.9-7.7 us", read_alone);
  char text[32];
  std::snprintf(text, sizeof text, "%.0f bytes", bytes);
  Checks::Figure("memory per key" + at, keys == 10'000'000 ? "154 bytes" : "not stated", text);
}

void CheckDurations(redisContext* context) {
  Run(context, "SET brief x PX 100");
  Run(context, "SET longer x PX 60000");
  const int64_t left = Run(context, "PTTL brief")->integer;
  Equal("time left", left > 0 && left <= 100, true);
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  Equal("gone", Run(context, "GET brief")->type, REDIS_REPLY_NIL);
  Equal("there", Run(context, "GET longer")->type, REDIS_REPLY_STRING);
  Equal("changed", Run(context, "PEXPIRE longer 1000")->integer, 1);
  Equal("for ever", Run(context, "PERSIST longer")->integer, 1);
  Equal("for ever", Run(context, "PTTL longer")->integer, -1);
}

// Half of a hundred thousand keys end within a second; nobody asks for them.
void CheckMassExpiry(redisContext* context) {
  Run(context, "FLUSHALL");
  constexpr int kKeys = 100'000;
  for (int i = 0; i < kKeys; ++i) {
    redisAppendCommand(context, "SET k:%d x PX %d", i, i % 2 == 0 ? 500 + i / 200 : 3'600'000);
  }
  for (int i = 0; i < kKeys; ++i) Read(context);
  const auto end = Clock::now() + std::chrono::seconds(30);
  while (Run(context, "DBSIZE")->integer != kKeys / 2) {
    if (Clock::now() > end) throw std::runtime_error("expired keys are still counted after 30 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Checks checks(argc, argv);
  redisContext* context = redisConnect(checks.host.c_str(), checks.port);
  checks.Check("durations in milliseconds", [&] { CheckDurations(context); });
  checks.Check("keys end without being asked for", [&] { CheckMassExpiry(context); });
  checks.Check("100 k keys", [&] { CheckSize(context, 100'000, "100 k"); });
  checks.Check("1 M keys", [&] { CheckSize(context, 1'000'000, "1 M"); });
  checks.Check("10 M keys", [&] { CheckSize(context, 10'000'000, "10 M"); });
  // At once, or the next program would share the processor with what is freed.
  Run(context, "FLUSHALL SYNC");
  redisFree(context);
  const std::string version = std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) +
                              "." + std::to_string(HIREDIS_PATCH);
  return checks.Finish("timed-store", version);
}

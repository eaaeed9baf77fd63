// What programs do with hiredis on a libuv loop: replies come to callbacks.
#include <hiredis/adapters/libuv.h>
#include <hiredis/async.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "redis-compat/lib/checks.h"

namespace {

using compat::Equal;
using Callback = std::function<void(const redisReply*)>;

std::string ToText(const redisReply* reply) {
  if (reply == nullptr) return "(lost)";
  if (reply->type == REDIS_REPLY_NIL) return "(nil)";
  if (reply->type == REDIS_REPLY_INTEGER) return std::to_string(reply->integer);
  if (reply->type != REDIS_REPLY_ARRAY) return {reply->str, reply->len};
  std::string text;
  for (size_t i = 0; i < reply->elements; ++i) {
    text += (i == 0 ? "" : " ") + ToText(reply->element[i]);
  }
  return text;
}

// A connection on the loop; it tells when it is lost.
class Connection {
 public:
  Connection(const compat::Checks& checks, uv_loop_t* loop)
      : context_(redisAsyncConnect(checks.host.c_str(), checks.port)) {
    context_->data = this;
    redisLibuvAttach(context_, loop);
    redisAsyncSetDisconnectCallback(context_, [](const redisAsyncContext* context, int) {
      auto* self = static_cast<Connection*>(context->data);
      self->context_ = nullptr;  // freed by the library
    });
  }

  // `then` is called once, or, for a subscription, for every message. It lives as long as this.
  void Send(const std::vector<std::string>& words, Callback then = {}) {
    std::vector<const char*> starts;
    std::vector<size_t> lengths;
    for (const std::string& word : words) {
      starts.push_back(word.data());
      lengths.push_back(word.size());
    }
    callbacks_.push_back(std::make_unique<Callback>(std::move(then)));
    redisAsyncCommandArgv(
        context_,
        [](redisAsyncContext*, void* reply, void* callback) {
          const Callback& then = *static_cast<Callback*>(callback);
          if (then) then(static_cast<const redisReply*>(reply));
        },
        callbacks_.back().get(), static_cast<int>(words.size()), starts.data(), lengths.data());
  }

  void Disconnect() {
    if (context_ != nullptr) redisAsyncDisconnect(context_);
  }

  bool is_lost() const { return context_ == nullptr; }

 private:
  redisAsyncContext* context_;
  std::vector<std::unique_ptr<Callback>> callbacks_;
};

// Two connections on a loop of their own, for one check.
struct Bench {
  explicit Bench(const compat::Checks& checks) {
    uv_loop_init(&loop);
    client = std::make_unique<Connection>(checks, &loop);
    other = std::make_unique<Connection>(checks, &loop);
  }

  // Runs until all is done that was begun.
  void Run() {
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }

  void Close() {
    client->Disconnect();
    other->Disconnect();
  }

  uv_loop_t loop;
  std::unique_ptr<Connection> client;
  std::unique_ptr<Connection> other;
};

void CheckPipeline(Bench& bench) {
  constexpr int kCount = 20000;
  int wrong = 0;
  int seen = 0;
  for (int i = 0; i < kCount; ++i) {
    bench.client->Send({"SET", "uv:" + std::to_string(i), std::to_string(i)});
  }
  for (int i = 0; i < kCount; ++i) {
    bench.client->Send({"GET", "uv:" + std::to_string(i)}, [&, i](const redisReply* reply) {
      wrong += ToText(reply) != std::to_string(i) ? 1 : 0;
      if (++seen == kCount) bench.Close();
    });
  }
  bench.Run();
  Equal("replies", seen, kCount);
  Equal("wrong replies", wrong, 0);
}

// A WATCH that is lost once: the second attempt goes through.
struct Transaction {
  Bench& bench;
  int attempts = 0;
  std::string result;

  void Try() {
    ++attempts;
    bench.client->Send({"WATCH", "watched"});
    bench.client->Send({"GET", "watched"}, [this](const redisReply* reply) {
      const int value = std::stoi(ToText(reply));
      if (attempts > 1) return Execute(value);
      bench.other->Send({"SET", "watched", "10"}, [this, value](auto*) { Execute(value); });
    });
  }

  void Execute(int value) {
    bench.client->Send({"MULTI"});
    bench.client->Send({"SET", "watched", std::to_string(value + 1)});
    bench.client->Send({"GET", "watched"});
    bench.client->Send({"EXEC"}, [this](const redisReply* reply) {
      result = ToText(reply);
      if (result == "(nil)") return Try();
      bench.Close();
    });
  }
};

void CheckTransaction(Bench& bench) {
  Transaction transaction{.bench = bench};
  bench.client->Send({"SET", "watched", "1"}, [&](auto*) { transaction.Try(); });
  bench.Run();
  Equal("transaction", transaction.result, "OK 11");
  Equal("attempts", transaction.attempts, 2);
}

void CheckBlocking(Bench& bench) {
  std::string popped;
  bench.client->Send({"BLPOP", "queue", "10"}, [&](const redisReply* reply) {
    popped = ToText(reply);
    bench.Close();
  });
  bench.other->Send({"PING"}, [&](auto*) { bench.other->Send({"RPUSH", "queue", "job"}); });
  bench.Run();
  Equal("a pop that waited", popped, "queue job");
}

void CheckPubSub(Bench& bench) {
  std::vector<std::string> heard;
  bench.client->Send({"SUBSCRIBE", "news"}, [&](const redisReply* reply) {
    heard.push_back(ToText(reply));
    if (heard.size() == 1) bench.other->Send({"PUBLISH", "news", "hello"});
    if (heard.size() == 2) bench.client->Send({"UNSUBSCRIBE"});
    if (heard.size() == 2) bench.Close();
  });
  bench.Run();
  Equal("subscribed", heard.at(0), "subscribe news 1");
  Equal("heard", heard.at(1), "message news hello");
}

void CheckBytes(Bench& bench) {
  std::string large(20U << 20, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 + i / 256);
  bool same = false;
  bench.client->Send({"SET", large.substr(0, 256), large});
  bench.client->Send({"GET", large.substr(0, 256)}, [&](const redisReply* reply) {
    same = ToText(reply) == large;
    bench.Close();
  });
  bench.Run();
  Equal("20 MB", same, true);
}

void CheckLost(Bench& bench) {
  bench.client->Send({"CLIENT", "ID"}, [&](const redisReply* reply) {
    bench.other->Send({"CLIENT", "KILL", "ID", ToText(reply)},
                      [&](auto*) { bench.other->Disconnect(); });
  });
  bench.Run();
  Equal("the loss is told", bench.client->is_lost(), true);
}

}  // namespace

int main(int argc, char** argv) {
  compat::Checks checks(argc, argv);
  const auto check = [&](const char* title, void (*body)(Bench&)) {
    checks.Check(std::string(title) + ", RESP2", [&] {
      Bench bench(checks);
      body(bench);
    });
  };
  check("pipeline of 40000", CheckPipeline);
  check("lost WATCH", CheckTransaction);
  check("blocking pop", CheckBlocking);
  check("pub/sub", CheckPubSub);
  check("20 MB value under a binary key", CheckBytes);
  check("CLIENT KILL is told", CheckLost);
  check("a new connection serves", CheckTransaction);
  const std::string version = std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) +
                              "." + std::to_string(HIREDIS_PATCH);
  return checks.Finish("hiredis-libuv", version);
}

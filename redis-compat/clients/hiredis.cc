// What programs do with hiredis, the C library, waiting for each reply.
#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "redis-compat/lib/checks.h"

namespace {

using compat::Equal;
using Reply = std::unique_ptr<redisReply, decltype(&freeReplyObject)>;

class Connection {
 public:
  explicit Connection(const compat::Checks& checks)
      : context_(redisConnect(checks.host.c_str(), checks.port)) {
    if (context_ == nullptr || context_->err != 0) throw std::runtime_error("no connection");
  }
  ~Connection() { redisFree(context_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Reply Run(const std::vector<std::string>& words) {
    Append(words);
    return Read();
  }

  void Append(const std::vector<std::string>& words) {
    std::vector<const char*> starts;
    std::vector<size_t> lengths;
    for (const std::string& word : words) {
      starts.push_back(word.data());
      lengths.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), starts.data(), lengths.data());
  }

  Reply Read() {
    void* reply = nullptr;
    if (redisGetReply(context_, &reply) != REDIS_OK) throw std::runtime_error(context_->errstr);
    return {static_cast<redisReply*>(reply), &freeReplyObject};
  }

  // The text of a reply, or its number, or "(nil)".
  std::string Text(const std::vector<std::string>& words) { return ToText(*Run(words)); }

  static std::string ToText(const redisReply& reply) {
    switch (reply.type) {
      case REDIS_REPLY_NIL:
        return "(nil)";
      case REDIS_REPLY_INTEGER:
        return std::to_string(reply.integer);
      case REDIS_REPLY_ARRAY: {
        std::string text;
        for (size_t i = 0; i < reply.elements; ++i) {
          text += (i == 0 ? "" : " ") + ToText(*reply.element[i]);
        }
        return text;
      }
      default:
        return {reply.str, reply.len};
    }
  }

  redisContext* context() { return context_; }

 private:
  redisContext* context_;
};

void CheckBasics(Connection& client) {
  client.Run({"FLUSHALL"});
  Equal("ping", client.Text({"PING"}), "PONG");
  Equal("set", client.Text({"SET", "name", "Kvasir", "EX", "100"}), "OK");
  Equal("get", client.Text({"GET", "name"}), "Kvasir");
  Equal("ttl", client.Text({"TTL", "name"}), "100");
  Equal("format",
        Connection::ToText(*Reply(
            static_cast<redisReply*>(redisCommand(client.context(), "INCRBY %s %d", "count", 5)),
            &freeReplyObject)),
        "5");
  Equal("error", client.Text({"INCR", "name"}), "ERR value is not an integer or out of range");
}

void CheckPipeline(Connection& client) {
  constexpr int kCount = 10000;
  for (int i = 0; i < kCount; ++i) {
    client.Append({"SET", "pipe:" + std::to_string(i), std::to_string(i)});
  }
  for (int i = 0; i < kCount; ++i) Equal("set", Connection::ToText(*client.Read()), "OK");
  std::set<std::string> found;
  std::string cursor = "0";
  do {
    const Reply reply = client.Run({"SCAN", cursor, "MATCH", "pipe:*", "COUNT", "500"});
    cursor = Connection::ToText(*reply->element[0]);
    for (size_t i = 0; i < reply->element[1]->elements; ++i) {
      found.insert(Connection::ToText(*reply->element[1]->element[i]));
    }
  } while (cursor != "0");
  Equal("scanned", found.size(), size_t{kCount});
}

// A WATCH that is lost once: the second attempt goes through.
void CheckTransaction(Connection& client, Connection& other) {
  client.Run({"SET", "watched", "1"});
  int attempts = 0;
  std::string result = "(nil)";
  while (result == "(nil)") {
    ++attempts;
    client.Run({"WATCH", "watched"});
    const int value = std::stoi(client.Text({"GET", "watched"}));
    if (attempts == 1) other.Run({"SET", "watched", "10"});
    client.Run({"MULTI"});
    Equal("queued", client.Text({"SET", "watched", std::to_string(value + 1)}), "QUEUED");
    client.Run({"GET", "watched"});
    result = client.Text({"EXEC"});
  }
  Equal("transaction", result, "OK 11");
  Equal("attempts", attempts, 2);
}

void CheckBlocking(Connection& client, Connection& other) {
  client.Append({"BLPOP", "queue", "10"});
  int done = 0;
  while (done == 0) redisBufferWrite(client.context(), &done);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  other.Run({"RPUSH", "queue", "job"});
  Equal("a pop that waited", Connection::ToText(*client.Read()), "queue job");
  Equal("a pop of nothing", client.Text({"BLPOP", "queue", "0.1"}), "(nil)");
}

void CheckPubSub(Connection& client, Connection& other) {
  Equal("subscribed", client.Text({"SUBSCRIBE", "news"}), "subscribe news 1");
  Equal("receivers", other.Text({"PUBLISH", "news", "hello"}), "1");
  Equal("heard", Connection::ToText(*client.Read()), "message news hello");
  Equal("unsubscribed", client.Text({"UNSUBSCRIBE", "news"}), "unsubscribe news 0");
}

void CheckBytes(Connection& client) {
  std::string every;
  for (int i = 0; i < 256; ++i) every.push_back(static_cast<char>(i));
  client.Run({"SET", every, every + "\r\n"});
  Equal("binary", client.Text({"GET", every}) == every + "\r\n", true);
  std::string large;
  while (large.size() < (20U << 20)) large += every;
  client.Run({"SET", "large", large});
  Equal("20 MB", client.Text({"GET", "large"}) == large, true);
}

void CheckReconnect(Connection& client, Connection& other) {
  client.Run({"SET", "there", "still"});
  Equal("killed", other.Text({"CLIENT", "KILL", "ID", client.Text({"CLIENT", "ID"})}), "1");
  bool lost = false;
  try {
    client.Run({"GET", "there"});
  } catch (const std::runtime_error&) {
    lost = true;
  }
  Equal("lost", lost, true);
  Equal("reconnected", redisReconnect(client.context()), REDIS_OK);
  Equal("after CLIENT KILL", client.Text({"GET", "there"}), "still");
}

}  // namespace

int main(int argc, char** argv) {
  compat::Checks checks(argc, argv);
  Connection client(checks);
  Connection other(checks);
  checks.Check("basics, RESP2", [&] { CheckBasics(client); });
  checks.Check("pipeline of 10000, RESP2", [&] { CheckPipeline(client); });
  checks.Check("lost WATCH, RESP2", [&] { CheckTransaction(client, other); });
  checks.Check("blocking pop, RESP2", [&] { CheckBlocking(client, other); });
  checks.Check("pub/sub, RESP2", [&] { CheckPubSub(client, other); });
  checks.Check("binary and 20 MB values, RESP2", [&] { CheckBytes(client); });
  checks.Check("reconnect after CLIENT KILL, RESP2", [&] { CheckReconnect(client, other); });
  const std::string version = std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) +
                              "." + std::to_string(HIREDIS_PATCH);
  return checks.Finish("hiredis", version);
}

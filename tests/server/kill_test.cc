// kill -9 under load (D1, D2, D3): several pipelining writers remember what was acknowledged; after
// the restart all of that is there, and of each writer exactly a prefix of what it sent.
// KVASIR_KILL_ROUNDS says how many rounds each test gets.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/base/random.h"
#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

constexpr int kWriters = 4;
constexpr int kPipeline = 32;
constexpr int kSlots = 500;  // keys of each writer

int Rounds() {
  const char* text = getenv("KVASIR_KILL_ROUNDS");
  return text == nullptr ? 3 : std::max(1, atoi(text));
}

// Some milliseconds of load; which ones is what the rounds are for.
void LetThemWrite() {
  std::this_thread::sleep_for(std::chrono::milliseconds(20 + RandomBelow(300)));
}

std::string SlotKey(int writer, int slot) {
  return "w" + std::to_string(writer) + ":" + std::to_string(slot);
}

// What a kind of load sends in step `step`, and how many replies that makes.
struct Load {
  std::function<std::string(int writer, int step)> request;
  size_t replies = 1;
};

// One connection that writes step after step until the server dies.
class Writer {
 public:
  Writer(int port, int id, int first_step, const Load& load)
      : id_(id), sent_(first_step - 1), acknowledged_(first_step - 1), socket_(port) {
    thread_ = std::thread([this, &load] { Write(load); });
  }
  ~Writer() { Join(); }

  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  // The last step that was sent, and the last one whose every reply came. REQUIRES: joined.
  int sent() const { return sent_; }
  int acknowledged() const { return acknowledged_; }

 private:
  void Write(const Load& load) {
    while (true) {
      std::string block;
      for (int i = 1; i <= kPipeline; ++i) block += load.request(id_, sent_ + i);
      sent_ += kPipeline;
      if (!socket_.Send(block)) return;
      while (acknowledged_ < sent_) {
        for (size_t n = 0; n < load.replies; ++n) {
          const std::string reply = socket_.ReadReply();
          if (reply.empty()) return;
          EXPECT_NE(reply[0], '-') << reply;
        }
        ++acknowledged_;
      }
    }
  }

  int id_;
  int sent_;
  int acknowledged_;
  RawSocket socket_;
  std::thread thread_;
};

// A client that reads what the writers write, and remembers the newest step it was shown of each.
class Reader {
 public:
  explicit Reader(int port) : seen_(kWriters, -1), socket_(port) {
    thread_ = std::thread([this] { Read(); });
  }
  ~Reader() { Join(); }
  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  int seen(int writer) const { return seen_[static_cast<size_t>(writer)]; }

 private:
  void Read() {
    while (true) {
      const int writer = static_cast<int>(RandomBelow(kWriters));
      const int slot = static_cast<int>(RandomBelow(kSlots));
      const std::string value = socket_.Run({"GET", SlotKey(writer, slot)});
      if (value == "(closed)") return;
      if (value == "(nil)") continue;
      int& newest = seen_[static_cast<size_t>(writer)];
      newest = std::max(newest, std::stoi(value));
    }
  }

  std::vector<int> seen_;
  RawSocket socket_;
  std::thread thread_;
};

// Looks at what came back of one writer and returns the last step that its keys show.
using Inspect = std::function<int(Client& client, int writer)>;

void RunRounds(const std::string& policy, const Load& load, const Inspect& inspect) {
  ServerProcess server({"--appendfsync", policy});
  ASSERT_NO_FATAL_FAILURE(server.Start());
  std::vector<int> last(kWriters, -1);
  for (int round = 0; round < Rounds(); ++round) {
    Reader reader(server.port());
    std::vector<std::unique_ptr<Writer>> writers;
    for (int id = 0; id < kWriters; ++id) {
      const int first = last[static_cast<size_t>(id)] + 1;
      writers.push_back(std::make_unique<Writer>(server.port(), id, first, load));
    }
    LetThemWrite();
    EXPECT_EQ(server.Kill(SIGKILL), 128 + SIGKILL);
    for (auto& writer : writers) writer->Join();
    reader.Join();
    ASSERT_NO_FATAL_FAILURE(server.Start());
    Client client(server);
    for (int id = 0; id < kWriters; ++id) {
      const Writer& writer = *writers[static_cast<size_t>(id)];
      const int reached = inspect(client, id);
      EXPECT_GE(reached, writer.acknowledged()) << "an acknowledged write is gone: " << policy;
      EXPECT_LE(reached, writer.sent()) << "a write came from nowhere: " << policy;
      if (policy == "always") {
        EXPECT_GE(reached, reader.seen(id)) << "somebody has read what is gone (D1)";
      }
      last[static_cast<size_t>(id)] = reached;
    }
    if (testing::Test::HasFailure()) return;
  }
}

std::vector<int> ReadSlots(Client& client, int writer) {
  std::vector<int> values;
  for (int slot = 0; slot < kSlots; ++slot) client.Queue({"GET", SlotKey(writer, slot)});
  for (int slot = 0; slot < kSlots; ++slot) {
    const std::string value = client.Next();
    values.push_back(value == "(nil)" ? -1 : std::stoi(value));
  }
  return values;
}

// The newest step of all slots says how far the writer came: every slot has to hold the last step
// up to there that wrote to it.
int InspectSlots(Client& client, int writer) {
  const std::vector<int> values = ReadSlots(client, writer);
  const int reached = *std::max_element(values.begin(), values.end());
  for (int slot = 0; slot < kSlots; ++slot) {
    const int since = ((reached - slot) % kSlots + kSlots) % kSlots;
    const int expected = slot > reached ? -1 : reached - since;
    EXPECT_EQ(values[static_cast<size_t>(slot)], expected)
        << "slot " << slot << " of writer " << writer << ", which reached " << reached;
  }
  return reached;
}

class KillTest : public ::testing::TestWithParam<const char*> {};

TEST_P(KillTest, EveryAcknowledgedWriteComesBackAndEachWriterHasAPrefix) {
  const Load load = {[](int writer, int step) {
    const std::string key = SlotKey(writer, step % kSlots);
    return EncodeRequest({"SET", key, std::to_string(step)});
  }};
  RunRounds(GetParam(), load, InspectSlots);
}

TEST_P(KillTest, LargeValuesComeBackWholeAsWell) {
  // Received in a block of their own and logged by reference.
  const auto value_of = [](int step) {
    std::string value = std::to_string(step) + " ";
    value.resize(40'000, static_cast<char>('a' + step % 26));
    return value;
  };
  const Load load = {[=](int writer, int step) {
    return EncodeRequest({"SET", "big" + std::to_string(writer), value_of(step)});
  }};
  RunRounds(GetParam(), load, [=](Client& client, int writer) {
    const std::string value = client.Run({"GET", "big" + std::to_string(writer)});
    if (value == "(nil)") return -1;
    const int reached = std::stoi(value);
    EXPECT_TRUE(value == value_of(reached)) << "not a value that was sent";
    return reached;
  });
}

TEST_P(KillTest, TransactionsComeBackWholeOrNotAtAll) {
  const Load load = {[](int writer, int step) {
                       const std::string id = std::to_string(writer);
                       const std::string number = std::to_string(step);
                       const std::string slot = SlotKey(writer, step % kSlots);
                       return EncodeRequest({"MULTI"}) + EncodeRequest({"SET", "a" + id, number}) +
                              EncodeRequest({"SET", slot, number}) +
                              EncodeRequest({"INCR", "count" + id}) +
                              EncodeRequest({"SET", "b" + id, number}) + EncodeRequest({"EXEC"});
                     },
                     6};
  RunRounds(GetParam(), load, [](Client& client, int writer) {
    const std::string id = std::to_string(writer);
    const std::string a = client.Run({"GET", "a" + id});
    EXPECT_EQ(client.Run({"GET", "b" + id}), a);
    const int reached = a == "(nil)" ? -1 : std::stoi(a);
    if (reached >= 0) {
      EXPECT_EQ(client.Run({"GET", "count" + id}), std::to_string(reached + 1));
    }
    EXPECT_EQ(InspectSlots(client, writer), reached);
    return reached;
  });
}

INSTANTIATE_TEST_SUITE_P(Policies, KillTest, ::testing::Values("always", "everysec", "no"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace kvasir

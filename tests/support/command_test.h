// The fixture for tests that speak commands:
//
//   TEST_F(StringTest, SetThenGet) {
//     EXPECT_EQ(Run({"SET", "k", "v"}), "OK");
//     EXPECT_EQ(Run({"GET", "k"}), "v");
//   }
//
// Everything a test changed was logged; TearDown replays that log into an empty keyspace and
// compares the digests (D8), so every command test is also a test of the log. A snapshot is begun
// before each command and taken after it; it must be of the time before (D7).
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/engine/engine.h"
#include "src/store/keyspace.h"

namespace kvasir {

// Keeps what the engine logs.
class RecordingLog : public CommandLog {
 public:
  struct Record {
    int database = 0;
    std::vector<std::string> arguments;
  };

  uint64_t Append(int database, std::span<const std::string_view> arguments) override;
  uint64_t AppendShared(int database, std::span<const std::string_view> arguments,
                        size_t shared_index, const SharedBytes& block) override;
  void BeginGroup() override;
  void EndGroup() override;
  bool RepliesWaitForSync() const override { return waits_for_sync; }
  uint64_t appended() const override { return records.size(); }
  uint64_t releasable() const override { return durable_sequence; }
  uint64_t durable() const override { return durable_sequence; }
  uint64_t pending_bytes() const override { return pending; }
  const std::string* Refusal() const override { return refusal.empty() ? nullptr : &refusal; }

  std::vector<Record> records;
  std::vector<std::string> groups;  // the names of the commands of each group
  bool in_group = false;
  bool waits_for_sync = false;
  uint64_t durable_sequence = 0;
  uint64_t pending = 0;
  std::string refusal;
};

// Remembers what commands ask of the process.
class RecordingHost : public Host {
 public:
  void Resume(Session& session) override { resumed.push_back(session.id); }
  void Close(Session& session, bool after_output) override;
  Result<void> ApplySettings(const Settings& next,
                             std::span<const std::string_view> changed) override;
  Result<void> Shutdown(const ShutdownRequest& request) override;
  BackgroundStart RewriteLog(bool now) override;
  BackgroundStart SaveInBackground(bool now, bool schedule) override;
  BackgroundCancel CancelSave() override;
  Result<void> ReloadLog(bool rewrite) override;
  void Migrate(MigrationOrder order, MigrationDone done) override {
    migrations.emplace_back(std::move(order), std::move(done));
  }

  std::vector<std::pair<MigrationOrder, MigrationDone>> migrations;
  std::vector<uint64_t> resumed;
  std::vector<uint64_t> closed;
  std::vector<std::string> changed_settings;
  std::string refusal;  // when not empty, what the process answers to any of the below
  std::vector<ShutdownRequest> shutdowns;
  BackgroundStart background = BackgroundStart::kStarted;  // what asking for work comes to
  BackgroundCancel cancel = BackgroundCancel::kNothing;
  std::vector<std::string> saves;
  int log_rewrites = 0;
  int log_reloads = 0;
};

class CommandTest : public ::testing::Test {
 protected:
  CommandTest();
  void TearDown() override;

  // Runs a command as the first client and returns its reply in a readable form: status and bulk
  // replies as their text, errors with their '-' in front, integers as "(integer) 1", null as
  // "(nil)", arrays as "[a, b]", maps as "{a: b}", booleans as "(true)", doubles as "(double) 1.5".
  std::string Run(std::initializer_list<std::string_view> arguments);
  std::string Run(const std::vector<std::string>& arguments);
  std::string RunAs(Session& session, const std::vector<std::string>& arguments);
  // Runs a command that has to block its session.
  void Wait(Session& as, const std::vector<std::string>& arguments);
  // What has been written to a session since: "(no reply)" while it waits.
  std::string Answer(Session& of);
  // The reply as it goes over the wire.
  std::string RunRaw(Session& session, const std::vector<std::string>& arguments);

  // A further client. LIFETIME: of the test.
  Session& NewSession();

  // Moves the clock that commands see.
  void Advance(int64_t milliseconds);

  // The logged commands as text, one a line, since the last call: "SET k v PXAT 5".
  std::vector<std::string> TakeLogged();

  RecordingHost host;
  Keyspace keyspace{16};
  Engine engine;
  RecordingLog log;
  Session session;
  int64_t now_ms = 1'800'000'000'000;
  // Set to false by a test whose changes cannot be replayed (there should be hardly any).
  bool check_replay = true;
  // So many keys and elements may be copied by a test's snapshots: large tests have a few only.
  uint64_t snapshot_budget = 20'000;

 private:
  void ExecuteDuringSnapshot(Session& session, const std::vector<std::string_view>& arguments);

  std::vector<std::unique_ptr<Session>> sessions_;
  size_t taken_ = 0;
};

// The wire form of one reply in the readable form above; `*position` moves behind it.
std::string DescribeReply(std::string_view wire, size_t* position);

}  // namespace kvasir

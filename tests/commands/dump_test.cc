#include <gmock/gmock.h>

#include "src/base/crc.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DumpTest : public CommandTest {
 protected:
  // Type and value with version and checksum behind.
  static std::string Payload(const std::string& value, int version = 10) {
    std::string payload = value + static_cast<char>(version) + static_cast<char>(version >> 8);
    uint64_t sum = Crc64(0, payload);
    for (int i = 0; i < 8; ++i, sum >>= 8) payload += static_cast<char>(sum);
    return payload;
  }
  std::string Restore(const std::string& key, const std::string& payload,
                      const std::string& ttl = "0", std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = {"RESTORE", key, ttl, payload};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return Run(arguments);
  }
  const std::string value_ = Payload(std::string("\0\x03new", 5));
};

TEST_F(DumpTest, PayloadIsTypeValueVersionAndChecksum) {
  Run({"SET", "k", "new"});
  EXPECT_EQ(Run({"DUMP", "k"}), value_);
  EXPECT_EQ(Run({"DUMP", "absent"}), "(nil)");
  Run({"RPUSH", "l", "a"});
  EXPECT_EQ(Run({"DUMP", "l"}), Payload("\x01\x01\x01"
                                        "a"));
}

TEST_F(DumpTest, AllTypesGoThereAndBack) {
  Run({"SET", "string", std::string(100, 'x')});
  Run({"SET", "number", "-70000"});
  Run({"SET", "large", std::string(100'000, 'y')});
  Run({"RPUSH", "list", "a", "1", std::string(9000, 'l'), "b"});
  Run({"SADD", "set", "a", "b", "3"});
  Run({"SADD", "integers", "1", "-9223372036854775808"});
  Run({"HSET", "hash", "f", "v", "g", "1"});
  Run({"ZADD", "zset", "1", "a", "-inf", "b", "0.1", "c"});
  Run({"HSET", "volatile", "f", "v", "g", "1"});
  Run({"HPEXPIRE", "volatile", "100000", "FIELDS", "1", "f"});
  for (const std::string key :
       {"string", "number", "large", "list", "set", "integers", "hash", "zset", "volatile"}) {
    EXPECT_EQ(Restore("copy", Run({"DUMP", key}), "0", {"REPLACE"}), "OK") << key;
    const std::string digest = Run({"DEBUG", "DIGEST-VALUE", key});
    EXPECT_EQ(Run({"DEBUG", "DIGEST-VALUE", "copy"}), digest) << key;
    EXPECT_EQ(Run({"OBJECT", "ENCODING", "copy"}), Run({"OBJECT", "ENCODING", key})) << key;
  }
}

TEST_F(DumpTest, CompressionFollowsTheSetting) {
  Run({"SET", "k", std::string(1000, 'x')});
  EXPECT_LT(Run({"DUMP", "k"}).size(), 100U);
  Run({"CONFIG", "SET", "rdbcompression", "no"});
  EXPECT_GT(Run({"DUMP", "k"}).size(), 1000U);
}

TEST_F(DumpTest, AKeyThatIsThereStaysUnlessReplaced) {
  Run({"SET", "k", "old"});
  EXPECT_EQ(Restore("k", value_), "-BUSYKEY Target key name already exists.");
  EXPECT_EQ(Run({"GET", "k"}), "old");
  // The key is looked at before the payload and the time are.
  EXPECT_EQ(Restore("k", "nonsense", "x"), "-BUSYKEY Target key name already exists.");
  EXPECT_EQ(Restore("k", value_, "0", {"replace"}), "OK");
  EXPECT_EQ(Run({"GET", "k"}), "new");
}

TEST_F(DumpTest, TimesAreLoggedAsDeadlines) {
  TakeLogged();
  EXPECT_EQ(Restore("k", value_, "5000"), "OK");
  EXPECT_EQ(Run({"PTTL", "k"}), "(integer) 5000");
  EXPECT_THAT(TakeLogged(), ElementsAre("RESTORE k 1800000005000 " + value_ + " ABSTTL"));
  EXPECT_EQ(Restore("k", value_, "1800000009000", {"ABSTTL", "REPLACE"}), "OK");
  EXPECT_EQ(Run({"PEXPIRETIME", "k"}), "(integer) 1800000009000");
  EXPECT_THAT(TakeLogged(), ElementsAre("RESTORE k 1800000009000 " + value_ + " ABSTTL REPLACE"));
  EXPECT_EQ(Restore("forever", value_, "0", {"ABSTTL"}), "OK");
  EXPECT_EQ(Run({"TTL", "forever"}), "(integer) -1");
}

TEST_F(DumpTest, ADeadlineThatIsOverLeavesNoKey) {
  EXPECT_EQ(Restore("k", value_, "1", {"ABSTTL"}), "OK");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
  Run({"SET", "k", "old"});
  TakeLogged();
  EXPECT_EQ(Restore("k", value_, "1", {"ABSTTL", "REPLACE"}), "OK");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL k"));
}

TEST_F(DumpTest, UseIsRestored) {
  EXPECT_EQ(Restore("k", value_, "0", {"IDLETIME", "1000"}), "OK");
  EXPECT_EQ(Run({"OBJECT", "IDLETIME", "k"}), "(integer) 1000");
  EXPECT_EQ(Restore("l", value_, "0", {"FREQ", "7"}), "OK");
  Run({"CONFIG", "SET", "maxmemory-policy", "allkeys-lfu"});
  EXPECT_EQ(Restore("m", value_, "0", {"FREQ", "7"}), "OK");
  EXPECT_EQ(Run({"OBJECT", "FREQ", "m"}), "(integer) 7");
}

TEST_F(DumpTest, WrongOptionsAndNumbersAreErrors) {
  const auto refused = [&](std::vector<std::string> options) {
    return Restore("k", value_, "0", std::move(options));
  };
  EXPECT_EQ(refused({"IDLETIME", "-1"}), "-ERR Invalid IDLETIME value, must be >= 0");
  EXPECT_EQ(refused({"FREQ", "256"}), "-ERR Invalid FREQ value, must be >= 0 and <= 255");
  EXPECT_EQ(refused({"FREQ", "-1"}), "-ERR Invalid FREQ value, must be >= 0 and <= 255");
  EXPECT_EQ(refused({"FREQ", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(refused({"FREQ", "1", "IDLETIME", "1"}), "-ERR syntax error");
  EXPECT_EQ(refused({"IDLETIME"}), "-ERR syntax error");
  EXPECT_EQ(refused({"NEVER"}), "-ERR syntax error");
  EXPECT_EQ(Restore("k", value_, "-1"), "-ERR Invalid TTL value, must be >= 0");
  EXPECT_EQ(Restore("k", value_, "x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(DumpTest, DamagedPayloadsAreRefused) {
  const std::string wrong = "-ERR DUMP payload version or checksum are wrong";
  EXPECT_EQ(Restore("k", ""), wrong);
  EXPECT_EQ(Restore("k", "short"), wrong);
  EXPECT_EQ(Restore("k", Payload(std::string("\0\x01v", 3), 15)), wrong);
  for (size_t bit = 0; bit < value_.size() * 8; ++bit) {
    std::string flipped = value_;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(Restore("k", flipped), wrong) << bit;
  }
  const std::string bad = "-ERR Bad data format";
  EXPECT_EQ(Restore("k", Payload("")), bad);
  EXPECT_EQ(Restore("k", Payload(std::string("\0\x05v", 3))), bad);
  EXPECT_EQ(Restore("k", Payload(std::string("\0\x01vmore", 7))), bad);
  EXPECT_EQ(Restore("k", Payload(std::string("\x02\0", 2))), bad);
  EXPECT_EQ(Restore("k", Payload("\xff")), bad);
  EXPECT_EQ(Restore("k", Payload("\x15stream")), bad);
  EXPECT_EQ(Run({"EXISTS", "k"}), "(integer) 0");
}

TEST_F(DumpTest, RestoreWakesWhoWaitsForTheKey) {
  Run({"RPUSH", "l", "a", "b"});
  const std::string payload = Run({"DUMP", "l"});
  Session& waiting = NewSession();
  EXPECT_EQ(RunRaw(waiting, {"BLPOP", "queue", "0"}), "");
  EXPECT_EQ(Restore("queue", payload), "OK");
  engine.BeginTick(now_ms);
  EXPECT_EQ(Run({"LRANGE", "queue", "0", "-1"}), "[b]");
}

TEST_F(DumpTest, RestoreAskingIsRestore) {
  EXPECT_EQ(Run({"RESTORE-ASKING", "k", "0", value_}), "OK");
  EXPECT_EQ(Run({"GET", "k"}), "new");
}

TEST_F(DumpTest, SaveAnswersForTheProcess) {
  // The fixture's process has no files.
  EXPECT_EQ(Run({"SAVE"}),
            "-ERR The dataset could not be saved. Please check the server logs for details.");
}

}  // namespace
}  // namespace kvasir

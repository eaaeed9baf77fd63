// PFADD, PFCOUNT, PFMERGE, PFDEBUG and PFSELFTEST. What the values look like is tested with the
// type.
#include <gmock/gmock.h>

#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kInvalid = "-WRONGTYPE Key is not a valid HyperLogLog string value.";
const std::string kCorrupt = "-INVALIDOBJ Corrupted HLL object detected";

class HyperLogLogCommandTest : public CommandTest {};

TEST_F(HyperLogLogCommandTest, AddsAndCounts) {
  EXPECT_EQ(Run({"PFADD", "k", "a", "b", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"PFADD", "k", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"PFADD", "empty"}), "(integer) 1");
  EXPECT_EQ(Run({"PFADD", "empty"}), "(integer) 0");
  EXPECT_EQ(Run({"PFCOUNT", "k"}), "(integer) 3");
  EXPECT_EQ(Run({"PFCOUNT", "no"}), "(integer) 0");
  Run({"PFADD", "l", "c", "d"});
  EXPECT_EQ(Run({"PFCOUNT", "k", "l", "no"}), "(integer) 4");
}

TEST_F(HyperLogLogCommandTest, ACountThatIsStoredIsAWrite) {
  Run({"PFADD", "k", "a"});
  Run({"PFCOUNT", "k"});
  Run({"PFCOUNT", "k"});
  EXPECT_THAT(TakeLogged(), ElementsAre("PFADD k a", "PFCOUNT k"));
  EXPECT_EQ(Run({"GET", "k"}).substr(8, 8), std::string("\1\0\0\0\0\0\0\0", 8));
  Run({"PFADD", "k", "b"});
  Run({"PFCOUNT", "k", "k"});
  EXPECT_THAT(TakeLogged(), ElementsAre("PFADD k b"));
}

TEST_F(HyperLogLogCommandTest, ACountIsNotStoredWhileTheLogRefusesWrites) {
  Run({"PFADD", "k", "a"});
  TakeLogged();
  log.refusal = "MISCONF the disk is full";
  EXPECT_EQ(Run({"PFCOUNT", "k"}), "(integer) 1");
  EXPECT_TRUE(TakeLogged().empty());
  log.refusal.clear();
  EXPECT_EQ(Run({"PFCOUNT", "k"}), "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("PFCOUNT k"));
}

TEST_F(HyperLogLogCommandTest, Merges) {
  Run({"PFADD", "a", "1", "2"});
  Run({"PFADD", "b", "2", "3"});
  EXPECT_EQ(Run({"PFMERGE", "d", "a", "b", "no"}), "OK");
  EXPECT_EQ(Run({"PFCOUNT", "d"}), "(integer) 3");
  EXPECT_EQ(Run({"PFMERGE", "a"}), "OK");
  EXPECT_EQ(Run({"PFMERGE", "new"}), "OK");
  EXPECT_EQ(Run({"PFCOUNT", "new"}), "(integer) 0");
  Run({"PFDEBUG", "TODENSE", "b"});
  EXPECT_EQ(Run({"PFMERGE", "a", "b"}), "OK");
  EXPECT_EQ(Run({"PFDEBUG", "ENCODING", "a"}), "dense");
  EXPECT_EQ(Run({"PFCOUNT", "a"}), "(integer) 3");
}

TEST_F(HyperLogLogCommandTest, TheDeadlineStays) {
  Run({"PFADD", "k", "a"});
  Run({"EXPIRE", "k", "100"});
  Run({"PFADD", "k", "b"});
  Run({"PFMERGE", "k", "k"});
  Run({"PFDEBUG", "TODENSE", "k"});
  Run({"PFADD", "k", "c"});
  EXPECT_EQ(Run({"TTL", "k"}), "(integer) 100");
  EXPECT_EQ(Run({"PFCOUNT", "k"}), "(integer) 3");
}

TEST_F(HyperLogLogCommandTest, OutgrowsTheSparseForm) {
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> command = {"PFADD", "k"};
    for (int j = 0; j < 20; ++j) command.push_back(std::to_string(i * 20 + j));
    Run(command);
  }
  EXPECT_EQ(Run({"PFDEBUG", "ENCODING", "k"}), "dense");
  EXPECT_EQ(Run({"STRLEN", "k"}), "(integer) 12304");
  EXPECT_EQ(Run({"CONFIG", "SET", "hll-sparse-max-bytes", "100"}), "OK");
  check_replay = false;  // the log does not hold the setting
  Run({"PFADD", "l", "a"});
  EXPECT_EQ(Run({"PFDEBUG", "ENCODING", "l"}), "sparse");
}

TEST_F(HyperLogLogCommandTest, RefusesWhatIsNone) {
  Run({"SET", "s", "foo"});
  Run({"SET", "i", "12345"});
  Run({"SADD", "set", "a"});
  for (const char* key : {"s", "i"}) {
    EXPECT_EQ(Run({"PFADD", key, "a"}), kInvalid);
    EXPECT_EQ(Run({"PFCOUNT", key}), kInvalid);
    EXPECT_EQ(Run({"PFCOUNT", "no", key}), kInvalid);
    EXPECT_EQ(Run({"PFMERGE", "d", key}), kInvalid);
    EXPECT_EQ(Run({"PFDEBUG", "ENCODING", key}), kInvalid);
  }
  EXPECT_EQ(Run({"PFADD", "set", "a"}), kWrongType);
  EXPECT_EQ(Run({"PFCOUNT", "set"}), kWrongType);
  EXPECT_EQ(Run({"PFMERGE", "set", "no"}), kWrongType);
  EXPECT_EQ(Run({"EXISTS", "d"}), "(integer) 0");
}

TEST_F(HyperLogLogCommandTest, RefusesCorruptRuns) {
  const std::string value("HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x10", 17);
  Run({"SET", "k", value});
  EXPECT_EQ(Run({"PFCOUNT", "k"}), kCorrupt);
  EXPECT_EQ(Run({"PFCOUNT", "k", "no"}), kCorrupt);
  EXPECT_EQ(Run({"PFMERGE", "d", "k"}), kCorrupt);
  EXPECT_EQ(Run({"PFADD", "k", "a", "b", "c"}), kCorrupt);
  EXPECT_EQ(Run({"PFDEBUG", "GETREG", "k"}), kCorrupt);
  EXPECT_EQ(Run({"PFDEBUG", "TODENSE", "k"}), kCorrupt);
  EXPECT_EQ(Run({"PFDEBUG", "DECODE", "k"}), "z:17");
  EXPECT_EQ(Run({"GET", "k"}), value);
}

TEST_F(HyperLogLogCommandTest, ShowsHowAValueLies) {
  Run({"PFADD", "k", "a", "b", "c"});
  EXPECT_EQ(Run({"PFDEBUG", "DECODE", "k"}), "Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603");
  EXPECT_EQ(Run({"PFDEBUG", "encoding", "k"}), "sparse");
  EXPECT_THAT(Run({"PFDEBUG", "GETREG", "k"}), HasSubstr("(integer) 0, (integer) 2, (integer) 0"));
  EXPECT_EQ(Run({"PFDEBUG", "ENCODING", "k"}), "dense");
  EXPECT_EQ(Run({"PFDEBUG", "DECODE", "k"}), "-ERR HLL encoding is not sparse");
  EXPECT_EQ(Run({"PFDEBUG", "TODENSE", "k"}), "(integer) 0");
  EXPECT_EQ(Run({"PFDEBUG", "foo", "k"}), "-ERR Unknown PFDEBUG subcommand 'foo'");
  EXPECT_EQ(Run({"PFDEBUG", "foo", "no"}), "-ERR The specified key does not exist");
  EXPECT_EQ(Run({"PFSELFTEST"}), "OK");
}

// It may note the count in the value, for which Redis takes it for a command that may replicate.
TEST_F(HyperLogLogCommandTest, CountingIsNotForScriptsThatOnlyRead) {
  EXPECT_EQ(Run({"EVAL_RO", "return redis.pcall('pfcount', KEYS[1])", "1", "k"}),
            "-ERR Write commands are not allowed from read-only scripts.");
}

}  // namespace
}  // namespace kvasir

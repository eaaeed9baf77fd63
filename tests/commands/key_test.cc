#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeyTest : public CommandTest {};

TEST_F(KeyTest, DelCountsWhatWasThere) {
  Run({"MSET", "a", "1", "b", "2", "c", "3"});
  TakeLogged();
  EXPECT_EQ(Run({"DEL", "a", "x", "a"}), "(integer) 1");
  EXPECT_EQ(Run({"UNLINK", "b", "c", "y"}), "(integer) 2");
  EXPECT_EQ(Run({"DEL", "a"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL a x a", "UNLINK b c y"));
}

TEST_F(KeyTest, BinaryAndEmptyKeys) {
  const std::string binary("\0\r\n\xff", 4);
  EXPECT_EQ(Run({"SET", binary, "1"}), "OK");
  EXPECT_EQ(Run({"SET", "", "2"}), "OK");
  EXPECT_EQ(Run({"MGET", binary, ""}), "[1, 2]");
  EXPECT_EQ(Run({"DEL", binary, ""}), "(integer) 2");
}

TEST_F(KeyTest, ExistsCountsEveryMention) {
  Run({"SET", "a", "1"});
  EXPECT_EQ(Run({"EXISTS", "a", "a", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"TOUCH", "a", "a", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"TYPE", "a"}), "string");
  EXPECT_EQ(Run({"TYPE", "b"}), "none");
}

TEST_F(KeyTest, AnExpiredKeyIsAbsent) {
  Run({"SET", "a", "1", "PX", "10"});
  TakeLogged();
  Advance(10);
  EXPECT_EQ(Run({"EXISTS", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"DEL", "a"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL a"));
}

class KeyExpiryTest : public CommandTest {};

TEST_F(KeyExpiryTest, EveryUnitIsLoggedInAbsoluteMilliseconds) {
  Run({"SET", "k", "v"});
  TakeLogged();
  EXPECT_EQ(Run({"EXPIRE", "k", "10"}), "(integer) 1");
  EXPECT_EQ(Run({"PEXPIRE", "k", "1500"}), "(integer) 1");
  EXPECT_EQ(Run({"EXPIREAT", "k", "1800000020"}), "(integer) 1");
  EXPECT_EQ(Run({"PEXPIREAT", "k", "1800000003600"}), "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("PEXPIREAT k 1800000010000", "PEXPIREAT k 1800000001500",
                                        "PEXPIREAT k 1800000020000", "PEXPIREAT k 1800000003600"));
  EXPECT_EQ(Run({"TTL", "k"}), "(integer) 4");
  EXPECT_EQ(Run({"PTTL", "k"}), "(integer) 3600");
  EXPECT_EQ(Run({"EXPIRETIME", "k"}), "(integer) 1800000004");
  EXPECT_EQ(Run({"PEXPIRETIME", "k"}), "(integer) 1800000003600");
}

TEST_F(KeyExpiryTest, AbsentAndLastingKeys) {
  Run({"SET", "k", "v"});
  TakeLogged();
  for (const char* command : {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}) {
    EXPECT_EQ(Run({command, "k"}), "(integer) -1");
    EXPECT_EQ(Run({command, "x"}), "(integer) -2");
  }
  EXPECT_EQ(Run({"EXPIRE", "x", "1"}), "(integer) 0");
  EXPECT_EQ(Run({"PERSIST", "x"}), "(integer) 0");
  EXPECT_EQ(Run({"PERSIST", "k"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(KeyExpiryTest, PersistTakesTheDeadlineAway) {
  Run({"SET", "k", "v", "PX", "10"});
  EXPECT_EQ(Run({"PERSIST", "k"}), "(integer) 1");
  Advance(20);
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

TEST_F(KeyExpiryTest, ADeadlineInThePastRemovesTheKey) {
  Run({"MSET", "a", "1", "b", "2", "c", "3"});
  TakeLogged();
  EXPECT_EQ(Run({"EXPIRE", "a", "0"}), "(integer) 1");
  EXPECT_EQ(Run({"PEXPIRE", "b", "-9223372036854775808"}), "(integer) 1");
  EXPECT_EQ(Run({"EXPIREAT", "c", "1"}), "(integer) 1");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL a", "DEL b", "DEL c"));
  EXPECT_EQ(Run({"EXISTS", "a", "b", "c"}), "(integer) 0");
}

TEST_F(KeyExpiryTest, ConditionsLookAtTheDeadlineBefore) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"EXPIRE", "k", "10", "XX"}), "(integer) 0");
  EXPECT_EQ(Run({"EXPIRE", "k", "10", "GT"}), "(integer) 0");
  EXPECT_EQ(Run({"EXPIRE", "k", "10", "NX"}), "(integer) 1");
  EXPECT_EQ(Run({"EXPIRE", "k", "20", "NX"}), "(integer) 0");
  EXPECT_EQ(Run({"EXPIRE", "k", "10", "GT"}), "(integer) 0");
  EXPECT_EQ(Run({"EXPIRE", "k", "11", "XX", "GT"}), "(integer) 1");
  EXPECT_EQ(Run({"EXPIRE", "k", "12", "LT"}), "(integer) 0");
  EXPECT_EQ(Run({"EXPIRE", "k", "5", "LT"}), "(integer) 1");
  Run({"PERSIST", "k"});
  EXPECT_EQ(Run({"EXPIRE", "k", "100", "LT"}), "(integer) 1");
}

TEST_F(KeyExpiryTest, RefusesWhatIsNoDeadline) {
  EXPECT_EQ(Run({"EXPIRE", "k", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"EXPIRE", "k", "1", "FOO"}), "-ERR Unsupported option FOO");
  EXPECT_EQ(Run({"EXPIRE", "k", "1", "NX", "GT"}),
            "-ERR NX and XX, GT or LT options at the same time are not compatible");
  EXPECT_EQ(Run({"EXPIRE", "k", "1", "GT", "LT"}),
            "-ERR GT and LT options at the same time are not compatible");
  EXPECT_EQ(Run({"EXPIRE", "k", "9223372036854775807"}),
            "-ERR invalid expire time in 'expire' command");
  EXPECT_EQ(Run({"PEXPIRE", "k", "9223372036854775807"}),
            "-ERR invalid expire time in 'pexpire' command");
  EXPECT_EQ(Run({"EXPIREAT", "k", "-9223372036854775808"}),
            "-ERR invalid expire time in 'expireat' command");
}

TEST_F(KeyExpiryTest, TheLargestDeadlineIsADeadline) {
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"PEXPIREAT", "k", "9223372036854775807"}), "(integer) 1");
  EXPECT_EQ(Run({"EXPIRETIME", "k"}), "(integer) 9223372036854776");
  EXPECT_EQ(Run({"GET", "k"}), "v");
}

}  // namespace
}  // namespace kvasir

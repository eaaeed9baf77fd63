// SETBIT, GETBIT, BITCOUNT, BITPOS, BITOP and BITFIELD.
#include <gmock/gmock.h>

#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BitmapCommandTest : public CommandTest {};

TEST_F(BitmapCommandTest, SetsAndReadsBits) {
  EXPECT_EQ(Run({"SETBIT", "k", "7", "1"}), "(integer) 0");
  EXPECT_EQ(Run({"SETBIT", "k", "7", "1"}), "(integer) 1");
  EXPECT_EQ(Run({"GETBIT", "k", "7"}), "(integer) 1");
  EXPECT_EQ(Run({"GETBIT", "k", "8"}), "(integer) 0");
  EXPECT_EQ(Run({"GETBIT", "no", "4294967295"}), "(integer) 0");
  EXPECT_EQ(Run({"GET", "k"}), "\x01");
  EXPECT_EQ(Run({"SETBIT", "k", "20", "0"}), "(integer) 0");
  EXPECT_EQ(Run({"GET", "k"}), std::string("\x01\0\0", 3));
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "k"}), "raw");
  EXPECT_THAT(TakeLogged(), ElementsAre("SETBIT k 7 1", "SETBIT k 20 0"));
}

TEST_F(BitmapCommandTest, AnIntegerIsTheBytesOfItsText) {
  Run({"SET", "k", "12"});
  EXPECT_EQ(Run({"GETBIT", "k", "2"}), "(integer) 1");
  EXPECT_EQ(Run({"BITCOUNT", "k"}), "(integer) 6");
  EXPECT_EQ(Run({"SETBIT", "k", "6", "1"}), "(integer) 0");
  EXPECT_EQ(Run({"GET", "k"}), "32");
}

TEST_F(BitmapCommandTest, RefusesWhatIsNoBit) {
  const std::string offset = "-ERR bit offset is not an integer or out of range";
  EXPECT_EQ(Run({"SETBIT", "k", "-1", "1"}), offset);
  EXPECT_EQ(Run({"SETBIT", "k", "x", "1"}), offset);
  EXPECT_EQ(Run({"SETBIT", "k", "4294967296", "1"}), offset);
  EXPECT_EQ(Run({"GETBIT", "k", "4294967296"}), offset);
  EXPECT_EQ(Run({"SETBIT", "k", "1", "2"}), "-ERR bit is not an integer or out of range");
  Run({"SADD", "s", "a"});
  for (const char* command : {"GETBIT", "BITPOS"}) {
    EXPECT_EQ(Run({command, "s", "1"}), kWrongType);
  }
  EXPECT_EQ(Run({"SETBIT", "s", "1", "1"}), kWrongType);
  EXPECT_EQ(Run({"BITCOUNT", "s"}), kWrongType);
  EXPECT_EQ(Run({"BITOP", "AND", "d", "k", "s"}), kWrongType);
  EXPECT_EQ(Run({"BITFIELD", "s", "GET", "u1", "0"}), kWrongType);
  EXPECT_EQ(Run({"BITFIELD", "s", "SET", "u1", "0", "1"}), kWrongType);
  EXPECT_THAT(TakeLogged(), ElementsAre("SADD s a"));
}

TEST_F(BitmapCommandTest, ALargeStringGrowsBitByBit) {
  Run({"SET", "k", std::string(2000, '\xff')});
  for (int bit = 15990; bit < 16100; ++bit) {
    EXPECT_EQ(Run({"SETBIT", "k", std::to_string(bit), "1"}),
              bit < 16000 ? "(integer) 1" : "(integer) 0");
  }
  EXPECT_EQ(Run({"BITCOUNT", "k"}), "(integer) 16100");
  EXPECT_EQ(Run({"BITPOS", "k", "0"}), "(integer) 16100");
  EXPECT_EQ(Run({"STRLEN", "k"}), "(integer) 2013");
}

TEST_F(BitmapCommandTest, CountsInRangesOfBytesAndBits) {
  Run({"SET", "k", "foobar"});
  EXPECT_EQ(Run({"BITCOUNT", "k"}), "(integer) 26");
  EXPECT_EQ(Run({"BITCOUNT", "k", "0", "0"}), "(integer) 4");
  EXPECT_EQ(Run({"BITCOUNT", "k", "1", "1", "byte"}), "(integer) 6");
  EXPECT_EQ(Run({"BITCOUNT", "k", "5", "30", "BIT"}), "(integer) 17");
  EXPECT_EQ(Run({"BITCOUNT", "k", "-1", "-1", "BIT"}), "(integer) 0");
  EXPECT_EQ(Run({"BITCOUNT", "k", "-5", "100"}), "(integer) 22");
  EXPECT_EQ(Run({"BITCOUNT", "k", "3", "2"}), "(integer) 0");
  EXPECT_EQ(Run({"BITCOUNT", "k", "-100", "-200", "nonsense"}), kSyntax);
  EXPECT_EQ(Run({"BITCOUNT", "k", "2"}), "(integer) 16");
  EXPECT_EQ(Run({"BITCOUNT", "k", "0", "1", "hello"}), kSyntax);
  EXPECT_EQ(Run({"BITCOUNT", "k", "a", "1"}), kNotInteger);
  EXPECT_EQ(Run({"BITCOUNT", "no", "a"}), kNotInteger);
}

TEST_F(BitmapCommandTest, FindsBits) {
  Run({"SET", "k", std::string("\xff\xf0\x00", 3)});
  EXPECT_EQ(Run({"BITPOS", "k", "0"}), "(integer) 12");
  EXPECT_EQ(Run({"BITPOS", "k", "1", "2"}), "(integer) -1");
  EXPECT_EQ(Run({"BITPOS", "k", "0", "0", "0"}), "(integer) -1");
  EXPECT_EQ(Run({"BITPOS", "k", "1", "9", "15", "BIT"}), "(integer) 9");
  EXPECT_EQ(Run({"BITPOS", "k", "0", "3"}), "(integer) -1");
  EXPECT_EQ(Run({"BITPOS", "k", "0", "1", "-1", "BIT"}), "(integer) 12");
  Run({"SET", "full", "\xff\xff"});
  EXPECT_EQ(Run({"BITPOS", "full", "0"}), "(integer) 16");
  EXPECT_EQ(Run({"BITPOS", "full", "0", "1"}), "(integer) 16");
  EXPECT_EQ(Run({"BITPOS", "full", "0", "0", "-1"}), "(integer) -1");
  EXPECT_EQ(Run({"BITPOS", "no", "0"}), "(integer) 0");
  EXPECT_EQ(Run({"BITPOS", "no", "1", "0", "x"}), kNotInteger);
  EXPECT_EQ(Run({"BITPOS", "k", "2"}), "-ERR The bit argument must be 1 or 0.");
  EXPECT_EQ(Run({"BITPOS", "k", "x"}), kNotInteger);
  EXPECT_EQ(Run({"BITPOS", "k", "1", "0", "x"}), kNotInteger);
  EXPECT_EQ(Run({"BITPOS", "k", "1", "0", "1", "x"}), kSyntax);
  EXPECT_EQ(Run({"BITPOS", "k", "1", "0", "1", "BIT", "x"}), kSyntax);
}

TEST_F(BitmapCommandTest, CombinesStrings) {
  Run({"MSET", "a", "\x0f\xff", "b", "\x3c"});
  const auto combined = [&](const char* operation, std::vector<std::string> keys) {
    std::vector<std::string> command = {"BITOP", operation, "d"};
    command.insert(command.end(), keys.begin(), keys.end());
    EXPECT_EQ(Run(command), "(integer) 2");
    return Run({"GET", "d"});
  };
  EXPECT_EQ(combined("AND", {"a", "b"}), std::string("\x0c\0", 2));
  EXPECT_EQ(combined("or", {"a", "b"}), "\x3f\xff");
  EXPECT_EQ(combined("XOR", {"a", "b"}), "\x33\xff");
  EXPECT_EQ(combined("NOT", {"a"}), std::string("\xf0\0", 2));
  EXPECT_EQ(combined("AND", {"a", "no"}), std::string("\0\0", 2));
  EXPECT_EQ(Run({"BITOP", "AND", "a", "a", "b"}), "(integer) 2");
  EXPECT_EQ(Run({"GET", "a"}), std::string("\x0c\0", 2));
  EXPECT_EQ(Run({"BITOP", "foo", "d", "a"}), kSyntax);
  EXPECT_EQ(Run({"BITOP", "NOT", "d", "a", "b"}),
            "-ERR BITOP NOT must be called with a single source key.");
}

// The example of Redis's documentation for 8.2.
TEST_F(BitmapCommandTest, KnowsTheOperationsOfRedis8) {
  Run({"MSET", "x", "\xd0", "y1", "\xe0", "y2", "\x0a"});
  TakeLogged();
  const auto combined = [&](const char* operation) {
    EXPECT_EQ(Run({"BITOP", operation, "d", "x", "y1", "y2"}), "(integer) 1");
    return Run({"GET", "d"});
  };
  EXPECT_EQ(combined("DIFF"), "\x10");
  EXPECT_EQ(combined("DIFF1"), "\x2a");
  EXPECT_EQ(combined("ANDOR"), "\xc0");
  EXPECT_EQ(combined("ONE"), "\x3a");
  // In words of redis-server 7.
  EXPECT_THAT(TakeLogged(), ElementsAre("SET d \x10", "SET d \x2a", "SET d \xc0", "SET d \x3a"));
  EXPECT_EQ(Run({"BITOP", "DIFF", "d", "no", "x"}), "(integer) 1");
  EXPECT_EQ(Run({"GET", "d"}), std::string(1, '\0'));
  EXPECT_EQ(Run({"BITOP", "ONE", "d", "x"}), "(integer) 1");
  for (const std::string operation : {"DIFF", "DIFF1", "ANDOR"}) {
    EXPECT_EQ(Run({"BITOP", operation, "d", "x"}),
              "-ERR BITOP " + operation + " must be called with at least two source keys.");
  }
  EXPECT_EQ(Run({"BITOP", "diff1", "d", "x"}),
            "-ERR BITOP DIFF1 must be called with at least two source keys.");
}

TEST_F(BitmapCommandTest, AnEmptyResultRemovesTheDestination) {
  Run({"SET", "d", "v"});
  EXPECT_EQ(Run({"BITOP", "OR", "d", "no", "none"}), "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "d"}), "(integer) 0");
  EXPECT_EQ(Run({"BITOP", "OR", "d", "no"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("SET d v", "DEL d"));
}

TEST_F(BitmapCommandTest, TheResultHasNoDeadlineAndStaysBytes) {
  Run({"SET", "a", "12"});
  Run({"SET", "d", "v", "EX", "100"});
  Run({"BITOP", "OR", "d", "a"});
  EXPECT_EQ(Run({"TTL", "d"}), "(integer) -1");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "d"}), "raw");
  Run({"SET", "big", std::string(100'000, 'x')});
  EXPECT_EQ(Run({"BITOP", "XOR", "d", "big", "big"}), "(integer) 100000");
  EXPECT_EQ(Run({"BITCOUNT", "d"}), "(integer) 0");
}

TEST_F(BitmapCommandTest, FieldsAreReadSetAndIncremented) {
  EXPECT_EQ(Run({"BITFIELD", "k", "SET", "u8", "0", "255", "GET", "i8", "0", "GET", "u4", "4"}),
            "[(integer) 0, (integer) -1, (integer) 15]");
  EXPECT_EQ(Run({"BITFIELD", "k", "INCRBY", "u8", "#1", "7", "GET", "u16", "0"}),
            "[(integer) 7, (integer) 65287]");
  EXPECT_EQ(Run({"BITFIELD", "k",        "OVERFLOW", "SAT",    "INCRBY", "u8", "0",
                 "9",        "OVERFLOW", "FAIL",     "INCRBY", "u8",     "0",  "9",
                 "OVERFLOW", "WRAP",     "INCRBY",   "u8",     "0",      "9"}),
            "[(integer) 255, (nil), (integer) 8]");
  EXPECT_EQ(Run({"BITFIELD", "k"}), "[]");
  EXPECT_EQ(Run({"BITFIELD_RO", "k", "GET", "u8", "#0", "GET", "u63", "1000"}),
            "[(integer) 8, (integer) 0]");
  EXPECT_EQ(Run({"BITFIELD", "no", "GET", "u8", "0"}), "[(integer) 0]");
  EXPECT_EQ(Run({"EXISTS", "no"}), "(integer) 0");
  EXPECT_EQ(TakeLogged().size(), 3U);
}

TEST_F(BitmapCommandTest, AFailedFieldStillGrowsTheString) {
  EXPECT_EQ(Run({"BITFIELD", "k", "OVERFLOW", "FAIL", "SET", "u4", "12", "99"}), "[(nil)]");
  EXPECT_EQ(Run({"STRLEN", "k"}), "(integer) 2");
}

TEST_F(BitmapCommandTest, RefusesWhatIsNoField) {
  const std::string type =
      "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but "
      "i64 is.";
  for (const char* encoding : {"u64", "i65", "u0", "x8", "u", "", "i-1"}) {
    EXPECT_EQ(Run({"BITFIELD", "k", "GET", encoding, "0"}), type);
  }
  const std::string offset = "-ERR bit offset is not an integer or out of range";
  for (const char* at : {"-1", "#", "#-1", "4294967296", "#9223372036854775807", "x"}) {
    EXPECT_EQ(Run({"BITFIELD", "k", "GET", "u8", at}), offset);
  }
  EXPECT_EQ(Run({"BITFIELD", "k", "SET", "u8", "0", "x"}), kNotInteger);
  EXPECT_EQ(Run({"BITFIELD", "k", "SET", "u8", "0"}), kSyntax);
  EXPECT_EQ(Run({"BITFIELD", "k", "OVERFLOW", "no"}), "-ERR Invalid OVERFLOW type specified");
  EXPECT_EQ(Run({"BITFIELD_RO", "k", "SET", "u8", "0", "1"}),
            "-ERR BITFIELD_RO only supports the GET subcommand");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

}  // namespace
}  // namespace kvasir

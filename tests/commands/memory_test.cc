#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;

class MemoryTest : public CommandTest {
 protected:
  int64_t Usage(const std::string& key) {
    return std::stoll(Run({"MEMORY", "USAGE", key}).substr(sizeof "(integer) " - 1));
  }
};

TEST_F(MemoryTest, UsageGrowsWithTheValue) {
  EXPECT_EQ(Run({"MEMORY", "USAGE", "nosuch"}), "(nil)");
  Run({"SET", "small", "12345678"});
  Run({"SET", "large", std::string(100000, 'x')});
  EXPECT_LT(Usage("small"), 64);
  EXPECT_GT(Usage("large"), 100000);
  EXPECT_EQ(Run({"MEMORY", "USAGE", "nosuch", "SAMPLES", "0"}), "(nil)");
}

TEST_F(MemoryTest, UsageRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"MEMORY", "USAGE", "k", "SAMPLES", "-1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MEMORY", "USAGE", "k", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"MEMORY", "USAGE", "k", "SAMPLES", "x"}),
            "-ERR value is not an integer or out of range");
}

TEST_F(MemoryTest, StatsAreWholeMaps) {
  Run({"SET", "k", "v", "EX", "100"});
  session.resp_version = 3;
  const std::string text = Run({"MEMORY", "STATS"});
  EXPECT_THAT(text, HasSubstr("db.0: {overhead.hashtable.main: (integer) "));
  EXPECT_THAT(text, HasSubstr("keys.count: (integer) 1, keys.bytes-per-key: (integer) "));
  EXPECT_THAT(text, HasSubstr("allocator-fragmentation.ratio: (double) "));
  EXPECT_THAT(text, HasSubstr("fragmentation: (double) "));
  EXPECT_THAT(text, ::testing::EndsWith("}"));
  EXPECT_EQ(text.find("(and more)"), std::string::npos);
}

TEST_F(MemoryTest, DoctorPurgeAndReport) {
  EXPECT_NE(Run({"MEMORY", "DOCTOR"}), "");
  EXPECT_EQ(Run({"MEMORY", "PURGE"}), "OK");
  EXPECT_NE(Run({"MEMORY", "MALLOC-STATS"}), "");
}

}  // namespace
}  // namespace kvasir

#include <gmock/gmock.h>

#include <set>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

class KeyScanTest : public CommandTest {
 protected:
  // One SCAN with the cursor moved on; the keys it returned.
  std::vector<std::string> Scan(std::string& cursor, std::vector<std::string> options) {
    std::vector<std::string> command = {"SCAN", cursor};
    command.insert(command.end(), options.begin(), options.end());
    const std::string reply = Run(command);
    const size_t comma = reply.find(',');
    cursor = reply.substr(1, comma - 1);
    std::vector<std::string> keys;
    for (size_t at = comma + 3; reply[at] != ']';) {
      const size_t end = reply.find_first_of(",]", at);
      keys.push_back(reply.substr(at, end - at));
      at = reply[end] == ',' ? end + 2 : end;
    }
    return keys;
  }
  std::set<std::string> ScanAll(const std::vector<std::string>& options) {
    std::set<std::string> all;
    std::string cursor = "0";
    do {
      for (const std::string& key : Scan(cursor, options)) all.insert(key);
    } while (cursor != "0");
    return all;
  }
};

TEST_F(KeyScanTest, KeysMatchesPatterns) {
  Run({"MSET", "hello", "1", "hallo", "2", "h[x", "3"});
  EXPECT_EQ(Run({"KEYS", "hello"}), "[hello]");
  EXPECT_EQ(Run({"KEYS", "h[^e]llo"}), "[hallo]");
  EXPECT_EQ(Run({"KEYS", "h\\[?"}), "[h[x]");
  EXPECT_EQ(Run({"KEYS", "h[a-e]llo"}).size(), std::string("[hello, hallo]").size());
  EXPECT_EQ(Run({"KEYS", "h[e-b]llo"}), "[hello]");
  EXPECT_EQ(Run({"KEYS", "h[f-z]llo"}), "[]");
  EXPECT_EQ(Run({"KEYS", "none*"}), "[]");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 3");
}

TEST_F(KeyScanTest, ExpiredKeysAreNotListed) {
  Run({"SET", "a", "1", "PX", "10"});
  Run({"SET", "b", "1"});
  Advance(10);
  EXPECT_EQ(Run({"KEYS", "*"}), "[b]");
  EXPECT_EQ(Run({"SCAN", "0"}), "[0, [b]]");
  EXPECT_EQ(Run({"RANDOMKEY"}), "b");
}

TEST_F(KeyScanTest, ScanRemovesTheExpiredKeysThatItWouldHaveReturned) {
  Run({"SET", "a", "1", "PX", "10"});
  Run({"SADD", "s", "m"});
  Run({"PEXPIRE", "s", "10"});
  Run({"SET", "b", "1"});
  Advance(10);
  EXPECT_EQ(Run({"SCAN", "0", "MATCH", "x*"}), "[0, []]");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 3");
  EXPECT_EQ(Run({"SCAN", "0", "TYPE", "string"}), "[0, [b]]");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 2");
  EXPECT_EQ(Run({"SCAN", "0"}), "[0, [b]]");
  EXPECT_EQ(Run({"DBSIZE"}), "(integer) 1");
}

TEST_F(KeyScanTest, ScanKnowsTheTypes) {
  Run({"SET", "a", "1"});
  EXPECT_EQ(Run({"SCAN", "0", "TYPE", "STRING"}), "[0, [a]]");
  EXPECT_EQ(Run({"SCAN", "0", "TYPE", "stream"}), "[0, []]");
  EXPECT_EQ(Run({"SCAN", "0", "TYPE", "string1"}), "-ERR unknown type name 'string1'");
}

TEST_F(KeyScanTest, ScanReturnsEveryKeyThatStays) {
  std::set<std::string> keys;
  for (int i = 0; i < 500; ++i) keys.insert("key:" + std::to_string(i));
  for (const std::string& key : keys) Run({"SET", key, "v"});
  EXPECT_EQ(ScanAll({}), keys);
  EXPECT_EQ(ScanAll({"COUNT", "1"}), keys);
  EXPECT_EQ(ScanAll({"COUNT", "9223372036854775807"}), keys);
  EXPECT_EQ(ScanAll({"MATCH", "key:12?", "COUNT", "50"}).size(), 10U);
  EXPECT_EQ(ScanAll({"TYPE", "STRING"}), keys);
  EXPECT_TRUE(ScanAll({"TYPE", "hash"}).empty());
}

TEST_F(KeyScanTest, ScanSurvivesGrowthAndShrinking) {
  for (int i = 0; i < 100; ++i) Run({"SET", "stays" + std::to_string(i), "v"});
  std::set<std::string> seen;
  std::string cursor = "0";
  int round = 0;
  do {
    for (const std::string& key : Scan(cursor, {"COUNT", "5"})) seen.insert(key);
    const bool grows = round < 20;
    for (int i = 0; i < 50; ++i) {
      const std::string key = "extra" + std::to_string((round % 20) * 50 + i);
      Run({grows ? "SETNX" : "DEL", key, "v"});
    }
    ++round;
  } while (cursor != "0");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.contains("stays" + std::to_string(i))) << i;
}

TEST_F(KeyScanTest, ScanRefusesOddArguments) {
  EXPECT_EQ(Run({"SCAN", "x"}), "-ERR invalid cursor");
  EXPECT_EQ(Run({"SCAN", "-"}), "-ERR invalid cursor");
  EXPECT_EQ(Run({"SCAN", "-1"}), "[0, []]");
  EXPECT_EQ(Run({"SCAN", "18446744073709551616"}), "-ERR invalid cursor");
  EXPECT_EQ(Run({"SCAN", "18446744073709551615"}), "[0, []]");
  EXPECT_EQ(Run({"SCAN", "0", "COUNT", "0"}), "-ERR syntax error");
  EXPECT_EQ(Run({"SCAN", "0", "COUNT", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"SCAN", "0", "FOO"}), "-ERR syntax error");
}

TEST_F(KeyScanTest, RandomKeyOfAnEmptyDatabase) {
  EXPECT_EQ(Run({"RANDOMKEY"}), "(nil)");
  Run({"SET", "k", "v"});
  EXPECT_EQ(Run({"RANDOMKEY"}), "k");
}

}  // namespace
}  // namespace kvasir

// Values in the forms of all versions, by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/persistence/rdb_fixture.h"

namespace kvasir {
namespace {

class RdbOldForms : public testing::Test {
 protected:
  // Loads one key, "k", of this type and value.
  void Load(int type, const std::string& value, std::string_view magic = "REDIS0010") {
    dataset.Run({"FLUSHALL"});
    const Result<RdbLoaded> result =
        LoadRdb(RdbFile(Bytes({type, 1}) + "k" + value, magic), &dataset.keyspace);
    ASSERT_TRUE(result) << result.error().detail();
    ASSERT_EQ(result->keys, 1U);
  }
  bool Refused(int type, const std::string& value) {
    Dataset fresh;
    return !LoadRdb(RdbFile(Bytes({type, 1}) + "k" + value), &fresh.keyspace);
  }

  Dataset dataset;
};

const std::string kListpackOfTwo =  // NOLINT(cert-err58-cpp)
    Bytes({12, 0, 0, 0, 2, 0, 0x81}) + "a" + Bytes({2, 0x05, 1, 0xff});
const std::string kZiplistOfTwo =  // NOLINT(cert-err58-cpp)
    Bytes({16, 0, 0, 0, 13, 0, 0, 0, 2, 0, 0, 1}) + "a" + Bytes({3, 0xf6, 0xff});

TEST_F(RdbOldForms, Lists) {
  Load(1, Bytes({2, 1}) + "a" + Bytes({0xc0, 5}));
  EXPECT_EQ(dataset.Run({"LRANGE", "k", "0", "-1"}), "[a, 5]");
  Load(10, RdbText(kZiplistOfTwo), "REDIS0006");
  EXPECT_EQ(dataset.Run({"LRANGE", "k", "0", "-1"}), "[a, 5]");
  Load(14, "\x02" + RdbText(kZiplistOfTwo) + RdbText(kZiplistOfTwo), "REDIS0007");
  EXPECT_EQ(dataset.Run({"LRANGE", "k", "0", "-1"}), "[a, 5, a, 5]");
  Load(18, "\x03\x02" + RdbText(kListpackOfTwo) + "\x01" + RdbText("plain") + "\x02" +
               RdbText(kListpackOfTwo));
  EXPECT_EQ(dataset.Run({"LRANGE", "k", "0", "-1"}), "[a, 5, plain, a, 5]");
  EXPECT_TRUE(Refused(18, "\x01\x03" + RdbText(kListpackOfTwo)));
  EXPECT_TRUE(Refused(18, "\x01\x02" + RdbText(kZiplistOfTwo)));
}

TEST_F(RdbOldForms, Sets) {
  Load(2, Bytes({2, 1}) + "a" + Bytes({0xc0, 5}));
  EXPECT_EQ(dataset.Run({"SMISMEMBER", "k", "a", "5", "b"}),
            "[(integer) 1, (integer) 1, (integer) 0]");
  Load(11, RdbText(Bytes({2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0})), "REDIS0006");
  EXPECT_EQ(dataset.Run({"SMISMEMBER", "k", "1", "2"}), "[(integer) 1, (integer) 1]");
  EXPECT_EQ(dataset.Run({"OBJECT", "ENCODING", "k"}), "intset");
  Load(20, RdbText(kListpackOfTwo), "REDIS0011");
  EXPECT_EQ(dataset.Run({"SMISMEMBER", "k", "a", "5"}), "[(integer) 1, (integer) 1]");
  EXPECT_EQ(dataset.Run({"OBJECT", "ENCODING", "k"}), "listpack");
}

TEST_F(RdbOldForms, Hashes) {
  Load(4, Bytes({1, 1}) + "a" + Bytes({0xc0, 5}));
  EXPECT_EQ(dataset.Run({"HGET", "k", "a"}), "5");
  Load(9, RdbText(Bytes({1, 1}) + "a" + Bytes({1, 0}) + "5\xff"), "REDIS0002");
  EXPECT_EQ(dataset.Run({"HGET", "k", "a"}), "5");
  Load(13, RdbText(kZiplistOfTwo), "REDIS0006");
  EXPECT_EQ(dataset.Run({"HGET", "k", "a"}), "5");
  Load(16, RdbText(kListpackOfTwo));
  EXPECT_EQ(dataset.Run({"HGET", "k", "a"}), "5");
  EXPECT_TRUE(Refused(16, RdbText(Bytes({9, 0, 0, 0, 1, 0, 5, 1, 0xff}))));
}

TEST_F(RdbOldForms, HashesWithDeadlines) {
  constexpr uint64_t kDeadline = 1'900'000'000'000;
  const auto deadlines = [&] {
    return dataset.Run({"HPEXPIRETIME", "k", "FIELDS", "2", "a", "b"});
  };
  const std::string expected = "[(integer) 1900000000000, (integer) -1]";
  std::string big_endian = "\x81";
  for (int shift = 56; shift >= 0; shift -= 8) big_endian += static_cast<char>(kDeadline >> shift);
  Load(22,
       Bytes({2}) + big_endian +
           "\x01"
           "a\x01v" +
           Bytes({0, 1}) + "b\x01w",
       "REDIS0012");
  EXPECT_EQ(deadlines(), expected);
  Load(24, LittleEndian64(kDeadline - 10) + Bytes({2, 11, 1}) + "a\x01v" + Bytes({0, 1}) + "b\x01w",
       "REDIS0012");
  EXPECT_EQ(deadlines(), expected);
  const std::string listpack = Bytes({33, 0, 0, 0, 6, 0, 0x81}) + "a" + Bytes({2, 0x81}) + "v" +
                               Bytes({2, 0xf4}) + LittleEndian64(kDeadline) + Bytes({9, 0x81}) +
                               "b" + Bytes({2, 0x81}) + "w" + Bytes({2, 0, 1, 0xff});
  std::string sized = listpack;
  sized[0] = static_cast<char>(listpack.size());
  Load(23, RdbText(sized), "REDIS0012");
  EXPECT_EQ(deadlines(), expected);
  Load(25, LittleEndian64(kDeadline) + RdbText(sized), "REDIS0012");
  EXPECT_EQ(deadlines(), expected);
  EXPECT_EQ(dataset.Run({"HGET", "k", "b"}), "w");
  // What Valkey 9 means by 22.
  const std::string fields = Bytes({2, 1}) + "a\x01v" + LittleEndian64(kDeadline) +
                             "\x01"
                             "b\x01w" +
                             LittleEndian64(UINT64_MAX);
  Load(22, fields, "VALKEY080");
  EXPECT_EQ(deadlines(), expected);
}

TEST_F(RdbOldForms, DeadlinesBeyondTheRangeAreRefused) {
  const std::string field =
      "\x01"
      "a\x01v";
  const auto relative = [&](uint64_t soonest, int behind) {
    return Refused(24, LittleEndian64(soonest) + Bytes({1, behind}) + field);
  };
  constexpr uint64_t kMax = uint64_t{1} << 60;
  EXPECT_FALSE(relative(kMax, 1));
  EXPECT_TRUE(relative(kMax, 2));
  EXPECT_TRUE(relative(kMax + 1, 0));
  EXPECT_TRUE(relative(UINT64_MAX, 1));
  const std::string huge = Bytes({0x81, 0x7f, 255, 255, 255, 255, 255, 255, 255});
  EXPECT_TRUE(Refused(22, Bytes({1}) + huge + field));
  EXPECT_TRUE(Refused(24, LittleEndian64(5) + Bytes({1}) + huge + field));
}

TEST_F(RdbOldForms, SortedSets) {
  const auto range = [&] { return dataset.Run({"ZRANGE", "k", "0", "-1", "WITHSCORES"}); };
  Load(3,
       Bytes({4, 1}) + "c" + Bytes({254, 1}) + "a" + Bytes({255, 1}) + "b" +
           "\x03"
           "1.5" +
           "\x01"
           "d\x02"
           "17",
       "REDIS0006");
  EXPECT_EQ(range(), "[a, -inf, b, 1.5, d, 17, c, inf]");
  EXPECT_TRUE(Refused(3, Bytes({1, 1}) + "a" + Bytes({253})));
  EXPECT_TRUE(Refused(3, Bytes({1, 1}) + "a\x02"
                                         "1x"));
  Load(5, Bytes({2, 1}) + "b" + Bytes({0, 0, 0, 0, 0, 0, 0, 0x40, 1}) + "a" +
              Bytes({0, 0, 0, 0, 0, 0, 0xf8, 0x3f}));
  EXPECT_EQ(range(), "[a, 1.5, b, 2]");
  EXPECT_TRUE(Refused(5, Bytes({1, 1}) + "a" + Bytes({1, 0, 0, 0, 0, 0, 0xf8, 0x7f})));
  Load(12, RdbText(kZiplistOfTwo), "REDIS0006");
  EXPECT_EQ(range(), "[a, 5]");
  Load(17, RdbText(kListpackOfTwo));
  EXPECT_EQ(range(), "[a, 5]");
  EXPECT_TRUE(Refused(17, RdbText(Bytes({9, 0, 0, 0, 1, 0, 5, 1, 0xff}))));
}

TEST_F(RdbOldForms, CompressedForms) {
  // The high bytes of these integers are the same.
  for (int i = 0; i < 60; ++i) dataset.Run({"SADD", "k", std::to_string(5'000'000'000 + i)});
  const std::string digest = dataset.Digest();
  const std::string bytes = SaveRdb(dataset);
  EXPECT_NE(bytes.find("\x0b\x01k\xc3"), std::string::npos);
  Dataset fresh;
  ASSERT_TRUE(LoadRdb(bytes, &fresh.keyspace));
  EXPECT_EQ(fresh.Digest(), digest);
}

}  // namespace
}  // namespace kvasir

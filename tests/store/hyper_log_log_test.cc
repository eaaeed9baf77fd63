#include "src/store/hyper_log_log.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "src/store/hll_dense.h"
#include "src/store/hll_estimate.h"
#include "src/store/hll_sparse.h"
#include "src/store/keyspace.h"
#include "src/store/string_type.h"

namespace kvasir {
namespace {

constexpr uint64_t kSparseMax = 3000;

// FNV-1a, for comparing long values with those of redis-server 7.0.15.
uint64_t Fingerprint(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  return hash;
}

class HyperLogLogTest : public ::testing::Test {
 protected:
  Database::Position At(std::string_view name) { return database.Locate(Key::Of(name)); }
  std::string Value(std::string_view name) {
    IntegerText scratch;
    return std::string(StringBytes(*At(name).node(), scratch));
  }
  Result<bool> Add(std::string_view name, const std::vector<std::string>& elements) {
    const std::vector<std::string_view> views(elements.begin(), elements.end());
    return HyperLogLogAdd(database, Key::Of(name), At(name), views, kSparseMax);
  }
  void AddNumbered(std::string_view name, const std::string& prefix, int first, int behind) {
    for (int i = first; i < behind; ++i) Add(name, {prefix + std::to_string(i)});
  }
  uint64_t Count(std::string_view name) { return HyperLogLogCount(*At(name).node()).value(); }
  void Merge(std::string_view destination, const std::vector<std::string>& sources) {
    HyperLogLogUnion merged;
    for (const std::string& source : sources) ASSERT_TRUE(merged.Add(*At(source).node()));
    ASSERT_TRUE(
        HyperLogLogMerge(database, Key::Of(destination), At(destination), merged, kSparseMax));
  }

  Keyspace keyspace{1};
  Database& database = keyspace.database(0);
};

TEST_F(HyperLogLogTest, AFewElementsGiveTheBytesOfRedis) {
  EXPECT_TRUE(*Add("h", {"a", "b", "c"}));
  EXPECT_FALSE(*Add("h", {"a", "b", "c"}));
  EXPECT_EQ(Value("h"), std::string("HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x60\xf3\x80\x50\xb1\x84\x4b"
                                    "\xfb\x80\x42\x5a",
                                    27));
  EXPECT_FALSE(HyperLogLogIsCounted(*At("h").node()));
  EXPECT_EQ(Count("h"), 3U);
  HyperLogLogCache(database, Key::Of("h"), At("h"), 3);
  EXPECT_TRUE(HyperLogLogIsCounted(*At("h").node()));
  EXPECT_EQ(Value("h").substr(8, 8), std::string("\3\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(StringEncodingName(*At("h").node()), "raw");
}

TEST_F(HyperLogLogTest, GrowsThroughBothFormsLikeRedis) {
  struct Step {
    int elements;
    size_t bytes;
    uint64_t fingerprint;
    uint64_t count;
  };
  // What redis-server holds after these, and PFCOUNT's reply, which then lies in the value, too.
  const Step steps[] = {
      {100, 285, 0xb8de76dab4a4065e, 100},         {500, 1068, 0x1295390da0900aba, 506},
      {1000, 1906, 0x65d14d844e16560d, 1008},      {1500, 2719, 0xdf8eccb17c30d277, 1509},
      {2000, 12304, 0x5864161f4ab7611c, 2000},     {5000, 12304, 0x359526983ee783b3, 4968},
      {100000, 12304, 0x5e50f18db11a5711, 100853},
  };
  int done = 0;
  for (const Step& step : steps) {
    AddNumbered("k", "e", done, step.elements);
    done = step.elements;
    EXPECT_EQ(Value("k").size(), step.bytes);
    EXPECT_EQ(Fingerprint(Value("k")), step.fingerprint) << step.elements;
    EXPECT_EQ(Count("k"), step.count);
    HyperLogLogCache(database, Key::Of("k"), At("k"), step.count);
  }
  Add("h", {"a", "b", "c"});
  Merge("m", {"h", "k"});
  EXPECT_EQ(Fingerprint(Value("m")), 0xafbf1713dc5ba3c8);
  EXPECT_EQ(Count("m"), 100853U);
}

TEST_F(HyperLogLogTest, SparseOnesMergeLikeRedis) {
  for (int i = 0; i < 300; ++i) {
    Add("s1", {"x" + std::to_string(i)});
    Add("s2", {"x" + std::to_string(i + 200)});
  }
  Merge("s3", {"s1", "s2"});
  EXPECT_EQ(Value("s3").size(), 1038U);
  EXPECT_EQ(Fingerprint(Value("s3")), 0xa18a209e19f89cfe);
  EXPECT_EQ(Count("s3"), 499U);
  EXPECT_TRUE(*HyperLogLogToDense(database, Key::Of("s3"), At("s3")));
  EXPECT_FALSE(*HyperLogLogToDense(database, Key::Of("s3"), At("s3")));
  EXPECT_EQ(Count("s3"), 499U);
}

TEST_F(HyperLogLogTest, ALowLimitMakesItDenseAtOnce) {
  const std::string_view elements[] = {"a"};
  ASSERT_TRUE(HyperLogLogAdd(database, Key::Of("k"), {}, elements, 0));
  EXPECT_EQ(Value("k").size(), hll::kDenseBytes);
  EXPECT_EQ(Count("k"), 1U);
}

TEST_F(HyperLogLogTest, RecognizesItsOwn) {
  const auto recognized = [&](const std::string& value) {
    SetString(database, Key::Of("v"), At("v"), value);
    return IsHyperLogLog(*At("v").node());
  };
  EXPECT_TRUE(recognized(hll::NewSparse()));
  EXPECT_TRUE(recognized("HYLL" + std::string(hll::kDenseBytes - 4, '\0')));
  EXPECT_TRUE(recognized("HYLL\x01" + std::string(11, '\0')));
  EXPECT_FALSE(recognized("HYLL" + std::string(hll::kDenseBytes - 5, '\0')));
  EXPECT_FALSE(recognized("HYLL\x01" + std::string(10, '\0')));
  EXPECT_FALSE(recognized("HYLL\x02" + std::string(20, '\0')));
  EXPECT_FALSE(recognized("HYLX\x01" + std::string(20, '\0')));
  EXPECT_FALSE(recognized("12345678901234567"));
  EXPECT_FALSE(recognized(""));
}

// Anybody can write such a value with SET: every operation has to end, within its bounds, with a
// result or kCorrupt, and a value that was corrupt before is not changed by an operation that says
// so.
TEST_F(HyperLogLogTest, SurvivesRandomRuns) {
  std::mt19937 random(4);
  const std::string whole = hll::NewSparse().substr(hll::kHeaderBytes);
  for (int round = 0; round < 20'000; ++round) {
    std::string value = "HYLL\x01" + std::string(10, '\0') + "\x80";
    if (random() % 3 == 0) value += whole;
    for (unsigned i = random() % 60; i > 0; --i) value += static_cast<char>(random());
    if (random() % 3 == 0) value += whole;
    if (random() % 4 == 0) value += '\x7f';
    SetString(database, Key::Of("v"), At("v"), value);
    ASSERT_TRUE(IsHyperLogLog(*At("v").node()));
    HyperLogLogCount(*At("v").node());
    HyperLogLogUnion merged;
    const bool valid = merged.Add(*At("v").node()).has_value();
    const Result<bool> added = Add("v", {std::to_string(random()), std::to_string(random())});
    if (!added) {
      ASSERT_EQ(added.error().code(), Errc::kCorrupt);
      ASSERT_EQ(Value("v"), value);
    }
    if (valid) {
      ASSERT_TRUE(HyperLogLogMerge(database, Key::Of("v"), At("v"), merged, kSparseMax));
    }
    ASSERT_TRUE(IsHyperLogLog(*At("v").node()));
    ASSERT_EQ(HyperLogLogToDense(database, Key::Of("v"), At("v")).has_value() || !valid, true);
  }
}

TEST_F(HyperLogLogTest, SurvivesRandomRegisters) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::string value = "HYLL" + std::string(12, '\0');
    const bool full = random() % 4 == 0;
    while (value.size() < hll::kDenseBytes) value += full ? '\xff' : static_cast<char>(random());
    value[hll::kHeaderBytes - 1] = '\x80';
    SetString(database, Key::Of("v"), At("v"), value);
    EXPECT_TRUE(HyperLogLogCount(*At("v").node()));
    EXPECT_TRUE(Add("v", {std::to_string(random())}));
    Merge("w", {"v"});
  }
}

TEST(HllDenseTest, RegistersAreReadAndWrittenAlone) {
  std::mt19937 random(6);
  std::string bytes(hll::kDenseBytes, '\0');
  std::vector<uint8_t> model(hll::kRegisters);
  for (int i = 0; i < 100'000; ++i) {
    const size_t index = random() % hll::kRegisters;
    model[index] = static_cast<uint8_t>(random() % 64);
    hll::SetDenseRegister(bytes.data(), index, model[index]);
  }
  for (size_t i = 0; i < hll::kRegisters; ++i) ASSERT_EQ(hll::DenseRegister(bytes, i), model[i]);
  hll::ForEachDenseRegister(
      bytes, [&](size_t index, uint8_t value) { ASSERT_EQ(value, model[index]) << index; });
  EXPECT_EQ(bytes.substr(0, hll::kHeaderBytes), std::string(hll::kHeaderBytes, '\0'));
}

TEST(HllEstimateTest, KnowsTheEnds) {
  hll::Histogram histogram{};
  histogram[0] = hll::kRegisters;
  EXPECT_EQ(hll::EstimateCardinality(histogram), 0U);
  histogram = {};
  histogram[51] = hll::kRegisters;
  hll::EstimateCardinality(histogram);
  histogram = {};
  histogram[63] = hll::kRegisters;
  EXPECT_EQ(hll::EstimateCardinality(histogram), uint64_t{1} << 63);
}

}  // namespace
}  // namespace kvasir

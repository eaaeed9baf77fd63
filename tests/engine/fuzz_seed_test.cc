// The engine's fuzz target finds what it is led to: each command has a seed that calls it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "src/commands/families.h"

namespace kvasir {
namespace {

const std::string kSeeds = KVASIR_TESTS_DIRECTORY "/fuzz/corpus/engine_fuzz/";

void ExpectSeed(const std::string& name) {
  EXPECT_TRUE(std::filesystem::exists(kSeeds + name))
      << "tests/fuzz/corpus/engine_fuzz/" << name << " is missing: a byte of settings (\\0), then "
      << "inline requests";
}

TEST(FuzzSeedTest, EveryCommandHasASeed) {
  for (const auto& family : AllFamilies()) {
    for (const CommandRow& row : family) {
      if (row.handler != nullptr || row.subcommands.empty()) ExpectSeed(std::string(row.name));
      for (const CommandRow& sub : row.subcommands) {
        ExpectSeed(std::string(row.name) + "_" + std::string(sub.name));
      }
    }
  }
}

}  // namespace
}  // namespace kvasir

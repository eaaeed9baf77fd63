#include "src/server/restore_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOf(std::vector<std::string> arguments) {
  const auto request = TakeRestoreRequest(arguments);
  return request ? "" : request.error().detail();
}

TEST(RestoreRequest, IsTakenOutOfTheArguments) {
  std::vector<std::string> arguments = {"a.conf",       "--restore-from", "/old",   "--dir", "/new",
                                        "--restore-to", "1700000000123",  "--port", "1"};
  const auto request = TakeRestoreRequest(arguments);
  ASSERT_TRUE(request && *request);
  EXPECT_EQ((*request)->from, "/old");
  EXPECT_EQ((*request)->limit.unix_ms, 1'700'000'000'123U);
  EXPECT_EQ((*request)->limit.sequence, UINT64_MAX);
  EXPECT_THAT(arguments, ElementsAre("a.conf", "--dir", "/new", "--port", "1"));
}

TEST(RestoreRequest, IsOptionalAndSoIsThePoint) {
  std::vector<std::string> arguments = {"--port", "1"};
  EXPECT_EQ(*TakeRestoreRequest(arguments), std::nullopt);
  arguments = {"--restore-from", "old"};
  const auto request = TakeRestoreRequest(arguments);
  ASSERT_TRUE(request && *request);
  EXPECT_TRUE((*request)->from.starts_with("/")) << "the server goes to another directory";
  EXPECT_EQ((*request)->limit.unix_ms, UINT64_MAX);
}

TEST(RestoreRequest, ASequenceNumberSaysThatItIsOne) {
  EXPECT_EQ(ParseRestorePoint("seq:123")->sequence, 123U);
  EXPECT_EQ(ParseRestorePoint("seq:123")->unix_ms, UINT64_MAX);
  EXPECT_EQ(ParseRestorePoint("seq:1700000000000")->sequence, 1'700'000'000'000U);
}

TEST(RestoreRequest, WhatIsNeitherIsRefused) {
  for (const char* text : {"", "x", "seq:", "seq:x", "-1", "1.5", "2026-01-01", "Seq:1"}) {
    const Result<ReplayLimit> limit = ParseRestorePoint(text);
    ASSERT_FALSE(limit) << text;
    EXPECT_THAT(limit.error().detail(), HasSubstr("neither unix milliseconds nor seq:"));
  }
  // Seconds, microseconds, and numbers of records.
  for (const char* text : {"1700000000", "1700000000000000", "123"}) {
    const Result<ReplayLimit> limit = ParseRestorePoint(text);
    ASSERT_FALSE(limit) << text;
    EXPECT_THAT(limit.error().detail(), HasSubstr(std::string("seq:") + text));
  }
  EXPECT_THAT(ErrorOf({"--restore-to", "seq:1"}), HasSubstr("needs --restore-from"));
  EXPECT_THAT(ErrorOf({"--restore-from"}), HasSubstr("needs a value"));
  EXPECT_THAT(ErrorOf({"--restore-from", "--port", "1"}), HasSubstr("needs a value"));
  EXPECT_THAT(ErrorOf({"--restore-from", "a", "--restore-from", "b"}), HasSubstr("twice"));
}

}  // namespace
}  // namespace kvasir

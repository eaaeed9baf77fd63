#include "src/engine/acl_log.h"

#include <gtest/gtest.h>

namespace kvasir {
namespace {

AclLog::Event Denied(std::string object, std::string user = "bob") {
  return {.object = std::move(object), .user = std::move(user), .client = "c"};
}

TEST(AclLog, AlikeEventsOfAMinuteAreOneEntry) {
  AclLog log;
  log.Add(Denied("get"), 1000);
  log.Add(Denied("set"), 2000);
  log.Add(Denied("get"), 3000);
  ASSERT_EQ(log.records().size(), 2U);
  const AclLog::Record& newest = log.records()[0];
  EXPECT_EQ(newest.event.object, "get");
  EXPECT_EQ(newest.count, 2U);
  EXPECT_EQ(newest.created_ms, 1000);
  EXPECT_EQ(newest.updated_ms, 3000);
  EXPECT_EQ(newest.id, 0U);
  EXPECT_EQ(log.records()[1].id, 1U);
  log.Add(Denied("get"), 3000 + 60'001);
  EXPECT_EQ(log.records().size(), 3U);
}

TEST(AclLog, WhatDiffersStaysApart) {
  AclLog log;
  log.Add(Denied("get"), 0);
  log.Add(Denied("get", "eve"), 0);
  AclLog::Event event = Denied("get");
  event.reason = AclDenial::kKey;
  log.Add(event, 0);
  event.context = AclContext::kTransaction;
  log.Add(event, 0);
  EXPECT_EQ(log.records().size(), 4U);
}

TEST(AclLog, KeepsTheNewest) {
  AclLog log;
  log.set_max(2);
  for (const char* object : {"a", "b", "c"}) log.Add(Denied(object), 0);
  ASSERT_EQ(log.records().size(), 2U);
  EXPECT_EQ(log.records()[0].event.object, "c");
  log.set_max(0);
  EXPECT_EQ(log.records().size(), 2U);
  log.Add(Denied("d"), 0);
  EXPECT_TRUE(log.records().empty());
}

}  // namespace
}  // namespace kvasir

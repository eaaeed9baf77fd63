#include "src/engine/directive_words.h"

#include <gtest/gtest.h>

#include "src/engine/directive.h"

namespace kvasir {
namespace {

std::string Reason(Result<void> (*parse)(std::span<const std::string>, Settings&),
                   const std::vector<std::string>& words) {
  Settings settings;
  const Result<void> done = parse(words, settings);
  return done ? "" : done.error().detail();
}

TEST(ParseBind, TakesUpToSixteenAddresses) {
  Settings settings;
  ASSERT_TRUE(ParseBind(std::vector<std::string>{"127.0.0.1", "-::1"}, settings));
  EXPECT_EQ(FormatBind(settings), "127.0.0.1 -::1");
  ASSERT_TRUE(ParseBind({}, settings));
  EXPECT_TRUE(settings.bind.empty());
  EXPECT_EQ(Reason(ParseBind, std::vector<std::string>(16, "::1")), "");
  EXPECT_EQ(Reason(ParseBind, std::vector<std::string>(17, "::1")),
            "Too many bind addresses specified.");
}

TEST(ParseBind, RefusesAddressesThatAListCannotHold) {
  EXPECT_EQ(Reason(ParseBind, {"::1", "a b"}), "Invalid bind address");
  EXPECT_EQ(Reason(ParseBind, {"::1", ""}), "Invalid bind address");
}

TEST(ParseSave, AddsPointsAndNoWordClears) {
  Settings settings;
  ASSERT_TRUE(ParseSave({}, settings));
  EXPECT_EQ(FormatSave(settings), "");
  ASSERT_TRUE(ParseSave(std::vector<std::string>{"900", "1"}, settings));
  ASSERT_TRUE(ParseSave(std::vector<std::string>{"300", "10", "60", "0"}, settings));
  EXPECT_EQ(FormatSave(settings), "900 1 300 10 60 0");
}

TEST(ParseSave, RefusesWhatIsNoPair) {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"900"}, Words{"900", "1", "300"}, Words{"a", "1"}, Words{"0", "1"},
        Words{"900", "-1"}, Words{"1x", "1"}, Words{"", ""}}) {
    EXPECT_EQ(Reason(ParseSave, words), "Invalid save parameters") << words[0];
  }
}

TEST(ParseOutputBufferLimits, ChangesTheNamedClassesOnly) {
  Settings settings;
  ASSERT_TRUE(ParseOutputBufferLimits(
      std::vector<std::string>{"normal", "1mb", "0", "1", "REPLICA", "2", "1", "3"}, settings));
  EXPECT_EQ(FormatOutputBufferLimits(settings),
            "normal 1048576 0 1 slave 2 1 3 pubsub 33554432 8388608 60");
  EXPECT_EQ(settings.client_output_buffer_limit[ClientClass::kReplica],
            (OutputBufferLimit{2, 1, 3}));
  ASSERT_TRUE(ParseOutputBufferLimits({}, settings));
  EXPECT_EQ(settings.client_output_buffer_limit[ClientClass::kNormal].hard_bytes, kMebibyte);
}

TEST(ParseOutputBufferLimits, ReasonsAreThoseOfRedis) {
  EXPECT_EQ(Reason(ParseOutputBufferLimits, {"normal", "0"}),
            "Wrong number of arguments in buffer limit configuration.");
  EXPECT_EQ(Reason(ParseOutputBufferLimits, {"foo", "1", "1", "1"}),
            "Invalid client class specified in buffer limit configuration.");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"normal", "-1", "0", "0"},
                                                {"normal", "0", "x", "0"},
                                                {"normal", "0", "0", "-1"},
                                                {"normal", "0", "0", "1s"}}) {
    EXPECT_EQ(Reason(ParseOutputBufferLimits, words),
              "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
  }
}

TEST(ParsePercentiles, TakesNumbersFromZeroToHundred) {
  Settings settings;
  ASSERT_TRUE(ParsePercentiles(std::vector<std::string>{"0", "50.5", "100"}, settings));
  EXPECT_EQ(FormatPercentiles(settings), "0 50.5 100");
  ASSERT_TRUE(ParsePercentiles({}, settings));
  EXPECT_EQ(FormatPercentiles(settings), "");
  EXPECT_EQ(Reason(ParsePercentiles, {"101"}),
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
  EXPECT_EQ(Reason(ParsePercentiles, {"-inf"}),
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
  EXPECT_EQ(Reason(ParsePercentiles, {"nan"}),
            "Invalid latency-tracking-info-percentiles parameters");
}

TEST(ParseMaxmemoryClients, TakesBytesOrPercent) {
  Settings settings;
  ASSERT_TRUE(ParseMaxmemoryClients(std::vector<std::string>{"5%"}, settings));
  EXPECT_EQ(settings.maxmemory_clients, (MemoryShare{5, true}));
  ASSERT_TRUE(ParseMaxmemoryClients(std::vector<std::string>{"5mb"}, settings));
  EXPECT_EQ(FormatMaxmemoryClients(settings), "5242880");
  ASSERT_TRUE(ParseMaxmemoryClients({}, settings));
  EXPECT_EQ(settings.maxmemory_clients, MemoryShare());
  EXPECT_EQ(Reason(ParseMaxmemoryClients, {"101%"}),
            "percentage argument must be less or equal to 100");
  for (const char* word : {"x", "-1", "-1%", "%", "1 %"}) {
    EXPECT_EQ(Reason(ParseMaxmemoryClients, {word}), "argument must be a memory or percent value");
  }
}

TEST(NotifyEvents, LettersAndBits) {
  EXPECT_EQ(ParseNotifyEvents(""), 0u);
  EXPECT_EQ(ParseNotifyEvents("K$"), kNotifyKeyspace | kNotifyString);
  EXPECT_EQ(ParseNotifyEvents("A"), kNotifyAll);
  EXPECT_EQ(ParseNotifyEvents("KQ"), std::nullopt);
  EXPECT_EQ(FormatNotifyEvents(kNotifyAll | kNotifyKeyevent | kNotifyKeyspace), "AKE");
  EXPECT_EQ(FormatNotifyEvents(*ParseNotifyEvents("Kgnm")), "gnKm");
  EXPECT_EQ(FormatNotifyEvents(*ParseNotifyEvents("g$lshzxetdE")), "AE");
  EXPECT_EQ(Reason(ParseNotifyDirective, {"Q"}),
            "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
}

TEST(NotifyEvents, EveryCombinationReadsBack) {
  for (uint32_t bits = 0; bits < kNotifyKeyMiss * 2; ++bits) {
    EXPECT_EQ(ParseNotifyEvents(FormatNotifyEvents(bits)), bits);
  }
}

}  // namespace
}  // namespace kvasir

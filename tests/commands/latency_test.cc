#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class LatencyTest : public CommandTest {
 protected:
  void RecordSpikes() {
    // What the test's own commands take must not count, however slow the machine is.
    Run({"CONFIG", "SET", "latency-monitor-threshold", "1000000"});
    engine.latency().set_threshold_ms(1);
    engine.latency().Record("command", now_ms / 1000 - 100, 300);
    engine.latency().Record("command", now_ms / 1000 - 5, 500);
    engine.latency().Record("command", now_ms / 1000 - 3, 100);
    engine.latency().Record("fork", now_ms / 1000, 7);
    engine.latency().set_threshold_ms(1'000'000);
  }
};

TEST_F(LatencyTest, SpikesByEvent) {
  EXPECT_EQ(Run({"LATENCY", "LATEST"}), "[]");
  EXPECT_EQ(Run({"LATENCY", "HISTORY", "command"}), "[]");
  RecordSpikes();
  EXPECT_EQ(Run({"LATENCY", "LATEST"}),
            "[[command, (integer) 1799999997, (integer) 100, (integer) 500], "
            "[fork, (integer) 1800000000, (integer) 7, (integer) 7]]");
  EXPECT_EQ(Run({"LATENCY", "HISTORY", "command"}),
            "[[(integer) 1799999900, (integer) 300], [(integer) 1799999995, (integer) 500], "
            "[(integer) 1799999997, (integer) 100]]");
}

TEST_F(LatencyTest, HistoryTellsReasonsToThoseWhoAsk) {
  session.resp_version = 3;
  engine.latency().set_threshold_ms(1);
  engine.latency().Record("command", now_ms / 1000, 5, {.queue_us = 1, .fsync_us = 7000});
  // The worst of a second stands for it.
  engine.latency().Record("command", now_ms / 1000, 9, {.execution_us = 9000, .growth_us = 2});
  engine.latency().Record("command", now_ms / 1000, 4, {.eviction_us = 4});
  engine.latency().set_threshold_ms(1'000'000);
  EXPECT_EQ(Run({"LATENCY", "HISTORY", "command", "reasons"}),
            "[[(integer) 1800000000, (integer) 9, {queue: (integer) 0, execution: (integer) 9000, "
            "expiry: (integer) 0, eviction: (integer) 0, growth: (integer) 2, fsync: (integer) "
            "0}]]");
  EXPECT_EQ(Run({"LATENCY", "HISTORY", "command", "all"}), "-ERR syntax error");
  EXPECT_EQ(Run({"LATENCY", "HISTORY", "command", "REASONS", "x"}), "-ERR syntax error");
}

TEST_F(LatencyTest, ResetForgetsSomeOrAll) {
  RecordSpikes();
  EXPECT_EQ(Run({"LATENCY", "RESET", "nosuch", "fork"}), "(integer) 1");
  EXPECT_EQ(Run({"LATENCY", "RESET"}), "(integer) 1");
  EXPECT_EQ(Run({"LATENCY", "RESET"}), "(integer) 0");
}

TEST_F(LatencyTest, GraphDrawsBars) {
  EXPECT_EQ(Run({"LATENCY", "GRAPH", "x"}), "-ERR No samples available for event 'x'");
  RecordSpikes();
  EXPECT_EQ(Run({"LATENCY", "GRAPH", "command"}),
            "command - high 500 ms, low 100 ms (all time high 500 ms)\n" + std::string(80, '-') +
                "\n # \n | \n#| \n||#\n\n153\nmss\n");
}

TEST_F(LatencyTest, DoctorKnowsWhatToSay) {
  EXPECT_THAT(Run({"LATENCY", "DOCTOR"}), StartsWith("Latency monitoring is disabled"));
  Run({"CONFIG", "SET", "latency-monitor-threshold", "1000"});
  EXPECT_THAT(Run({"LATENCY", "DOCTOR"}), StartsWith("Nothing took 1000 milliseconds"));
  RecordSpikes();
  EXPECT_THAT(Run({"LATENCY", "DOCTOR"}),
              HasSubstr("- command: 3 spikes, 300 ms on average, 500 ms at worst."));
}

TEST_F(LatencyTest, HistogramOfCommands) {
  EXPECT_EQ(Run({"LATENCY", "HISTOGRAM", "set", "nosuch"}), "[]");
  Run({"SET", "k", "v"});
  Run({"CONFIG", "GET", "x"});
  session.resp_version = 3;
  EXPECT_THAT(Run({"LATENCY", "HISTOGRAM", "SET"}),
              MatchesRegex("\\{set: \\{calls: .integer. 1, histogram_usec: "
                           "\\{.integer. [0-9]+: .integer. 1\\}\\}\\}"));
  EXPECT_THAT(Run({"LATENCY", "HISTOGRAM", "config"}), StartsWith("{config|get: "));
  EXPECT_THAT(Run({"LATENCY", "HISTOGRAM"}), HasSubstr("latency|histogram: "));
}

}  // namespace
}  // namespace kvasir

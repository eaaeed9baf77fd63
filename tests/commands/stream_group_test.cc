// Consumer groups: XGROUP, XREADGROUP, XACK, XPENDING, XCLAIM, XAUTOCLAIM, XINFO.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StreamGroupTest : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 5; ++i) {
      Run({"XADD", "s", std::to_string(i) + "-0", "f", std::to_string(i)});
    }
    EXPECT_EQ(Run({"XGROUP", "CREATE", "s", "g", "0"}), "OK");
    TakeLogged();
  }
  std::string Read(const std::string& consumer, const std::string& count,
                   const std::string& id = ">") {
    return Run({"XREADGROUP", "GROUP", "g", consumer, "COUNT", count, "STREAMS", "s", id});
  }
};

TEST_F(StreamGroupTest, GroupsAreMadeAndRemoved) {
  EXPECT_EQ(Run({"XGROUP", "CREATE", "s", "g", "$"}),
            "-BUSYGROUP Consumer Group name already exists");
  EXPECT_THAT(Run({"XGROUP", "CREATE", "none", "g", "$"}),
              HasSubstr("-ERR The XGROUP subcommand requires the key to exist."));
  EXPECT_EQ(Run({"XGROUP", "CREATE", "t", "g", "$", "MKSTREAM", "ENTRIESREAD", "5"}), "OK");
  EXPECT_EQ(Run({"XLEN", "t"}), "(integer) 0");
  EXPECT_EQ(Run({"XGROUP", "CREATE", "s", "h", "0", "ENTRIESREAD", "-5"}),
            "-ERR value for ENTRIESREAD must be positive or -1");
  EXPECT_EQ(Run({"XGROUP", "CREATE", "s", "h", "0", "FOO"}),
            "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.");
  EXPECT_EQ(Run({"XGROUP", "SETID", "s", "h", "0"}),
            "-NOGROUP No such consumer group 'h' for key name 's'");
  EXPECT_EQ(Run({"XGROUP", "SETID", "s", "g", "3", "ENTRIESREAD", "3"}), "OK");
  EXPECT_EQ(Read("c", "1"), "[[s, [[4-0, [f, 4]]]]]");
  EXPECT_EQ(Run({"XGROUP", "CREATECONSUMER", "s", "g", "d"}), "(integer) 1");
  EXPECT_EQ(Run({"XGROUP", "CREATECONSUMER", "s", "g", "d"}), "(integer) 0");
  EXPECT_EQ(Run({"XGROUP", "DELCONSUMER", "s", "g", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"XGROUP", "DELCONSUMER", "s", "g", "c"}), "(integer) 0");
  EXPECT_EQ(Run({"XGROUP", "DESTROY", "s", "g"}), "(integer) 1");
  EXPECT_EQ(Run({"XGROUP", "DESTROY", "s", "g"}), "(integer) 0");
  EXPECT_THAT(Run({"XGROUP", "HELP"}), HasSubstr("CREATECONSUMER"));
  EXPECT_THAT(Run({"XINFO", "HELP"}), HasSubstr("CONSUMERS"));
}

TEST_F(StreamGroupTest, EachEntryGoesToOneConsumer) {
  EXPECT_EQ(Read("a", "2"), "[[s, [[1-0, [f, 1]], [2-0, [f, 2]]]]]");
  EXPECT_EQ(Read("b", "1"), "[[s, [[3-0, [f, 3]]]]]");
  EXPECT_THAT(
      TakeLogged(),
      ElementsAre("XGROUP CREATECONSUMER s g a",
                  "XCLAIM s g a 0 1-0 TIME 1800000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-0",
                  "XCLAIM s g a 0 2-0 TIME 1800000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 2-0",
                  "XGROUP SETID s g 2-0 ENTRIESREAD 2", "XGROUP CREATECONSUMER s g b",
                  "XCLAIM s g b 0 3-0 TIME 1800000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 3-0",
                  "XGROUP SETID s g 3-0 ENTRIESREAD 3"));
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 3, 1-0, 3-0, [[a, 2], [b, 1]]]");
  EXPECT_EQ(Run({"XACK", "s", "g", "1-0", "1-0", "9-9"}), "(integer) 1");
  Advance(50);
  EXPECT_EQ(Run({"XPENDING", "s", "g", "-", "+", "10"}),
            "[[2-0, a, (integer) 50, (integer) 1], [3-0, b, (integer) 50, (integer) 1]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "IDLE", "51", "-", "+", "10"}), "[]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "(2", "+", "10", "b"}),
            "[[3-0, b, (integer) 50, (integer) 1]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "-", "+", "10", "nobody"}), "[]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "-", "+"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XPENDING", "s", "h"}), "-NOGROUP No such key 's' or consumer group 'h'");
  EXPECT_EQ(Run({"XACK", "s", "h", "1-0"}), "(integer) 0");
}

TEST_F(StreamGroupTest, HistoryIsGivenAgainAndLogged) {
  Read("a", "3");
  Run({"XDEL", "s", "2-0"});
  Advance(10);
  TakeLogged();
  EXPECT_EQ(Read("a", "9", "0"), "[[s, [[1-0, [f, 1]], [2-0, (nil)], [3-0, [f, 3]]]]]");
  EXPECT_THAT(
      TakeLogged(),
      ElementsAre("XCLAIM s g a 0 1-0 TIME 1800000000010 RETRYCOUNT 2 FORCE JUSTID LASTID 3-0",
                  "XCLAIM s g a 0 3-0 TIME 1800000000010 RETRYCOUNT 2 FORCE JUSTID LASTID 3-0"));
  EXPECT_EQ(Read("a", "1", "2-0"), "[[s, [[3-0, [f, 3]]]]]");
  EXPECT_EQ(Read("b", "9", "0"), "[[s, []]]");
  EXPECT_EQ(Read("b", "1", "18446744073709551615-18446744073709551615"), "[[s, [[4-0, [f, 4]]]]]");
}

TEST_F(StreamGroupTest, WithoutAcknowledgementNothingIsPending) {
  EXPECT_EQ(Run({"XREADGROUP", "GROUP", "g", "a", "COUNT", "2", "NOACK", "STREAMS", "s", ">"}),
            "[[s, [[1-0, [f, 1]], [2-0, [f, 2]]]]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 0, (nil), (nil), (nil)]");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XGROUP CREATECONSUMER s g a", "XGROUP SETID s g 2-0 ENTRIESREAD 2"));
}

TEST_F(StreamGroupTest, ReadingRefusesWhatMakesNoSense) {
  EXPECT_EQ(Run({"XREADGROUP", "GROUP", "h", "c", "STREAMS", "s", ">"}),
            "-NOGROUP No such key 's' or consumer group 'h' in XREADGROUP with GROUP option");
  EXPECT_EQ(
      Run({"XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", "x", "0"}),
      "-ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be "
      "specified.");
  EXPECT_EQ(Run({"XREAD", "STREAMS", "s", "x", "0"}),
            "-ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must "
            "be specified.");
  EXPECT_THAT(Run({"XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", "$"}),
              HasSubstr("-ERR The $ ID is meaningless in the context of XREADGROUP"));
  EXPECT_EQ(Run({"XREADGROUP", "NOACK", "COUNT", "1", "STREAMS", "s", ">", "s", ">"}),
            "-ERR Missing GROUP option for XREADGROUP");
  EXPECT_EQ(Run({"XREADGROUP", "GROUP", "g", "c", "CLAIM", "-1", "STREAMS", "s", ">"}),
            "-ERR min-idle-time must be a positive integer");
  EXPECT_EQ(Run({"XREADGROUP", "GROUP", "g", "c", "CLAIM", "x", "STREAMS", "s", ">"}),
            "-ERR min-idle-time is not an integer");
  EXPECT_EQ(Run({"XREAD", "GROUP", "g", "c", "STREAMS", "s", "0"}),
            "-ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
  EXPECT_EQ(Run({"XREAD", "NOACK", "STREAMS", "s", "0"}),
            "-ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
  EXPECT_THAT(Run({"XREAD", "STREAMS", "s", ">"}), HasSubstr("-ERR The > ID can be specified"));
  EXPECT_EQ(Run({"XREAD", "BLOCK", "x", "STREAMS", "s", "0"}),
            "-ERR timeout is not an integer or out of range");
  EXPECT_EQ(Run({"XREAD", "BLOCK", "-1", "STREAMS", "s", "0"}), "-ERR timeout is negative");
  EXPECT_EQ(Run({"XREAD", "COUNT", "1", "s", "0"}), "-ERR syntax error");
}

TEST_F(StreamGroupTest, ReadingBehindIds) {
  Run({"XADD", "t", "7-7", "a", "b"});
  EXPECT_EQ(Run({"XREAD", "COUNT", "1", "STREAMS", "s", "t", "3-0", "0"}),
            "[[s, [[4-0, [f, 4]]]], [t, [[7-7, [a, b]]]]]");
  EXPECT_EQ(Run({"XREAD", "STREAMS", "s", "none", "5", "0"}), "(nil)");
  EXPECT_EQ(Run({"XREAD", "STREAMS", "s", "$"}), "(nil)");
  EXPECT_EQ(Run({"XREAD", "STREAMS", "s", "+"}), "[[s, [[5-0, [f, 5]]]]]");
  session.resp_version = 3;
  EXPECT_EQ(Run({"XREAD", "COUNT", "1", "STREAMS", "s", "4-0"}), "{s: [[5-0, [f, 5]]]}");
  EXPECT_EQ(Read("c", "1"), "{s: [[1-0, [f, 1]]]}");
  EXPECT_EQ(Run({"XREAD", "STREAMS", "s", "9"}), "(nil)");
}

TEST_F(StreamGroupTest, WhatOthersLeavePendingCanBeReadAgain) {
  Read("a", "2");
  Advance(100);
  Read("a", "1");
  EXPECT_EQ(
      Run({"XREADGROUP", "GROUP", "g", "b", "COUNT", "4", "CLAIM", "60", "STREAMS", "s", ">"}),
      "[[s, [[1-0, [f, 1], (integer) 100, (integer) 1], "
      "[2-0, [f, 2], (integer) 100, (integer) 1], "
      "[4-0, [f, 4], (integer) 0, (integer) 0], [5-0, [f, 5], (integer) 0, (integer) 0]]]]");
  EXPECT_EQ(Run({"XPENDING", "s", "g", "-", "+", "3"}),
            "[[1-0, b, (integer) 0, (integer) 2], [2-0, b, (integer) 0, (integer) 2], "
            "[3-0, a, (integer) 0, (integer) 1]]");
}

TEST_F(StreamGroupTest, ClaimingChangesTheOwner) {
  Read("a", "3");
  Advance(1000);
  TakeLogged();
  // The consumer is there even so.
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "2000", "1-0"}), "[]");
  EXPECT_THAT(TakeLogged(), ElementsAre("XGROUP CREATECONSUMER s g b"));
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "c", "2000", "0"}), "[0-0, [], []]");
  EXPECT_THAT(TakeLogged(), ElementsAre("XGROUP CREATECONSUMER s g c"));
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "500", "1-0", "9-9"}), "[[1-0, [f, 1]]]");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "2-0", "JUSTID", "IDLE", "400", "RETRYCOUNT", "9"}),
            "[2-0]");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "4-0"}), "[]");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "4-0", "FORCE", "TIME", "5", "LASTID", "4-0"}),
            "[[4-0, [f, 4]]]");
  EXPECT_THAT(
      TakeLogged(),
      ElementsAre("XCLAIM s g b 0 1-0 TIME 1800000001000 RETRYCOUNT 2 FORCE JUSTID LASTID 3-0",
                  "XCLAIM s g b 0 2-0 TIME 1800000000600 RETRYCOUNT 9 FORCE JUSTID LASTID 3-0",
                  "XCLAIM s g b 0 4-0 TIME 5 RETRYCOUNT 2 FORCE JUSTID LASTID 4-0"));
  EXPECT_EQ(Run({"XPENDING", "s", "g", "-", "+", "9"}),
            "[[1-0, b, (integer) 0, (integer) 2], [2-0, b, (integer) 400, (integer) 9], "
            "[3-0, a, (integer) 1000, (integer) 1], "
            "[4-0, b, (integer) 1800000000995, (integer) 2]]");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "1-0", "LASTID", "5-5", "TIME", "x"}),
            "-ERR Invalid TIME option argument for XCLAIM");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "1-0", "FOO"}),
            "-ERR Unrecognized XCLAIM option 'FOO'");
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "x", "1-0"}),
            "-ERR Invalid min-idle-time argument for XCLAIM");
  EXPECT_EQ(Run({"XCLAIM", "s", "h", "b", "0", "1-0"}),
            "-NOGROUP No such key 's' or consumer group 'h'");
  Run({"XDEL", "s", "3-0"});
  EXPECT_EQ(Run({"XCLAIM", "s", "g", "b", "0", "3-0"}), "[]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 3, 1-0, 4-0, [[b, 3]]]");
}

TEST_F(StreamGroupTest, ClaimingGoesOnWhereItStopped) {
  Read("a", "5");
  Run({"XDEL", "s", "2-0"});
  Advance(10);
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "b", "20", "0"}), "[0-0, [], [2-0]]");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "b", "5", "0", "COUNT", "3"}),
            "[5-0, [[1-0, [f, 1]], [3-0, [f, 3]], [4-0, [f, 4]]], []]");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "c", "5", "(4-0", "JUSTID"}), "[0-0, [5-0], []]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 4, 1-0, 5-0, [[b, 3], [c, 1]]]");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "b", "0", "0", "COUNT", "0"}), "-ERR COUNT must be > 0");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "b", "x", "0"}),
            "-ERR Invalid min-idle-time argument for XAUTOCLAIM");
  EXPECT_EQ(Run({"XAUTOCLAIM", "s", "g", "b", "0", "0", "FOO"}), "-ERR syntax error");
}

TEST_F(StreamGroupTest, InfoTellsAll) {
  Read("a", "2");
  Advance(7);
  Run({"XGROUP", "CREATECONSUMER", "s", "g", "b"});
  EXPECT_EQ(Run({"XINFO", "STREAM", "s"}),
            "[length, (integer) 5, radix-tree-keys, (integer) 1, radix-tree-nodes, (integer) 2, "
            "last-generated-id, 5-0, max-deleted-entry-id, 0-0, entries-added, (integer) 5, "
            "recorded-first-entry-id, 1-0, groups, (integer) 1, first-entry, [1-0, [f, 1]], "
            "last-entry, [5-0, [f, 5]]]");
  EXPECT_EQ(Run({"XINFO", "GROUPS", "s"}),
            "[[name, g, consumers, (integer) 2, pending, (integer) 2, last-delivered-id, 2-0, "
            "entries-read, (integer) 2, lag, (integer) 3]]");
  EXPECT_EQ(Run({"XINFO", "CONSUMERS", "s", "g"}),
            "[[name, a, pending, (integer) 2, idle, (integer) 7, inactive, (integer) 7], "
            "[name, b, pending, (integer) 0, idle, (integer) 0, inactive, (integer) -1]]");
  session.resp_version = 3;
  EXPECT_EQ(
      Run({"XINFO", "STREAM", "s", "FULL", "COUNT", "1"}),
      "{length: (integer) 5, radix-tree-keys: (integer) 1, radix-tree-nodes: (integer) 2, "
      "last-generated-id: 5-0, max-deleted-entry-id: 0-0, entries-added: (integer) 5, "
      "recorded-first-entry-id: 1-0, entries: [[1-0, [f, 1]]], groups: [{name: g, "
      "last-delivered-id: 2-0, entries-read: (integer) 2, lag: (integer) 3, pel-count: (integer) "
      "2, pending: [[1-0, a, (integer) 1800000000000, (integer) 1]], consumers: [{name: a, "
      "seen-time: (integer) 1800000000000, active-time: (integer) 1800000000000, pel-count: "
      "(integer) 2, pending: [[1-0, (integer) 1800000000000, (integer) 1]]}, {name: b, seen-time: "
      "(integer) 1800000000007, active-time: (integer) -1, pel-count: (integer) 0, pending: "
      "[]}]}]}");
  EXPECT_EQ(Run({"XINFO", "STREAM", "none"}), "-ERR no such key");
  EXPECT_EQ(Run({"XINFO", "STREAM", "s", "FOO"}),
            "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.");
  EXPECT_EQ(Run({"XINFO", "CONSUMERS", "s", "h"}),
            "-NOGROUP No such consumer group 'h' for key name 's'");
}

// How many entries a group has still to read is known only where none can be missing.
TEST_F(StreamGroupTest, LagIsUnknownBehindDeletedEntries) {
  const auto lag = [this] {
    const std::string groups = Run({"XINFO", "GROUPS", "s"});
    return groups.substr(groups.find("entries-read"));
  };
  EXPECT_EQ(lag(), "entries-read, (nil), lag, (integer) 5]]");
  Read("a", "1");
  EXPECT_EQ(lag(), "entries-read, (integer) 1, lag, (integer) 4]]");
  Run({"XDEL", "s", "3-0"});
  EXPECT_EQ(lag(), "entries-read, (integer) 1, lag, (nil)]]");
  Read("a", "1");
  EXPECT_EQ(lag(), "entries-read, (nil), lag, (nil)]]");
  Read("a", "9");
  EXPECT_EQ(lag(), "entries-read, (integer) 5, lag, (integer) 0]]");
  Run({"XGROUP", "SETID", "s", "g", "0"});
  Run({"XTRIM", "s", "MINID", "4"});
  EXPECT_EQ(lag(), "entries-read, (nil), lag, (integer) 2]]");
}

TEST_F(StreamGroupTest, GroupsAreCopied) {
  Read("a", "3");
  Run({"COPY", "s", "t"});
  Run({"XACK", "s", "g", "1-0"});
  EXPECT_EQ(Run({"XPENDING", "t", "g"}), "[(integer) 3, 1-0, 3-0, [[a, 3]]]");
  Run({"XGROUP", "DELCONSUMER", "t", "g", "a"});
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 2, 2-0, 3-0, [[a, 2]]]");
}

TEST_F(StreamGroupTest, NamesOfSubcommandsAndKeysAreKnown) {
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "XREAD", "COUNT", "1", "STREAMS", "a", "b", "0", "0"}),
            "[a, b]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "XREADGROUP", "GROUP", "g", "c", "STREAMS", "a", ">"}),
            "[a]");
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "XGROUP", "CREATE", "k", "g", "$"}), "[k]");
  EXPECT_EQ(Run({"XGROUP", "FOO", "k"}), "-ERR unknown subcommand 'FOO'. Try XGROUP HELP.");
}

}  // namespace
}  // namespace kvasir

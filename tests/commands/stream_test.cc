// XADD, XTRIM, XLEN, XRANGE, XREVRANGE, XDEL, XSETID.
#include <gmock/gmock.h>

#include <string>

#include "src/store/digest.h"
#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTooSmall =
    "-ERR The ID specified in XADD is equal or smaller than the target stream top item";
constexpr const char* kInvalidId = "-ERR Invalid stream ID specified as stream command argument";

class StreamTest : public CommandTest {
 protected:
  void Fill(int count) {
    for (int i = 1; i <= count; ++i) {
      Run({"XADD", "s", std::to_string(i) + "-0", "f", std::to_string(i)});
    }
    TakeLogged();
  }
};

TEST_F(StreamTest, IdsAreMadeFromTheTimeAndLoggedAsTheyWere) {
  EXPECT_EQ(Run({"XADD", "s", "*", "f", "v"}), "1800000000000-0");
  EXPECT_EQ(Run({"XADD", "s", "*", "f", "w", "g", "7"}), "1800000000000-1");
  EXPECT_EQ(Run({"XADD", "s", "1800000000005-*", "f", "x"}), "1800000000005-0");
  EXPECT_EQ(Run({"XADD", "s", "1800000000005-*", "f", "y"}), "1800000000005-1");
  // The clock is behind the last id.
  EXPECT_EQ(Run({"XADD", "s", "*", "f", "z"}), "1800000000005-2");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XADD s 1800000000000-0 f v", "XADD s 1800000000000-1 f w g 7",
                          "XADD s 1800000000005-0 f x", "XADD s 1800000000005-1 f y",
                          "XADD s 1800000000005-2 f z"));
  EXPECT_EQ(Run({"XLEN", "s"}), "(integer) 5");
  EXPECT_EQ(Run({"TYPE", "s"}), "stream");
  EXPECT_EQ(Run({"OBJECT", "ENCODING", "s"}), "stream");
  EXPECT_EQ(Run({"XRANGE", "s", "-", "(1800000000005"}),
            "[[1800000000000-0, [f, v]], [1800000000000-1, [f, w, g, 7]], "
            "[1800000000005-0, [f, x]], [1800000000005-1, [f, y]], [1800000000005-2, [f, z]]]");
}

TEST_F(StreamTest, IdsGrow) {
  EXPECT_EQ(Run({"XADD", "s", "0-0", "f", "v"}),
            "-ERR The ID specified in XADD must be greater than 0-0");
  EXPECT_EQ(Run({"XADD", "s", "0-*", "f", "v"}), "0-1");
  EXPECT_EQ(Run({"XADD", "s", "5", "f", "v"}), "5-0");
  EXPECT_EQ(Run({"XADD", "s", "5-0", "f", "v"}), kTooSmall);
  EXPECT_EQ(Run({"XADD", "s", "4-*", "f", "v"}), kTooSmall);
  EXPECT_EQ(Run({"XADD", "s", "18446744073709551615-18446744073709551615", "f", "v"}),
            "18446744073709551615-18446744073709551615");
  EXPECT_EQ(Run({"XADD", "s", "*", "f", "v"}),
            "-ERR The stream has exhausted the last possible ID, unable to add more items");
  for (const char* id : {"x", "-", "+", "1-1-1", "18446744073709551616", "", "5-1-*", "*-5"}) {
    EXPECT_EQ(Run({"XADD", "t", id, "f", "v"}), kInvalidId) << id;
  }
  EXPECT_EQ(Run({"EXISTS", "t"}), "(integer) 0");
}

TEST_F(StreamTest, AddingRefusesWhatMakesNoSense) {
  EXPECT_EQ(Run({"XADD", "s", "*", "f"}), "-ERR wrong number of arguments for 'xadd' command");
  EXPECT_EQ(Run({"XADD", "s", "*", "f", "v", "g"}),
            "-ERR wrong number of arguments for 'xadd' command");
  EXPECT_EQ(Run({"XADD", "s", "NOMKSTREAM", "*", "f", "v"}), "(nil)");
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "-1", "*", "f", "v"}),
            "-ERR The MAXLEN argument must be >= 0.");
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "1", "MINID", "1", "*", "f", "v"}),
            "-ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "1", "LIMIT", "1", "*", "f", "v"}),
            "-ERR syntax error, LIMIT cannot be used without the special ~ option");
  EXPECT_EQ(Run({"XADD", "s", "LIMIT", "1", "*", "f", "v"}),
            "-ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "~", "1", "LIMIT", "-1", "*", "f", "v"}),
            "-ERR The LIMIT argument must be >= 0.");
  EXPECT_EQ(Run({"XTRIM", "s", "LIMIT", "1"}),
            "-ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  EXPECT_EQ(Run({"XTRIM", "s", "KEEPREF", "ACKED"}), "-ERR syntax error");
  Run({"SET", "k", "v"});
  for (const char* command : {"XLEN"}) EXPECT_THAT(Run({command, "k"}), HasSubstr("WRONGTYPE"));
  EXPECT_THAT(Run({"XADD", "k", "*", "f", "v"}), HasSubstr("WRONGTYPE"));
  EXPECT_THAT(Run({"XRANGE", "k", "-", "+"}), HasSubstr("WRONGTYPE"));
  EXPECT_THAT(Run({"XDEL", "k", "1"}), HasSubstr("WRONGTYPE"));
  TakeLogged();
  Run({"XADD", "s", "1-1", "f", "v"});
  EXPECT_THAT(TakeLogged(), ElementsAre("XADD s 1-1 f v"));
}

TEST_F(StreamTest, RangesGoBothWays) {
  EXPECT_EQ(Run({"XRANGE", "s", "-", "+"}), "[]");
  Fill(4);
  EXPECT_EQ(Run({"XRANGE", "s", "2", "3"}), "[[2-0, [f, 2]], [3-0, [f, 3]]]");
  EXPECT_EQ(Run({"XRANGE", "s", "(2-0", "+", "COUNT", "1"}), "[[3-0, [f, 3]]]");
  EXPECT_EQ(Run({"XREVRANGE", "s", "+", "-", "COUNT", "2"}), "[[4-0, [f, 4]], [3-0, [f, 3]]]");
  EXPECT_EQ(Run({"XREVRANGE", "s", "(3-0", "2"}), "[[2-0, [f, 2]]]");
  EXPECT_EQ(Run({"XRANGE", "s", "3", "2"}), "[]");
  EXPECT_EQ(Run({"XRANGE", "s", "-", "+", "COUNT", "0"}), "(nil)");
  EXPECT_EQ(Run({"XRANGE", "s", "-", "+", "COUNT"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XRANGE", "s", "(18446744073709551615-18446744073709551615", "+"}),
            "-ERR invalid start ID for the interval");
  EXPECT_EQ(Run({"XRANGE", "s", "-", "(0-0"}), "-ERR invalid end ID for the interval");
  EXPECT_EQ(Run({"XRANGE", "s", "(-", "+"}), kInvalidId);
}

TEST_F(StreamTest, TrimsAreLoggedExactly) {
  Run({"CONFIG", "SET", "stream-node-max-entries", "3"});
  Fill(10);
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "~", "6", "11-0", "f", "11"}), "11-0");
  EXPECT_EQ(Run({"XTRIM", "s", "MAXLEN", "~", "6"}), "(integer) 0");
  EXPECT_EQ(Run({"XTRIM", "s", "MAXLEN", "5"}), "(integer) 3");
  EXPECT_EQ(Run({"XTRIM", "s", "MINID", "8-5"}), "(integer) 2");
  EXPECT_EQ(Run({"XADD", "s", "MAXLEN", "2", "*", "f", "v"}), "1800000000000-0");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XADD s 11-0 f 11", "XTRIM s MAXLEN = 8", "XTRIM s MAXLEN = 5",
                          "XTRIM s MINID = 9-0", "XADD s MAXLEN 2 1800000000000-0 f v"));
  EXPECT_EQ(Run({"XTRIM", "s", "MAXLEN", "~", "0", "LIMIT", "1"}), "(integer) 0");
  EXPECT_EQ(Run({"XTRIM", "s", "MAXLEN", "0"}), "(integer) 2");
  EXPECT_EQ(Run({"EXISTS", "s"}), "(integer) 1");
  EXPECT_EQ(Run({"XLEN", "s"}), "(integer) 0");
}

TEST_F(StreamTest, DeletingLeavesTheRest) {
  Run({"CONFIG", "SET", "stream-node-max-entries", "4"});
  Fill(9);
  EXPECT_EQ(Run({"XDEL", "s", "3-0", "1", "3-0", "77-7"}), "(integer) 2");
  EXPECT_EQ(Run({"XDEL", "s", "5", "6", "7", "8"}), "(integer) 4");
  EXPECT_EQ(Run({"XRANGE", "s", "-", "+"}), "[[2-0, [f, 2]], [4-0, [f, 4]], [9-0, [f, 9]]]");
  EXPECT_EQ(Run({"XREVRANGE", "s", "+", "-"}), "[[9-0, [f, 9]], [4-0, [f, 4]], [2-0, [f, 2]]]");
  EXPECT_EQ(Run({"XDEL", "s", "9", "4", "2"}), "(integer) 3");
  EXPECT_EQ(Run({"XLEN", "s"}), "(integer) 0");
  EXPECT_EQ(Run({"XADD", "s", "9-0", "f", "v"}), kTooSmall);
  EXPECT_EQ(Run({"XDEL", "none", "x"}), "(integer) 0");
  EXPECT_EQ(Run({"XDEL", "s", "x"}), kInvalidId);
}

TEST_F(StreamTest, TheLastIdCanBeSet) {
  EXPECT_EQ(Run({"XSETID", "s", "1-1"}), "-ERR no such key");
  Fill(3);
  Run({"XDEL", "s", "2-0"});
  EXPECT_EQ(Run({"XSETID", "s", "2-5"}),
            "-ERR The ID specified in XSETID is smaller than the target stream top item");
  EXPECT_EQ(Run({"XSETID", "s", "9-9", "ENTRIESADDED", "1"}),
            "-ERR The entries_added specified in XSETID is smaller than the target stream length");
  EXPECT_EQ(Run({"XSETID", "s", "9-9", "ENTRIESADDED", "-1"}),
            "-ERR entries_added must be positive");
  EXPECT_EQ(Run({"XSETID", "s", "9-9", "MAXDELETEDID", "10-0"}),
            "-ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
  EXPECT_EQ(Run({"XSETID", "s", "9-9", "SOMETHING"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XSETID", "s", "9-9", "ENTRIESADDED", "100", "MAXDELETEDID", "2-5"}), "OK");
  Run({"COPY", "s", "t"});
  Run({"XTRIM", "t", "MAXLEN", "0"});
  EXPECT_EQ(Run({"XSETID", "t", "1-1"}),
            "-ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
  EXPECT_THAT(Run({"XINFO", "STREAM", "s"}),
              HasSubstr("last-generated-id, 9-9, max-deleted-entry-id, 2-5, entries-added, "
                        "(integer) 100, recorded-first-entry-id, 1-0"));
}

TEST_F(StreamTest, EntriesMayHaveOtherFieldsThanTheFirst) {
  Run({"XADD", "s", "1-1", "a", "1", "b", "2"});
  Run({"XADD", "s", "1-2", "a", "x", "c", "y"});
  Run({"XADD", "s", "1-3", "a", "3", "b", "4"});
  Run({"XADD", "s", "2-0", "7", std::string(300, 'v')});
  EXPECT_EQ(Run({"XRANGE", "s", "-", "1"}),
            "[[1-1, [a, 1, b, 2]], [1-2, [a, x, c, y]], [1-3, [a, 3, b, 4]]]");
  EXPECT_EQ(Run({"XREVRANGE", "s", "1-2", "-"}), "[[1-2, [a, x, c, y]], [1-1, [a, 1, b, 2]]]");
  EXPECT_EQ(Run({"XRANGE", "s", "2", "2"}), "[[2-0, [7, " + std::string(300, 'v') + "]]]");
  EXPECT_EQ(Run({"COPY", "s", "t"}), "(integer) 1");
  EXPECT_EQ(Run({"XRANGE", "t", "-", "+"}), Run({"XRANGE", "s", "-", "+"}));
}

TEST_F(StreamTest, DigestIsThatOfRedis) {
  Run({"XADD", "s", "1-1", "f", "v"});
  Run({"XADD", "s", "2-7", "g", "12"});
  Run({"XGROUP", "CREATE", "s", "group", "0"});
  // redis-server 7.0.15 says so.
  const Entry* entry = keyspace.database(0).Peek(Key::Of("s"));
  EXPECT_EQ(DigestToHex(DigestValue(*entry)), "b33c2e3e8359c4b85b05835e48201c1faa1a07aa");
}

// More entries than a snapshot takes as a whole: what changes them is met while it cuts them.
TEST_F(StreamTest, LargeStreamsAreCut) {
  snapshot_budget = 60'000;
  for (int i = 1; i <= 1100; ++i) {
    engine.ExecuteOne(session, std::vector<std::string_view>{"XADD", "s", "*", "f", "v"});
  }
  Answer(session);
  session.output.Clear();
  Run({"XGROUP", "CREATE", "s", "g", "0"});
  Run({"XREADGROUP", "GROUP", "g", "c", "COUNT", "200", "STREAMS", "s", ">"});
  Run({"XADD", "s", "*", "f", "w"});
  Run({"XDEL", "s", "1800000000000-3", "1800000000000-700"});
  Run({"XACK", "s", "g", "1800000000000-5", "1800000000000-150"});
  Run({"XCLAIM", "s", "g", "d", "0", "1800000000000-9", "1800000000000-100"});
  Run({"XTRIM", "s", "MAXLEN", "1050"});
  Run({"XREADGROUP", "GROUP", "g", "d", "COUNT", "70", "STREAMS", "s", ">"});
  Run({"XGROUP", "DELCONSUMER", "s", "g", "d"});
  Run({"XGROUP", "DESTROY", "s", "g"});
  Run({"DEL", "s"});
}

TEST_F(StreamTest, ReferencesGoWhenAsked) {
  Fill(6);
  Run({"XGROUP", "CREATE", "s", "g", "0"});
  Run({"XGROUP", "CREATE", "s", "h", "0"});
  Run({"XREADGROUP", "GROUP", "g", "c", "COUNT", "4", "STREAMS", "s", ">"});
  Run({"XREADGROUP", "GROUP", "h", "c", "COUNT", "3", "STREAMS", "s", ">"});
  Run({"XACK", "s", "g", "2-0"});
  Run({"XACK", "s", "h", "2-0"});
  TakeLogged();
  EXPECT_EQ(Run({"XTRIM", "s", "MAXLEN", "4", "ACKED"}), "(integer) 1");
  EXPECT_EQ(Run({"XADD", "s", "DELREF", "MAXLEN", "5", "7-0", "f", "7"}), "7-0");
  EXPECT_THAT(TakeLogged(), ElementsAre("XDEL s 2-0", "XADD s 7-0 f 7", "XTRIM s MAXLEN = 5",
                                        "XACK s g 1-0", "XACK s h 1-0"));
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 2, 3-0, 4-0, [[c, 2]]]");
  EXPECT_EQ(Run({"XDELEX", "s", "ACKED", "IDS", "2", "3-0", "9-9"}), "[(integer) 2, (integer) -1]");
  EXPECT_EQ(Run({"XDELEX", "s", "DELREF", "IDS", "1", "3-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XDELEX", "s", "IDS", "1", "4-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XPENDING", "s", "g"}), "[(integer) 1, 4-0, 4-0, [[c, 1]]]");
  EXPECT_EQ(Run({"XDELEX", "none", "IDS", "2", "1", "2"}), "[(integer) -1, (integer) -1]");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("XDEL s 3-0", "XACK s g 3-0", "XACK s h 3-0", "XDEL s 4-0"));
}

TEST_F(StreamTest, AcknowledgingCanDelete) {
  Fill(4);
  for (const char* group : {"g", "h"}) {
    Run({"XGROUP", "CREATE", "s", group, "0"});
    Run({"XREADGROUP", "GROUP", group, "c", "COUNT", "3", "STREAMS", "s", ">"});
  }
  EXPECT_EQ(Run({"XACKDEL", "s", "g", "ACKED", "IDS", "2", "1-0", "4-0"}),
            "[(integer) 2, (integer) -1]");
  EXPECT_EQ(Run({"XACKDEL", "s", "h", "ACKED", "IDS", "1", "1-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XACKDEL", "s", "g", "IDS", "1", "2-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XPENDING", "s", "h"}), "[(integer) 2, 2-0, 3-0, [[c, 2]]]");
  EXPECT_EQ(Run({"XACKDEL", "s", "h", "IDS", "1", "2-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XACKDEL", "s", "g", "DELREF", "IDS", "1", "3-0"}), "[(integer) 1]");
  EXPECT_EQ(Run({"XPENDING", "s", "h"}), "[(integer) 0, (nil), (nil), (nil)]");
  EXPECT_EQ(Run({"XLEN", "s"}), "(integer) 1");
  EXPECT_EQ(Run({"XACKDEL", "s", "none", "IDS", "2", "1", "2"}), "[(integer) -1, (integer) -1]");
}

TEST_F(StreamTest, DeletingWithReferencesRefusesWhatMakesNoSense) {
  Fill(1);
  for (const char* count : {"abc", "0", "-5"}) {
    EXPECT_EQ(Run({"XDELEX", "s", "IDS", count, "1-1"}),
              "-ERR Number of IDs must be a positive integer");
  }
  EXPECT_EQ(Run({"XDELEX", "s", "IDS", "3", "1-1", "2-2"}),
            "-ERR The `numids` parameter must match the number of arguments");
  EXPECT_EQ(Run({"XDELEX", "s", "IDS", "1", "1-1", "2-2"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XDELEX", "s", "KEEPREF", "DELREF", "IDS", "1", "1"}), "-ERR syntax error");
  EXPECT_EQ(Run({"XACKDEL", "s", "g", "KEEPREF", "IDS", "1"}),
            "-ERR The `numids` parameter must match the number of arguments");
}

}  // namespace
}  // namespace kvasir

#include <gmock/gmock.h>

#include "tests/support/command_test.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

// A client with an address.
class PlacedSession : public Session {
 public:
  explicit PlacedSession(std::string at) : address_(std::move(at)) {}
  ConnectionFacts Facts() const override {
    ConnectionFacts facts;
    facts.address = address_;
    facts.local_address = "127.0.0.1:6379";
    return facts;
  }

 private:
  std::string address_;
};

class ClientTest : public CommandTest {
 protected:
  ClientTest() {
    engine.clients().Add(far_);
    engine.clients().Add(v6_);
    session.created_ms = far_.created_ms = v6_.created_ms = now_ms;
    session.last_request_ms = far_.last_request_ms = v6_.last_request_ms = now_ms;
  }

  // The ids that CLIENT LIST with these filters shows.
  std::vector<std::string> Listed(std::vector<std::string> filters) {
    std::vector<std::string> command = {"CLIENT", "LIST"};
    command.insert(command.end(), filters.begin(), filters.end());
    const std::string text = Run(command);
    std::vector<std::string> ids;
    for (size_t at = text.find("id="); at != std::string::npos; at = text.find("\nid=", at)) {
      at = text.find('=', at) + 1;
      ids.push_back(text.substr(at, text.find(' ', at) - at));
    }
    return ids;
  }

  PlacedSession far_{"10.1.2.3:5000"};      // id 2
  PlacedSession v6_{"[2001:db8::1]:6000"};  // id 3
};

TEST_F(ClientTest, TellsWhoIsAsking) {
  EXPECT_EQ(Run({"CLIENT", "ID"}), "(integer) 1");
  EXPECT_EQ(Run({"CLIENT", "GETNAME"}), "(nil)");
  EXPECT_EQ(Run({"CLIENT", "SETNAME", "me"}), "OK");
  EXPECT_EQ(Run({"CLIENT", "GETNAME"}), "me");
  EXPECT_EQ(Run({"CLIENT", "SETNAME", "a b"}),
            "-ERR Client names cannot contain spaces, newlines or special characters.");
  EXPECT_EQ(Run({"CLIENT", "SETNAME", ""}), "OK");
  EXPECT_EQ(Run({"CLIENT", "GETNAME"}), "(nil)");
}

TEST_F(ClientTest, LineHasRedisFields) {
  Run({"CLIENT", "SETINFO", "lib-name", "lib"});
  Run({"CLIENT", "SETINFO", "LIB-VER", "1.2"});
  Advance(5000);
  EXPECT_THAT(
      Run({"CLIENT", "INFO"}),
      MatchesRegex("id=1 addr= laddr= fd=-1 name= age=5 idle=5 flags=N db=0 sub=0 psub=0 ssub=0 "
                   "multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 "
                   "oll=0 omem=0 tot-mem=0 events=r cmd=client.info user=default redir=-1 resp=2 "
                   "lib-name=lib lib-ver=1.2 io-thread=0 tot-net-in=0 tot-net-out=0 tot-cmds=2 "
                   "capa=\n"));
}

TEST_F(ClientTest, SetInfoRefusesWhatPeopleCannotRead) {
  EXPECT_EQ(Run({"CLIENT", "SETINFO", "LIB-NAME", "a b"}),
            "-ERR lib-name cannot contain spaces, newlines or special characters.");
  EXPECT_EQ(Run({"CLIENT", "SETINFO", "x", "y"}), "-ERR Unrecognized option 'x'");
}

TEST_F(ClientTest, FlagsTellTheState) {
  Run({"CLIENT", "NO-EVICT", "on"});
  Run({"CLIENT", "NO-TOUCH", "on"});
  EXPECT_THAT(Run({"CLIENT", "INFO"}), HasSubstr(" flags=eT "));
  Run({"WATCH", "k"});
  EXPECT_THAT(Run({"CLIENT", "INFO"}), HasSubstr(" watch=1 "));
  EXPECT_EQ(Run({"CLIENT", "NO-EVICT", "x"}), "-ERR syntax error");
}

TEST_F(ClientTest, ListFilters) {
  far_.name = "far";
  far_.library_name = "lib";
  far_.library_version = "9";
  far_.database = 4;
  far_.no_touch = true;
  RunAs(far_, {"CLIENT", "CAPA", "redirect", "unknown"});
  EXPECT_THAT(Listed({}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Listed({"SKIPME", "YES"}), ElementsAre("2", "3"));
  EXPECT_THAT(Listed({"ID", "3", "1", "99"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"ID", "3", "1", "SKIPME", "yes"}), ElementsAre("3"));
  EXPECT_THAT(Listed({"NOT-ID", "3", "1"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"TYPE", "normal"}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Listed({"TYPE", "pubsub"}), IsEmpty());
  EXPECT_THAT(Listed({"NOT-TYPE", "slave"}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Listed({"USER", "default", "NAME", "far"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"NOT-USER", "default"}), IsEmpty());
  EXPECT_THAT(Listed({"NOT-NAME", "far"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"ADDR", "10.1.2.3:5000"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"LADDR", "127.0.0.1:6379"}), ElementsAre("2", "3"));
  EXPECT_THAT(Listed({"IP", "2001:db8::1"}), ElementsAre("3"));
  EXPECT_THAT(Listed({"NOT-IP", "10.1.2.3"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"LIB-NAME", "lib"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"NOT-LIB-VER", "9"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"DB", "4"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"NOT-DB", "4"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"FLAGS", "T"}), ElementsAre("2"));
  EXPECT_THAT(Listed({"NOT-FLAGS", "T"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"CAPA", "r"}), ElementsAre("2"));
}

TEST_F(ClientTest, ListFiltersByTime) {
  Advance(10'000);
  PlacedSession young("10.0.0.1:1");
  young.created_ms = young.last_request_ms = now_ms;
  engine.clients().Add(young);
  far_.last_request_ms = now_ms;
  EXPECT_THAT(Listed({"MAXAGE", "10"}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Listed({"MAXAGE", "11"}), IsEmpty());
  EXPECT_THAT(Listed({"IDLE", "5"}), ElementsAre("1", "3"));
  EXPECT_THAT(Listed({"MAXAGE", "9223372036854775807"}), IsEmpty());
}

TEST_F(ClientTest, FiltersRefuseWhatIsWrong) {
  EXPECT_EQ(Run({"CLIENT", "LIST", "ID", "a"}), "-ERR Invalid client ID");
  EXPECT_EQ(Run({"CLIENT", "LIST", "ID"}), "-ERR syntax error");
  EXPECT_EQ(Run({"CLIENT", "LIST", "FOO"}), "-ERR syntax error");
  EXPECT_EQ(Run({"CLIENT", "LIST", "TYPE", "x"}), "-ERR Unknown client type 'x'");
  EXPECT_EQ(Run({"CLIENT", "KILL", "ID", "0"}), "-ERR client-id should be greater than 0");
  EXPECT_EQ(Run({"CLIENT", "KILL", "USER", "x"}), "-ERR No such user 'x'");
  EXPECT_EQ(Run({"CLIENT", "KILL", "SKIPME", "x"}), "-ERR syntax error");
  EXPECT_EQ(Run({"CLIENT", "KILL", "ID", "1", "TYPE"}), "-ERR syntax error");
  EXPECT_EQ(Run({"CLIENT", "KILL", "MAXAGE", "0"}), "-ERR maxage should be greater than 0");
  EXPECT_EQ(Run({"CLIENT", "KILL", "MAXAGE", "x"}),
            "-ERR maxage is not an integer or out of range");
  EXPECT_EQ(Run({"CLIENT", "LIST", "DB", "16"}), "-ERR DB index is out of range");
  EXPECT_EQ(Run({"CLIENT", "LIST", "FLAGS", "?"}),
            "-ERR Unknown flags found in the provided filter: ?");
  EXPECT_EQ(Run({"CLIENT", "LIST", "NOT-CAPA", "q"}),
            "-ERR Unknown capa found in the NOT-CAPA filter: q");
}

TEST_F(ClientTest, KillByAddress) {
  EXPECT_EQ(Run({"CLIENT", "KILL", "10.9.9.9:1"}), "-ERR No such client");
  EXPECT_EQ(Run({"CLIENT", "KILL", "10.1.2.3:5000"}), "OK");
  EXPECT_THAT(host.closed, ElementsAre(2));
}

TEST_F(ClientTest, KillByFilter) {
  EXPECT_EQ(Run({"CLIENT", "KILL", "ID", "2", "3", "77"}), "(integer) 2");
  EXPECT_THAT(host.closed, ElementsAre(2, 3));
  EXPECT_EQ(Run({"CLIENT", "KILL", "ID", "1"}), "(integer) 0");
  EXPECT_FALSE(session.close_after_reply);
  EXPECT_EQ(Run({"CLIENT", "KILL", "ID", "1", "SKIPME", "no"}), "(integer) 1");
  EXPECT_TRUE(session.close_after_reply);
}

TEST_F(ClientTest, PauseLetsOthersWait) {
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "1000", "WRITE"}), "OK");
  EXPECT_EQ(RunAs(far_, {"GET", "k"}), "(nil)");
  EXPECT_EQ(RunAs(far_, {"SET", "k", "v"}), "(no reply)");
  EXPECT_TRUE(far_.blocked_now());
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "2"}), "(integer) 0");
  EXPECT_EQ(Run({"CLIENT", "UNPAUSE"}), "OK");
  EXPECT_FALSE(far_.blocked_now());
  EXPECT_THAT(host.resumed, ElementsAre(2));
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "50"}), "OK");
  EXPECT_EQ(RunAs(far_, {"GET", "k"}), "(no reply)");
  Advance(50);
  EXPECT_FALSE(far_.blocked_now());
}

TEST_F(ClientTest, PauseRefusesWhatIsWrong) {
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "x"}), "-ERR timeout is not an integer or out of range");
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "-1"}), "-ERR timeout is negative");
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "9223372036854775807"}), "-ERR timeout is out of range");
  EXPECT_EQ(Run({"CLIENT", "PAUSE", "1", "x"}), "-ERR CLIENT PAUSE mode must be WRITE or ALL");
  EXPECT_EQ(engine.pause_until_ms(), 0);
}

TEST_F(ClientTest, UnblockEndsWaiting) {
  const auto wait = [&] {
    engine.Block(far_, {.reason = BlockReason::kReplicas,
                        .on_timeout = [](ReplyWriter& reply) { reply.Integer(7); }});
  };
  wait();
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "2"}), "(integer) 1");
  EXPECT_EQ(far_.output.ToString(), ":7\r\n");
  far_.output.Clear();
  wait();
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "2", "ERROR"}), "(integer) 1");
  EXPECT_EQ(far_.output.ToString(), "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "2"}), "(integer) 0");
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "x"}), "-ERR value is not an integer or out of range");
  EXPECT_EQ(Run({"CLIENT", "UNBLOCK", "2", "x"}),
            "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
}

TEST_F(ClientTest, RepliesCanBeTurnedOff) {
  EXPECT_EQ(Run({"CLIENT", "REPLY", "x"}), "-ERR syntax error");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "SKIP"}), "(no reply)");
  EXPECT_EQ(Run({"PING"}), "(no reply)");
  EXPECT_EQ(Run({"PING"}), "PONG");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "SKIP"}), "(no reply)");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "ON"}), "OK");
  EXPECT_EQ(Run({"PING"}), "PONG");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "OFF"}), "(no reply)");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "SKIP"}), "(no reply)");
  EXPECT_EQ(Run({"PING"}), "(no reply)");
  EXPECT_EQ(Run({"NOSUCH"}), "(no reply)");
  EXPECT_EQ(Run({"CLIENT", "REPLY", "ON"}), "OK");
  EXPECT_EQ(Run({"PING"}), "PONG");
}

TEST_F(ClientTest, TrackingIsOffAtFirst) {
  EXPECT_EQ(Run({"CLIENT", "GETREDIR"}), "(integer) -1");
  EXPECT_EQ(Run({"CLIENT", "TRACKINGINFO"}),
            "[flags, [off], redirect, (integer) -1, prefixes, []]");
  EXPECT_EQ(Run({"CLIENT", "TRACKING", "OFF"}), "OK");
  EXPECT_EQ(Run({"CLIENT", "TRACKING", "x"}), "-ERR syntax error");
}

TEST_F(ClientTest, UnknownSubcommandGetsOneError) {
  EXPECT_EQ(Run({"CLIENT", "EVICT", "x"}), "-ERR unknown subcommand 'EVICT'. Try CLIENT HELP.");
  EXPECT_EQ(Run({"CLIENT"}), "-ERR wrong number of arguments for 'client' command");
  EXPECT_THAT(Run({"CLIENT", "HELP"}), HasSubstr("PAUSE <timeout> [WRITE | ALL]"));
}

}  // namespace
}  // namespace kvasir

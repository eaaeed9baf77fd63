// Sets and hashes across restarts: as the log has them, and as a base file has them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

class SetsAndHashesTest : public ::testing::Test {
 protected:
  void Start(const std::string& append_only) {
    server.arguments() = {"--appendonly", append_only, "--enable-debug-command", "yes"};
    ASSERT_NO_FATAL_FAILURE(server.Start());
  }
  // Every form, some of them larger than one command of a base file, and some with deadlines.
  static void Fill(Client& client) {
    for (int i = 0; i < 300; ++i) {
      const std::string number = std::to_string(i);
      client.Run({"SADD", "ints", number});
      client.Run({"SADD", "table", "m" + number});
      client.Run({"HSET", "packed", number, "v" + number});
      client.Run({"HSET", "hash table", "f" + number, std::string(70, 'x') + number});
    }
    client.Run({"SADD", "few", "a", "b", ""});
    client.Run({"PEXPIRE", "few", "5000000"});
    client.Run({"HSET", "volatile", "a", "1", "b", "2", "c", "3"});
    client.Run({"HEXPIRE", "volatile", "5000", "FIELDS", "2", "a", "b"});
    client.Run({"HPEXPIREAT", "hash table", "4000000000123", "FIELDS", "1", "f5"});
    client.Run({"SELECT", "3"});
    client.Run({"SADD", "elsewhere", "x"});
    client.Run({"SELECT", "0"});
  }
  static std::string Times(Client& client) {
    return client.Run({"HPEXPIRETIME", "volatile", "FIELDS", "3", "a", "b", "c"}) +
           client.Run({"HPEXPIRETIME", "hash table", "FIELDS", "2", "f5", "f6"}) +
           client.Run({"PEXPIRETIME", "few"});
  }
  void ExpectTheSameAfterAKill() {
    std::string digest;
    std::string times;
    {
      Client client(server);
      digest = client.Run({"DEBUG", "DIGEST"});
      times = Times(client);
    }
    server.Kill(SIGKILL);
    ASSERT_NO_FATAL_FAILURE(Start("yes"));
    Client client(server);
    EXPECT_EQ(client.Run({"DEBUG", "DIGEST"}), digest);
    EXPECT_EQ(Times(client), times);
    EXPECT_EQ(client.Run({"OBJECT", "ENCODING", "volatile"}), "listpackex");
    EXPECT_EQ(client.Run({"SCARD", "table"}), "(integer) 300");
    EXPECT_EQ(client.Run({"HGET", "packed", "250"}), "v250");
  }

  ServerProcess server;
};

TEST_F(SetsAndHashesTest, ComeBackFromTheLog) {
  ASSERT_NO_FATAL_FAILURE(Start("yes"));
  {
    Client client(server);
    Fill(client);
    client.Run({"SPOP", "ints", "20"});
    client.Run({"SPOP", "table"});
    client.Run({"SADD", "table", "again"});
  }
  ExpectTheSameAfterAKill();
}

TEST_F(SetsAndHashesTest, ComeBackFromABaseFile) {
  ASSERT_NO_FATAL_FAILURE(Start("no"));
  {
    Client client(server);
    Fill(client);
    EXPECT_EQ(client.Run({"CONFIG", "SET", "appendonly", "yes"}), "OK");
    // The log counts from the end of its first base on.
    while (InfoField(client.Run({"INFO", "persistence"}), "aof_rewrite_in_progress") != "0")
      continue;
  }
  ExpectTheSameAfterAKill();
}

// Elements of requests that are parsed ahead are prefetched, whatever their keys turn out to hold
// when their turn comes.
TEST_F(SetsAndHashesTest, PipelinesThatChangeTheirKeys) {
  ASSERT_NO_FATAL_FAILURE(Start("yes"));
  Client client(server);
  Fill(client);
  for (int round = 0; round < 3; ++round) {
    client.Queue({"SADD", "table", "m1"});
    client.Queue({"HGET", "hash table", "f1"});
    client.Queue({"SISMEMBER", "absent", "m1"});
    client.Queue({"HGET", "table", "m1"});
    client.Queue({"DEL", "table"});
    client.Queue({"SISMEMBER", "table", "m1"});
    client.Queue({"SADD", "table", "m1"});
    client.Queue({"SET", "hash table", "string"});
    client.Queue({"HSET", "hash table", "f1", "v"});
    client.Queue({"RENAME", "packed", "hash table"});
    client.Queue({"HGET", "hash table", "7"});
    EXPECT_EQ(client.Next(), "(integer) 0");
    EXPECT_EQ(client.Next(), std::string(70, 'x') + "1");
    EXPECT_EQ(client.Next(), "(integer) 0");
    EXPECT_EQ(client.Next().substr(0, 10), "-WRONGTYPE");
    EXPECT_EQ(client.Next(), "(integer) 1");
    EXPECT_EQ(client.Next(), "(integer) 0");
    EXPECT_EQ(client.Next(), "(integer) 1");
    EXPECT_EQ(client.Next(), "OK");
    EXPECT_EQ(client.Next().substr(0, 10), "-WRONGTYPE");
    EXPECT_EQ(client.Next(), "OK");
    EXPECT_EQ(client.Next(), "v7");
    client.Run({"FLUSHALL"});
    Fill(client);
  }
}

TEST_F(SetsAndHashesTest, ExpiredFieldsStayAway) {
  ASSERT_NO_FATAL_FAILURE(Start("yes"));
  {
    Client client(server);
    Fill(client);
    client.Run({"HSET", "soon", "a", "1", "b", "2"});
    client.Run({"HPEXPIRE", "soon", "1", "FIELDS", "2", "a", "b"});
    // Nobody looks at the hash: the active cycle alone removes it.
    while (client.Run({"DBSIZE"}) != "(integer) 6") continue;
    EXPECT_EQ(InfoField(client.Run({"INFO", "stats"}), "expired_fields"), "2");
  }
  ExpectTheSameAfterAKill();
  Client client(server);
  EXPECT_EQ(client.Run({"EXISTS", "soon"}), "(integer) 0");
}

}  // namespace
}  // namespace kvasir

// A keyspace that is filled by commands, for tests of what is done with whole datasets:
//
//   Dataset dataset;
//   dataset.Run({"SET", "k", "v"});
//   EXPECT_EQ(dataset.Digest(), other.Digest());
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "src/commands/families.h"
#include "src/store/digest.h"
#include "tests/support/command_test.h"

namespace kvasir {

class Dataset {
 public:
  Dataset() : engine(keyspace, host, Settings(), AllFamilies()) { SetNow(1'800'000'000'000); }

  // The reply in CommandTest's readable form; an error is a test failure.
  std::string Run(const std::vector<std::string>& arguments) {
    const std::vector<std::string_view> views(arguments.begin(), arguments.end());
    engine.ExecuteOne(session, views);
    const std::string wire = session.output.ToString();
    session.output.Clear();
    size_t position = 0;
    const std::string reply = DescribeReply(wire, &position);
    EXPECT_NE(reply.substr(0, 1), "-") << arguments[0] << ": " << reply;
    return reply;
  }
  void SetNow(int64_t now_ms) { engine.BeginTick(now_ms); }

  Database& database(int index = 0) { return keyspace.database(index); }
  // Dies when the key is absent.
  const Entry& At(std::string_view key, int index = 0) {
    return *database(index).Peek(Key::Of(key));
  }
  // With exact deadlines.
  std::string Digest() const {
    return DigestToHex(DigestKeyspace(keyspace, DigestDeadlines::kExact));
  }

  RecordingHost host;
  Keyspace keyspace{16};
  Engine engine;
  Session session;
};

}  // namespace kvasir

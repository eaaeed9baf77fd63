// What a host that can send the whole dataset to a client offers besides (SYNC, PSYNC): see
// Host::dumps.
// THREAD: loop.
#pragma once

namespace kvasir {

class Session;

// What REPLCONF said of a session.
struct DumpWishes {
  bool is_replica = false;  // it told its port: it wants to follow, not only a dump
  bool rdb_only = false;
  bool filtered = false;         // of the dataset only what the next one names
  bool filter_functions = true;  // libraries of functions
};

class DumpHost {
 public:
  virtual ~DumpHost() = default;

  // Kept until the session ends.
  virtual DumpWishes& WishesOf(Session& session) = 0;
  // Sends an RDB file of the dataset as of now or a little later, `$<bytes>\r\n` in front, once it
  // is written, behind what the session's output holds; then closes the connection. None of the
  // session's input is run meanwhile.
  virtual void SendDump(Session& session) = 0;
};

}  // namespace kvasir

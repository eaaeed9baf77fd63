// A dump of the whole dataset over the wire: what redis-cli --rdb asks for, in the words with which
// replicas begin. There is no replication: who wants to stay gets an error.
#include <algorithm>
#include <string>
#include <string_view>

#include "src/base/text.h"
#include "src/commands/sync_handlers.h"
#include "src/engine/argument_reader.h"
#include "src/engine/dump_host.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

constexpr std::string_view kNoReplicas =
    "ERR no replication here: a dump is sent to clients that want nothing behind it (REPLCONF "
    "rdb-only 1)";

// The words of `rdb-filter-only`: what the dump is limited to.
bool ReadFilter(std::string_view words, DumpWishes& wishes) {
  wishes.filtered = true;
  wishes.filter_functions = false;
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (word.empty()) continue;
    if (!EqualsIgnoreCase(word, "functions")) return false;
    wishes.filter_functions = true;
  }
  return true;
}

bool Heard(Call& call, const ArgumentReader& read) {
  if (read.failed()) call.Error(read.error());
  return !read.failed();
}

// False after an error.
bool ReadOption(Call& call, size_t at, DumpWishes& wishes) {
  const std::string_view name = call[at];
  ArgumentReader read(call, at + 1);
  if (EqualsIgnoreCase(name, "listening-port")) {
    wishes.is_replica = true;
    (void)read.NextInteger();
    return Heard(call, read);
  }
  if (EqualsIgnoreCase(name, "rdb-only")) {
    const int64_t only =
        read.NextIntegerIn(0, 1, "ERR value is out of range, value must between 0 and 1");
    wishes.rdb_only = only == 1;
    return Heard(call, read);
  }
  if (EqualsIgnoreCase(name, "rdb-filter-only")) {
    if (ReadFilter(call[at + 1], wishes)) return true;
    call.Error("ERR Unsupported rdb-filter-only option: " + std::string(call[at + 1]));
    return false;
  }
  for (const std::string_view known : {"ip-address", "capa", "version"}) {
    if (EqualsIgnoreCase(name, known)) return true;
  }
  call.Error("ERR Unrecognized REPLCONF option: " + std::string(name));
  return false;
}

// False, after an error, when the client would wait for more than a dump.
bool MaySend(Call& call, DumpHost* host) {
  if (host != nullptr) {
    const DumpWishes& wishes = host->WishesOf(call.session());
    if (wishes.rdb_only || !wishes.is_replica) return true;
  }
  call.Error(kNoReplicas);
  return false;
}

}  // namespace

void CmdReplConf(Call& call) {
  if (call.size() % 2 == 0) return call.Error(errors::kSyntax);
  // Of a stream that there is none of; they have no reply, which only EXEC cannot do without.
  const bool of_stream =
      call.size() > 1 && (EqualsIgnoreCase(call[1], "ack") || EqualsIgnoreCase(call[1], "getack"));
  if (of_stream && !call.session().in_transaction()) return;
  DumpHost* host = call.engine().host().dumps();
  DumpWishes unheard;
  DumpWishes& wishes = host == nullptr ? unheard : host->WishesOf(call.session());
  for (size_t at = 1; at < call.size(); at += 2) {
    if (!ReadOption(call, at, wishes)) return;
  }
  call.reply.Ok();
}

void CmdSync(Call& call) {
  DumpHost* host = call.engine().host().dumps();
  if (MaySend(call, host)) host->SendDump(call.session());
}

// Whatever position it asks for, it gets everything.
void CmdPSync(Call& call) {
  ArgumentReader read(call, 2);
  (void)read.NextInteger();
  if (!Heard(call, read)) return;
  DumpHost* host = call.engine().host().dumps();
  if (!MaySend(call, host)) return;
  call.reply.Status("FULLRESYNC " + call.engine().replication_id() + " 0");
  host->SendDump(call.session());
}

}  // namespace kvasir

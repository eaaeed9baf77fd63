// WAIT and WAITAOF: until a write is safe elsewhere, or on the disk here.
#include "src/commands/families.h"
#include "src/engine/argument_reader.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

// A timeout in milliseconds as a deadline; 0 for ever.
int64_t NextTimeout(ArgumentReader& read, Call& call) {
  const int64_t timeout_ms = read.NextInteger("ERR timeout is not an integer or out of range");
  if (timeout_ms < 0) read.Fail("ERR timeout is negative");
  if (timeout_ms > INT64_MAX - call.now_ms()) read.Fail("ERR timeout is out of range");
  return read.failed() || timeout_ms == 0 ? 0 : call.now_ms() + timeout_ms;
}

// No replica ever acknowledges anything: there are none.
void CmdWait(Call& call) {
  ArgumentReader read(call, 1);
  const int64_t replicas = read.NextInteger();
  const int64_t deadline_ms = NextTimeout(read, call);
  if (!read.Finish()) return;
  if (replicas <= 0 || !call.MayBlock()) {
    call.reply.Integer(0);
    return;
  }
  call.engine().Block(call.session(), {.reason = BlockReason::kReplicas,
                                       .deadline_ms = deadline_ms,
                                       .on_timeout = [](ReplyWriter& reply) { reply.Integer(0); }});
}

bool IsDurable(Engine& engine, uint64_t sequence) {
  return engine.log() != nullptr && engine.log()->durable() >= sequence;
}

void CmdWaitAof(Call& call) {
  ArgumentReader read(call, 1);
  const int64_t local =
      read.NextIntegerIn(0, 1, "ERR value is out of range, value must between 0 and 1");
  const int64_t replicas =
      read.NextIntegerIn(0, INT64_MAX, "ERR value is out of range, must be positive");
  const int64_t deadline_ms = NextTimeout(read, call);
  if (!read.Finish()) return;
  Engine& engine = call.engine();
  if (local > 0 && engine.log() == nullptr) {
    call.Error(errors::kNoLogToWaitFor);
    return;
  }
  const uint64_t sequence = call.session().last_write;
  const auto answer = [&engine, sequence](ReplyWriter& reply) {
    reply.Array(2);
    reply.Integer(IsDurable(engine, sequence) ? 1 : 0);
    reply.Integer(0);
  };
  const bool met = replicas == 0 && (local == 0 || IsDurable(engine, sequence));
  if (met || !call.MayBlock()) {
    answer(call.reply);
    return;
  }
  // With replicas asked for as well, only the timeout can end it.
  const BlockReason reason = replicas == 0 ? BlockReason::kLogSync : BlockReason::kReplicas;
  engine.Block(call.session(), {.reason = reason,
                                .deadline_ms = deadline_ms,
                                .log_sequence = sequence,
                                .on_timeout = answer});
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "wait", .handler = CmdWait, .arity = 3, .flags = kBlocking,
     .categories = kAclConnection, .since = "3.0.0", .group = CommandGroup::kGeneric,
     .summary = "Waits until replicas have the connection's writes, or the time is up.",
     .syntax = "numreplicas timeout"},
    {.name = "waitaof", .handler = CmdWaitAof, .arity = 4, .flags = kBlocking,
     .categories = kAclConnection, .since = "7.2.0", .group = CommandGroup::kGeneric,
     .summary = "Waits until the connection's writes are on the disk, or the time is up.",
     .syntax = "numlocal numreplicas timeout"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> WaitCommands() { return kRows; }

}  // namespace kvasir

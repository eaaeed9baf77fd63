// A stream's parts as RDB bytes, of the type that RdbTypeOf says: mostly kStream2, which
// redis-server 7.0 reads, and everything after it.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "persistence/rdb_encoder.h"
#include "src/store/stream_sink.h"
#include "src/store/stream_type.h"

namespace kvasir {

// The lowest type that holds the stream.
RdbType RdbTypeOf(const Stream& stream);

class RdbStreamEncoder final : public StreamSink {
 public:
  // LIFETIME: of the encoder, which says of which type the stream is.
  explicit RdbStreamEncoder(RdbEncoder& encoder) : encoder_(encoder) {}

  void Node(const StreamId& master, std::string_view listpack) override;
  void Facts(const StreamFacts& facts) override;
  void Group(const StreamGroupFacts& facts) override;
  void Pending(const StreamPending& pending) override;
  void Consumers(size_t count) override;
  void Consumer(const StreamConsumerFacts& facts) override;
  void Owned(const StreamId& id) override;
  void Released(std::span<const StreamId> ids) override;
  void Idempotence(const StreamIdempotence* idempotence) override;

 private:
  void Raw(const void* bytes, size_t size);
  // Two lengths.
  void Id(const StreamId& id);
  // Sixteen bytes.
  void RawId(const StreamId& id);

  RdbEncoder& encoder_;
};

}  // namespace kvasir

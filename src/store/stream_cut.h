// A cut through a stream (D7): nodes and pending lists are frozen when it begins, which takes a few
// words for each hundred entries, and handed over bit by bit. What the stream changes meanwhile it
// copies first; the frozen bytes then belong to the cut.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/store/element_sink.h"
#include "src/store/stream_type.h"

namespace kvasir {

class StreamCut {
 public:
  // LIFETIME: the sink outlives the cut, and the stream does. REQUIRES: sink.stream() is not null.
  StreamCut(ElementSink& sink, Stream& stream);
  ~StreamCut();
  StreamCut(const StreamCut&) = delete;
  StreamCut& operator=(const StreamCut&) = delete;

  // Takes frozen bytes that the stream has let go of.
  void Keep(std::unique_ptr<char[]> bytes) { kept_.push_back(std::move(bytes)); }

  // Hands over about `max` entries more. False when there are none left.
  bool Take(size_t max);

  ElementSink& sink() { return sink_; }

 private:
  struct Node {
    StreamId master;
    std::string_view listpack;
  };
  struct Consumer {
    Consumer(StreamConsumer& live, size_t group_index)
        : name(live.name()),
          group(group_index),
          seen_ms(live.seen_ms),
          active_ms(live.active_ms),
          owned(live.owned_) {}

    std::string name;
    size_t group;
    int64_t seen_ms;
    int64_t active_ms;
    FrozenStreamIds<StreamOwned> owned;
  };
  struct Group {
    Group(std::string_view group_name, StreamGroup& live)
        : name(group_name),
          last_delivered(live.last_delivered),
          entries_read(live.entries_read),
          pending(live.pending_),
          consumers(live.consumers().size()) {}

    std::string name;
    StreamId last_delivered;
    int64_t entries_read;
    FrozenStreamIds<StreamPending> pending;
    size_t consumers;
  };
  // Where a walk has got to: a group's parts, then those of its consumers.
  enum class Stage : uint8_t {
    kNodes,
    kFacts,
    kGroup,
    kPending,
    kConsumers,
    kConsumer,
    kOwned,
    kReleased,
    kIdempotence,
    kEnd
  };

  // Each hands over a little, goes on to the next stage, and returns how much it was.
  size_t TakeNext();
  size_t TakeNode();
  size_t TakeGroup();
  size_t TakePending();
  size_t TakeConsumer();
  size_t TakeOwned();
  size_t TakeReleased();

  ElementSink& sink_;
  Stream& stream_;
  StreamSink& parts_;
  StreamFacts facts_;
  std::vector<Node> nodes_;
  std::deque<Group> groups_;
  std::deque<Consumer> consumers_;
  std::shared_ptr<const StreamIdempotence> idempotence_;
  std::vector<std::unique_ptr<char[]>> kept_;

  Stage stage_ = Stage::kNodes;
  size_t node_ = 0;
  size_t group_ = 0;
  size_t consumer_ = 0;
  size_t part_ = 0;
  // Of the group that is being taken: places in the order of release, and ids.
  std::vector<std::pair<int64_t, StreamId>> released_;
};

}  // namespace kvasir

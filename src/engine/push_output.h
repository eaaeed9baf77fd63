// Where to write what a session gets without having asked for it at this moment: published
// messages, keyspace events, invalidations.
// THREAD: loop.
#pragma once

#include <utility>

#include "src/engine/host.h"
#include "src/engine/session.h"

namespace kvasir {

class PushOutput {
 public:
  // LIFETIME: `host` outlives this.
  explicit PushOutput(Host& host) : host_(&host) {}

  // Names the session whose request runs, as long as it lives. What is pushed to that session
  // meanwhile comes behind the reply, as in Redis since 7.2: otherwise it would stand in the middle
  // of what EXEC replies.
  class Request {
   public:
    Request(PushOutput& push, Session& session)
        : push_(push), outer_(std::exchange(push.running_, &session)) {}
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    ~Request() {
      if (!push_.behind_reply_.empty()) [[unlikely]]
        push_.running_->output.AppendBuffer(std::move(push_.behind_reply_));
      push_.running_ = outer_;
    }

   private:
    PushOutput& push_;
    Session* outer_;
  };

  // The session whose request runs; nullptr between requests.
  Session* running() const { return running_; }

  // For a request that is left in the middle while others run: takes its place away, and gives it
  // back.
  struct Place {
    Session* running = nullptr;
    OutputBuffer behind_reply;
  };
  Place Leave() { return {std::exchange(running_, nullptr), std::move(behind_reply_)}; }
  void Return(Place place) {
    running_ = place.running;
    behind_reply_ = std::move(place.behind_reply);
  }

  // The buffer for a push to `session`, which is sent at the end of the tick.
  OutputBuffer& For(Session& session) {
    host_->OutputReady(session);
    return &session == running_ ? behind_reply_ : session.output;
  }

 private:
  Host* host_;
  Session* running_ = nullptr;
  OutputBuffer behind_reply_;
};

}  // namespace kvasir

#include "src/server/migrations.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace kvasir {

using Fault = MigrationOutcome::Fault;

// One connection, from the look-up of the address to the last reply.
class Migrations::Transfer {
 public:
  Transfer(Migrations& owner, MigrationOrder order, MigrationDone done)
      : owner_(owner), order_(std::move(order)), done_(std::move(done)) {}

  void Start() {
    uv_timer_init(owner_.loop_, &timer_);
    uv_tcp_init(owner_.loop_, &socket_);
    timer_.data = socket_.data = lookup_.data = connect_.data = write_.data = this;
    Progress(Fault::kConnecting);
    const addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    const int status = uv_getaddrinfo(owner_.loop_, &lookup_, OnAddress, order_.host.c_str(),
                                      order_.port.c_str(), &hints);
    if (status == 0) {
      ++open_;
    } else {
      FailSoon();
    }
  }

  // Ends it without a word to anybody.
  void Close() {
    if (finished_) return;
    finished_ = true;
    const auto close = [](auto* handle) {
      uv_close(reinterpret_cast<uv_handle_t*>(handle),
               [](uv_handle_t* closed) { Of(closed->data).Over(); });
    };
    close(&timer_);
    close(&socket_);
  }

 private:
  static Transfer& Of(const void* data) { return *static_cast<Transfer*>(const_cast<void*>(data)); }

  // Something went on: from now on a fault is one of `stage`.
  void Progress(Fault stage) {
    stage_ = stage;
    uv_timer_start(
        &timer_, [](uv_timer_t* timer) { Of(timer->data).Finish(); },
        static_cast<uint64_t>(order_.timeout_ms), 0);
  }

  // Not at once: the caller of Begin is still at work.
  void FailSoon() {
    uv_timer_start(
        &timer_, [](uv_timer_t* timer) { Of(timer->data).Finish(); }, 0, 0);
  }

  static void OnAddress(uv_getaddrinfo_t* request, int status, addrinfo* found) {
    Transfer& self = Of(request->data);
    if (!self.finished_ && (status != 0 || uv_tcp_connect(&self.connect_, &self.socket_,
                                                          found->ai_addr, OnConnected) != 0)) {
      self.Finish();
    }
    uv_freeaddrinfo(found);
    self.Over();
  }

  static void OnConnected(uv_connect_t* request, int status) {
    Transfer& self = Of(request->data);
    if (self.finished_) return;
    if (status != 0) {
      self.Finish();
      return;
    }
    self.Progress(Fault::kWriting);
    const uv_buf_t buffer = {.base = self.order_.requests.data(),
                             .len = self.order_.requests.size()};
    auto* stream = reinterpret_cast<uv_stream_t*>(&self.socket_);
    if (uv_write(&self.write_, stream, &buffer, 1, OnWritten) != 0 ||
        uv_read_start(stream, OnAllocate, OnRead) != 0) {
      self.Finish();
    }
  }

  static void OnWritten(uv_write_t* request, int status) {
    Transfer& self = Of(request->data);
    if (self.finished_) return;
    if (status != 0) {
      self.Finish();
    } else {
      self.Progress(Fault::kReading);
    }
  }

  static void OnAllocate(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    std::array<char, 4096>& space = Of(handle->data).buffer_;
    *buffer = uv_buf_init(space.data(), space.size());
  }

  static void OnRead(uv_stream_t* stream, ssize_t bytes, const uv_buf_t* buffer) {
    Transfer& self = Of(stream->data);
    if (self.finished_) return;
    if (bytes < 0 || !self.TakeLines({buffer->base, static_cast<size_t>(bytes)})) {
      self.Finish();
      return;
    }
    if (self.outcome_.replies.size() < self.order_.replies) {
      self.Progress(self.stage_);
      return;
    }
    self.stage_ = Fault::kNone;
    self.Finish();
  }

  // All replies that are expected are lines. False for one that is longer than any of those is.
  bool TakeLines(std::string_view bytes) {
    constexpr size_t kLineMax = 64 * 1024;
    line_ += bytes;
    for (size_t end; (end = line_.find("\r\n")) != std::string::npos;) {
      if (outcome_.replies.size() < order_.replies) {
        outcome_.replies.push_back(line_.substr(0, end));
      }
      line_.erase(0, end + 2);
    }
    return line_.size() <= kLineMax;
  }

  void Finish() {
    if (finished_) return;
    outcome_.fault = stage_;
    Close();
    done_(outcome_);
  }

  // One of the handles, or the look-up, is over; with the last of them the transfer goes.
  void Over() {
    if (--open_ == 0) owner_.Remove(*this);
  }

  Migrations& owner_;
  MigrationOrder order_;
  MigrationDone done_;
  MigrationOutcome outcome_;
  Fault stage_ = Fault::kConnecting;
  bool finished_ = false;
  int open_ = 2;
  std::string line_;
  std::array<char, 4096> buffer_;
  uv_getaddrinfo_t lookup_;
  uv_connect_t connect_;
  uv_write_t write_;
  uv_tcp_t socket_;
  uv_timer_t timer_;
};

Migrations::Migrations(uv_loop_t* loop) : loop_(loop) {}
Migrations::~Migrations() = default;

void Migrations::Stop() {
  for (const auto& transfer : transfers_) transfer->Close();
}

void Migrations::Begin(MigrationOrder order, MigrationDone done) {
  transfers_.push_back(std::make_unique<Transfer>(*this, std::move(order), std::move(done)));
  transfers_.back()->Start();
}

void Migrations::Remove(const Transfer& transfer) {
  transfers_.remove_if([&](const auto& held) { return held.get() == &transfer; });
}

}  // namespace kvasir

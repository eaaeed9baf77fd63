#include "src/server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/server/server.h"

namespace kvasir {
namespace {

// What an unfinished request's buffer offers the next read.
constexpr size_t kInputRoom = 16 * 1024;

// What a connection that sends large arguments is read first.
constexpr size_t kReadBeforeLarge = 1024;

// The request as it came over the wire.
void AppendAsText(std::span<const std::string_view> arguments, std::string& out) {
  out += fmt::format("*{}\r\n", arguments.size());
  for (const std::string_view argument : arguments) {
    out += fmt::format("${}\r\n", argument.size());
    out += argument;
    out += "\r\n";
  }
}

}  // namespace

Connection::Connection(Server& server, bool unix_socket)
    : server_(server), unix_socket_(unix_socket) {
  if (unix_socket) {
    uv_pipe_init(server.loop(), &handle_.pipe, 0);
  } else {
    uv_tcp_init(server.loop(), &handle_.tcp);
  }
  stream()->data = this;
  write_request_.data = this;
}

void Connection::Start() {
  if (!unix_socket_) {
    uv_tcp_nodelay(&handle_.tcp, 1);
    const int64_t keepalive = server_.engine().settings().tcp_keepalive_seconds;
    if (keepalive > 0) uv_tcp_keepalive(&handle_.tcp, 1, static_cast<unsigned>(keepalive));
  }
  UpdateReading();
}

void Connection::Close() {
  if (closing_) return;
  if (blocked.reason == BlockReason::kScript) {
    // Its script is in the middle of something, and knows the session.
    close_after_script_ = true;
    UpdateReading();
    return;
  }
  closing_ = true;
  close_after_reply = true;
  server_.Removed(*this);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_),
           [](uv_handle_t* handle) { delete static_cast<Connection*>(handle->data); });
}

void Connection::CloseAfterOutput() {
  close_after_reply = true;
  UpdateReading();
  server_.MarkDirty(*this);
}

void Connection::OnAllocate(uv_handle_t* handle, size_t /*suggested*/, uv_buf_t* buffer) {
  auto* self = static_cast<Connection*>(handle->data);
  if (self->large_.active()) {
    constexpr size_t kReadMax = size_t{1} << 30;
    *buffer = uv_buf_init(self->large_.place(),
                          static_cast<unsigned>(std::min(self->large_.room(), kReadMax)));
  } else if (!self->input_.empty()) {
    char* place = self->input_.Reserve(kInputRoom);
    *buffer = uv_buf_init(place, static_cast<unsigned>(self->input_.room()));
  } else {
    // What is read of a large argument together with its request has to be moved once more.
    const bool large_next = self->proven_large_bytes_ != 0;
    *buffer = uv_buf_init(self->server_.read_buffer(),
                          large_next ? kReadBeforeLarge : Server::kReadBufferBytes);
  }
}

void Connection::OnRead(uv_stream_t* stream, ssize_t bytes, const uv_buf_t* buffer) {
  auto* self = static_cast<Connection*>(stream->data);
  if (bytes > 0) {
    self->Receive(buffer->base, static_cast<size_t>(bytes));
  } else if (bytes == UV_EOF && !self->output.empty() && !self->blocked_now()) {
    // The client has said all it wanted to say; it may still want to hear the replies.
    self->CloseAfterOutput();
  } else if (bytes < 0) {
    self->Close();
  }
}

void Connection::Receive(const char* bytes, size_t size) {
  server_.EnsureTick();
  if (!input_stalled_) arrived_ticks = server_.engine().loop_meter().tick_started();
  input_bytes += size;
  server_.engine().statistics().input_bytes += size;
  ++server_.engine().statistics().reads_processed;
  if (large_.active()) {
    if (!large_.Commit(size)) return;
    proven_large_bytes_ = large_.received();
    parser_.ProvideLarge(large_.Take());
    ProcessInput({});
  } else if (!input_.empty()) {
    input_.Commit(size);
    ProcessInput({});
  } else {
    ProcessInput({bytes, size});
    if (!large_.active()) proven_large_bytes_ = 0;
  }
  if (!closing_) CheckInputLimit();
}

bool Connection::CheckInputLimit() {
  const uint64_t limit = server_.engine().settings().client_query_buffer_limit_bytes;
  // What MULTI has queued is input that waits, too.
  const size_t queued = transaction == nullptr ? 0 : transaction->queued_bytes;
  if (input_bytes_waiting() + queued <= limit) return true;
  ++server_.engine().statistics().query_buffer_limit_disconnections;
  Close();
  return false;
}

bool Connection::MayRun() const {
  return !closing_ && !close_after_reply && !blocked_now() && !waits_for_turn_ && !awaits_dump &&
         output.size() <= server_.OutputPauseBytes();
}

void Connection::ContinueInput() {
  if (close_after_script_) Close();
  if (closing_) return;
  // While a large argument is coming in, nothing before its end can run, and asking the parser
  // again would begin it anew without the bytes that have come.
  if (large_.active()) input_stalled_ = false;
  waits_for_turn_ = false;
  UpdateReading();
  if (input_stalled_ && MayRun()) ProcessInput({});
}

// `received` lies in the server's read buffer, and comes only while nothing waits in input_; what
// is left of it after the run is copied there.
void Connection::ProcessInput(std::string_view received) {
  const bool in_place = input_.empty();
  const std::string_view input = in_place ? received : input_.view();
  const size_t done = MayRun() ? RunTurn(input) : 0;
  if (closing_) return;
  input_stalled_ = !MayRun();
  const size_t kept_end = large_.active() ? done + parser_.large_offset() : input.size();
  if (!rewritten_.empty()) {
    rewritten_ += input.substr(done);
    input_.Clear();
    input_.Append(rewritten_);
    rewritten_ = std::string();
  } else if (in_place) {
    input_.Append(input.substr(done, kept_end - done));
  } else {
    input_.Truncate(kept_end);
    input_.DropFront(done);
  }
  if (!output.empty() || close_after_reply) server_.MarkDirty(*this);
  UpdateReading();
}

RequestParser::Status Connection::ParseAhead(std::string_view input, Parsed& parsed) {
  RequestLimits limits = kUnauthenticatedLimits;
  size_t ahead = 1;  // AUTH changes the limits for what stands behind it
  if (authenticated) {
    limits = RequestLimits();
    limits.bulk_bytes_max = static_cast<int64_t>(server_.engine().settings().proto_max_bulk_bytes);
    ahead = kRequestsAhead;
  }
  while (parsed.count < ahead) {
    size_t consumed = 0;
    const size_t at = parsed.end();
    const RequestParser::Status status =
        parser_.Parse(input.substr(at), limits, server_.batch(), consumed);
    if (status != RequestParser::Status::kRequest) {
      // Only empty requests were consumed; without a request before them they go now.
      if (parsed.count == 0) {
        parsed.begin += consumed;
      } else {
        parsed.ends[parsed.count - 1] += consumed;
      }
      return status;
    }
    parsed.ends[parsed.count++] = at + consumed;
  }
  return RequestParser::Status::kRequest;
}

// Runs what of `input` can be run now; what a long pipeline leaves comes after everybody else's.
size_t Connection::RunTurn(std::string_view input) {
  server_.engine().BeginTurn();
  const size_t done = RunInput(input);
  const bool more = done < input.size() && !large_.active();
  if (more && MayRun() && server_.engine().TurnOver()) {
    waits_for_turn_ = true;
    server_.ContinueLater(*this);
  }
  return done;
}

// Parses and runs what `input` holds; returns how many of its bytes are done with.
size_t Connection::RunInput(std::string_view input) {
  RequestBatch& batch = server_.batch();
  Parsed parsed;
  while (true) {
    parsed.begin = parsed.end();
    parsed.count = 0;
    batch.Clear();
    const RequestParser::Status status = ParseAhead(input, parsed);
    if (parsed.count > 0) {
      const Engine::Progress progress = server_.engine().Execute(
          *this, batch, 0, {.output_bytes = server_.OutputPauseBytes(), .one_turn = true});
      if (closing_) return input.size();
      if (progress.executed < parsed.count) {
        KeepUnrun(parsed, progress.executed);
        return progress.executed == 0 ? parsed.begin + rewritten_bytes_
                                      : parsed.ends[progress.executed - 1];
      }
    }
    if (status == RequestParser::Status::kError) {
      ReplyProtocolError();
      return input.size();
    }
    if (status == RequestParser::Status::kNeedLarge && !close_after_reply) {
      BeginLarge(input.substr(parsed.end()));
    }
    if (status != RequestParser::Status::kRequest || !MayRun() || server_.engine().TurnOver()) {
      return parsed.end();
    }
  }
}

// The session was stopped: what was parsed beyond is parsed again later.
void Connection::KeepUnrun(const Parsed& parsed, size_t executed) {
  parser_.Reset();
  rewritten_bytes_ = 0;
  const RequestBatch& batch = server_.batch();
  if (executed > 0 || !batch.has_large()) return;
  AppendAsText(batch.Arguments(batch.requests()[0]), rewritten_);
  rewritten_bytes_ = parsed.ends[0] - parsed.begin;
}

void Connection::BeginLarge(std::string_view rest) {
  large_.Begin(parser_.large_size(), rest.substr(parser_.large_offset()), proven_large_bytes_);
}

void Connection::ReplyProtocolError() {
  const std::string text = "ERR " + parser_.error();
  server_.engine().CountError(text);
  Writer().Error(text);
  CloseAfterOutput();
}

void Connection::UpdateReading() {
  if (closing_) return;
  // What a blocked client sends ahead is taken up to a read's worth; the rest waits in its socket.
  const bool input_full = input_stalled_ && input_.size() >= Server::kReadBufferBytes;
  // While it waits for its turn, the end of its input must not be seen before that is run.
  const bool wanted = !close_after_reply && !input_full && !waits_for_turn_ &&
                      !close_after_script_ && output.size() <= server_.OutputPauseBytes();
  if (wanted == reading_) return;
  reading_ = wanted;
  if (wanted) {
    uv_read_start(stream(), OnAllocate, OnRead);
  } else {
    uv_read_stop(stream());
  }
}

}  // namespace kvasir

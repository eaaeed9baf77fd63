// One client connection: bytes in, requests to the engine, replies out once the log allows it.
// THREAD: loop.
#pragma once

#include <uv.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "protocol/request_parser.h"
#include "src/engine/session.h"
#include "src/server/input_buffer.h"
#include "src/server/large_receiver.h"

namespace kvasir {

class Server;

class Connection : public Session {
 public:
  // How many requests are parsed ahead, so that their keys are fetched while the first ones run.
  static constexpr size_t kRequestsAhead = 64;

  // LIFETIME: the server outlives all connections. A connection deletes itself when its handle is
  // closed.
  Connection(Server& server, bool unix_socket);
  ~Connection() override = default;

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&handle_); }
  ConnectionFacts Facts() const override;
  size_t MemoryBytes() const override;

  // After the handle was accepted: socket options, reading.
  void Start();
  // Closes as soon as possible; replies that wait are dropped.
  void Close();
  // Closes when the waiting output has been sent.
  void CloseAfterOutput();
  bool closing() const { return closing_; }

  // Runs input that waited while the session was blocked, its output was full, or others had their
  // turn.
  void ContinueInput();

  // Decides what of the output added this tick waits for the log, and sends what need not.
  // `releasable` is the log position up to which effects may be shown.
  void Flush(uint64_t releasable);
  bool waits_for_log() const { return !marks_.empty(); }

  size_t output_bytes_waiting() const { return output.size(); }
  size_t input_bytes_waiting() const {
    return input_.size() + large_.received() + parser_.MemoryBytes();
  }
  // Since when the soft limit of client-output-buffer-limit is passed; 0: it is not.
  int64_t soft_limit_since_ms = 0;
  // A dump is what it gets next, or is getting: until its end no input is run.
  bool awaits_dump = false;
  bool in_dirty_list = false;
  bool in_pushed_list = false;
  bool in_log_list = false;

 private:
  // Output bytes that wait for a log position.
  struct Mark {
    size_t bytes;
    uint64_t sequence;
  };

  static void OnAllocate(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void OnRead(uv_stream_t* stream, ssize_t bytes, const uv_buf_t* buffer);
  static void OnWritten(uv_write_t* request, int status);
  static void OnClosed(uv_handle_t* handle);

  // Requests parsed ahead, and where each of them ends in the input.
  struct Parsed {
    size_t begin = 0;
    size_t count = 0;
    std::array<size_t, kRequestsAhead> ends;
    size_t end() const { return count == 0 ? begin : ends[count - 1]; }
  };

  void Receive(const char* bytes, size_t size);
  void ProcessInput(std::string_view received);
  bool MayRun() const;
  RequestParser::Status ParseAhead(std::string_view input, Parsed& parsed);
  size_t RunTurn(std::string_view input);
  size_t RunInput(std::string_view input);
  void KeepUnrun(const Parsed& parsed, size_t executed);
  void BeginLarge(std::string_view rest);
  void ReplyProtocolError();
  bool CheckInputLimit();

  void SettleMarks(uint64_t releasable);
  void WriteReleased();
  bool StartWrite();
  void Sent(size_t bytes);
  void AfterOutput();
  void UpdateReading();

  Server& server_;
  union {
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } handle_;
  bool unix_socket_;
  bool reading_ = false;
  bool closing_ = false;
  bool close_after_script_ = false;
  bool writing_ = false;  // a uv_write is under way

  RequestParser parser_;
  InputBuffer input_;
  // A request that was parsed but could not run yet and whose text is gone (it had a large
  // argument): it is written out again and stands before the rest of the input.
  std::string rewritten_;
  size_t rewritten_bytes_ = 0;   // what it takes the place of
  bool input_stalled_ = false;   // input_ holds requests that could run but for the session's state
  bool waits_for_turn_ = false;  // as input_stalled_, until all others were looked at
  LargeReceiver large_;
  // What the last large argument took, 0 when something else came since: what follows is likely
  // to be like it.
  size_t proven_large_bytes_ = 0;

  std::deque<Mark> marks_;
  size_t accounted_bytes_ = 0;  // of output: released or marked
  size_t released_bytes_ = 0;   // of output, from its front: may be sent
  uv_write_t write_request_;
  size_t writing_bytes_ = 0;
};

}  // namespace kvasir

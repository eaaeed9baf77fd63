// A client that decides itself what goes over the wire, and when. Nothing here waits for ever: what
// has not come after kPatienceMs does not come.
// THREAD: one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace kvasir {

class RawSocket {
 public:
  // Where to: 127.0.0.1 or another local IPv4 address.
  explicit RawSocket(int port, const std::string& address = "127.0.0.1");
  // A Unix socket.
  explicit RawSocket(const std::string& path);
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  RawSocket(RawSocket&& other) noexcept;

  bool connected() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

  // Sends all of it; false when the other side closed or takes nothing any more.
  bool Send(std::string_view bytes);
  // Sends what the socket takes without waiting; returns how much that was.
  size_t SendSome(std::string_view bytes);
  // No more requests will come; replies still may.
  void FinishSending();
  // Ends the connection with a reset.
  void Abort();

  // `size` bytes, or less when the other side closed before.
  std::string Read(size_t size);
  std::string ReadToEnd();
  // Throws `size` bytes away; returns how many came.
  size_t Skip(size_t size);
  // One reply as it came over the wire, RESP2 or RESP3; "" when the other side closed before.
  std::string ReadReply();
  // Sends a request and reads its reply in the readable form of command_test.h.
  std::string Run(std::initializer_list<std::string_view> arguments);

  // True when the other side has closed and everything was read.
  bool AtEnd();

 private:
  bool Fill();
  bool WaitFor(short events);
  size_t ReplyEnd(size_t begin);

  int descriptor_ = -1;
  std::string buffer_;
  bool ended_ = false;
};

// A request in RESP.
std::string EncodeRequest(std::initializer_list<std::string_view> arguments);

}  // namespace kvasir

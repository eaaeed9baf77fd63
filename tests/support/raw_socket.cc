#include "tests/support/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "tests/support/command_test.h"
#include "tests/support/server_process.h"

namespace kvasir {

RawSocket::RawSocket(int port, const std::string& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(descriptor_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    close(std::exchange(descriptor_, -1));
    return;
  }
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawSocket::RawSocket(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  memcpy(to.sun_path, path.c_str(), std::min(path.size(), sizeof to.sun_path - 1));
  descriptor_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(descriptor_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    close(std::exchange(descriptor_, -1));
  }
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      ended_(other.ended_) {}

RawSocket::~RawSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RawSocket::WaitFor(short events) {
  pollfd waiting = {descriptor_, events, 0};
  return poll(&waiting, 1, kPatienceMs) > 0;
}

size_t RawSocket::SendSome(std::string_view bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t part =
        send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (part <= 0) break;
    sent += static_cast<size_t>(part);
  }
  return sent;
}

bool RawSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t sent = SendSome(bytes);
    bytes.remove_prefix(sent);
    if (sent == 0 && (errno != EAGAIN || !WaitFor(POLLOUT))) return false;
  }
  return true;
}

void RawSocket::FinishSending() { shutdown(descriptor_, SHUT_WR); }

void RawSocket::Abort() {
  const linger hard = {1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(std::exchange(descriptor_, -1));
}

bool RawSocket::Fill() {
  if (ended_ || !WaitFor(POLLIN)) return false;
  char bytes[64 * 1024];
  const ssize_t got = recv(descriptor_, bytes, sizeof bytes, 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  buffer_.append(bytes, static_cast<size_t>(got));
  return true;
}

std::string RawSocket::Read(size_t size) {
  while (buffer_.size() < size && Fill()) {
  }
  std::string front = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return front;
}

std::string RawSocket::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, std::string());
}

size_t RawSocket::Skip(size_t size) {
  size_t left = size;
  while (left > 0) {
    if (buffer_.empty() && !Fill()) break;
    const size_t part = std::min(left, buffer_.size());
    buffer_.erase(0, part);
    left -= part;
  }
  return size - left;
}

bool RawSocket::AtEnd() {
  while (!ended_ && buffer_.empty() && Fill()) {
  }
  return ended_ && buffer_.empty();
}

// Where the reply that begins at `begin` ends; npos when the connection ended before.
size_t RawSocket::ReplyEnd(size_t begin) {
  size_t line_end;
  while ((line_end = buffer_.find("\r\n", begin)) == std::string::npos) {
    if (!Fill()) return std::string::npos;
  }
  const char kind = buffer_[begin];
  size_t end = line_end + 2;
  if (std::string_view("$=*~>%|").find(kind) == std::string_view::npos) return end;
  const long long count = std::stoll(buffer_.substr(begin + 1, line_end - begin - 1));
  if (count < 0) return end;
  if (kind == '$' || kind == '=') {
    end += static_cast<size_t>(count) + 2;
    while (buffer_.size() < end) {
      if (!Fill()) return std::string::npos;
    }
    return end;
  }
  const long long elements = kind == '%' || kind == '|' ? count * 2 : count;
  for (long long i = 0; i < elements && end != std::string::npos; ++i) end = ReplyEnd(end);
  return end;
}

std::string RawSocket::ReadReply() {
  const size_t end = ReplyEnd(0);
  return end == std::string::npos ? std::string() : Read(end);
}

std::string RawSocket::Run(std::initializer_list<std::string_view> arguments) {
  if (!Send(EncodeRequest(arguments))) return "(closed)";
  const std::string wire = ReadReply();
  if (wire.empty()) return "(closed)";
  size_t position = 0;
  return DescribeReply(wire, &position);
}

std::string EncodeRequest(std::initializer_list<std::string_view> arguments) {
  std::string wire = "*" + std::to_string(arguments.size()) + "\r\n";
  for (const std::string_view argument : arguments) {
    wire += "$" + std::to_string(argument.size()) + "\r\n";
    wire += argument;
    wire += "\r\n";
  }
  return wire;
}

}  // namespace kvasir

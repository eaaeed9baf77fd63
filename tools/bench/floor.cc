// The floor under every single-threaded server: the bare kernel interface. It waits with epoll,
// reads, counts the bytes of requests that are all equally long, and writes canned replies; it
// keeps no data and looks at nothing. What it costs per request is the kernel's share.
//
// Usage: kvasir-floor <port>
//
// Made for redis-benchmark: each connection first sends some requests of the handshake, which are
// read one by one, and then requests of one kind and one length. How long a value in a reply is
// follows from the last value that was sent to it.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr size_t kReadBytes = size_t{1} << 20;
constexpr size_t kRepliesAtOnceBytes = size_t{1} << 20;

// What a connection's requests look like, once that is known.
struct Connection {
  size_t request_bytes = 0;  // 0: not known yet
  size_t received = 0;       // of the request that is not complete
  const std::string* replies = nullptr;
  size_t reply_bytes = 0;
  size_t due = 0;      // bytes of replies that have not been sent
  size_t phase = 0;    // where in a reply they begin
  bool waits = false;  // for the socket to take more
  std::string head;    // the beginning of a first request that did not come whole
};

// A request's words, where it is complete.
struct Request {
  std::vector<std::string_view> words;
  size_t bytes = 0;
};

// False when `input` does not hold it whole.
bool ParseRequest(std::string_view input, Request& request) {
  size_t at = 0;
  const auto number = [&](char kind, size_t& value) {
    const size_t end = input.find("\r\n", at);
    if (end == std::string_view::npos || input[at] != kind) return false;
    value = std::strtoull(input.data() + at + 1, nullptr, 10);
    at = end + 2;
    return true;
  };
  size_t count = 0;
  if (input.empty() || !number('*', count)) return false;
  request.words.clear();
  for (size_t i = 0; i < count; ++i) {
    size_t size = 0;
    if (at >= input.size() || !number('$', size) || at + size + 2 > input.size()) return false;
    request.words.push_back(input.substr(at, size));
    at += size + 2;
  }
  request.bytes = at;
  return true;
}

// Replies by kind, many of each in a row.
class Replies {
 public:
  // The replies to requests like this one, and the size of each.
  const std::string& For(const Request& request, size_t& reply_bytes) {
    const std::string name = Lower(request.words[0]);
    if (name == "set" || name == "lpush" || name == "rpush") {
      value_bytes_ = request.words.back().size();
    }
    const std::string reply = Reply(name, request);
    reply_bytes = reply.size();
    std::string& row = rows_[reply];
    if (row.empty()) {
      const size_t count = std::max<size_t>(1, kRepliesAtOnceBytes / reply.size());
      for (size_t i = 0; i < count; ++i) row += reply;
    }
    return row;
  }

 private:
  static std::string Lower(std::string_view word) {
    std::string lower(word);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return lower;
  }
  static std::string Bulk(const std::string& bytes) {
    return "$" + std::to_string(bytes.size()) + "\r\n" + bytes + "\r\n";
  }
  std::string Reply(const std::string& name, const Request& request) const {
    const std::string value = Bulk(std::string(value_bytes_, 'x'));
    if (name == "ping") return "+PONG\r\n";
    if (name == "config") return "*0\r\n";
    if (name == "set" || name == "mset" || name == "select" || name == "flushall") return "+OK\r\n";
    if (name == "get" || name == "lpop" || name == "rpop") return value;
    if (name == "spop") return Bulk("element:000000000000");
    if (name == "zpopmin") return "*2\r\n" + Bulk("element:000000000000") + Bulk("0");
    if (name == "lrange") return Range(request, value);
    return ":1\r\n";
  }
  static std::string Range(const Request& request, const std::string& value) {
    const int last = std::atoi(std::string(request.words.back()).c_str());
    std::string reply = "*" + std::to_string(last + 1) + "\r\n";
    for (int i = 0; i <= last; ++i) reply += value;
    return reply;
  }

  size_t value_bytes_ = 64;
  std::map<std::string, std::string> rows_;
};

class Floor {
 public:
  bool Listen(int port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 1024) != 0) {
      return false;
    }
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    return Watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
  }

  [[noreturn]] void Run() {
    std::array<epoll_event, 1024> events;
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<size_t>(i)];
        if (event.data.fd == listener_) {
          Accept();
        } else if ((event.events & EPOLLOUT) != 0) {
          Send(event.data.fd, connections_[static_cast<size_t>(event.data.fd)]);
        } else {
          Read(event.data.fd);
        }
      }
    }
  }

 private:
  bool Watch(int operation, int descriptor, uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    return epoll_ctl(epoll_, operation, descriptor, &event) == 0;
  }

  void Accept() {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connections_.size() <= static_cast<size_t>(descriptor)) {
      connections_.resize(static_cast<size_t>(descriptor) + 1);
    }
    connections_[static_cast<size_t>(descriptor)] = Connection();
    Watch(EPOLL_CTL_ADD, descriptor, EPOLLIN);
  }

  void Read(int descriptor) {
    const ssize_t bytes = read(descriptor, buffer_.get(), kReadBytes);
    if (bytes <= 0) {
      close(descriptor);
      return;
    }
    Connection& connection = connections_[static_cast<size_t>(descriptor)];
    if (connection.request_bytes != 0) {
      Answer(descriptor, connection, static_cast<size_t>(bytes));
    } else {
      connection.head.append(buffer_.get(), static_cast<size_t>(bytes));
      ReadHead(descriptor, connection);
    }
  }

  // The requests of the handshake one by one; the first of another kind decides.
  void ReadHead(int descriptor, Connection& connection) {
    Request request;
    while (ParseRequest(connection.head, request)) {
      size_t reply_bytes = 0;
      const std::string_view name = request.words[0];
      const std::string& replies = replies_.For(request, reply_bytes);
      if (name != "CONFIG" && name != "config" && name != "SELECT") {
        connection.request_bytes = request.bytes;
        connection.replies = &replies;
        connection.reply_bytes = reply_bytes;
        Answer(descriptor, connection, connection.head.size());
        connection.head.clear();
        return;
      }
      if (send(descriptor, replies.data(), reply_bytes, MSG_NOSIGNAL) < 0) return;
      connection.head.erase(0, request.bytes);
    }
  }

  void Answer(int descriptor, Connection& connection, size_t bytes) {
    connection.received += bytes;
    connection.due += connection.received / connection.request_bytes * connection.reply_bytes;
    connection.received %= connection.request_bytes;
    if (!connection.waits) Send(descriptor, connection);
  }

  void Send(int descriptor, Connection& connection) const {
    const std::string_view row = *connection.replies;
    while (connection.due > 0) {
      const std::string_view bytes = row.substr(connection.phase, connection.due);
      const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) break;
      connection.due -= static_cast<size_t>(sent);
      connection.phase = (connection.phase + static_cast<size_t>(sent)) % connection.reply_bytes;
    }
    if (connection.waits == (connection.due > 0)) return;
    connection.waits = connection.due > 0;
    Watch(EPOLL_CTL_MOD, descriptor, connection.waits ? EPOLLOUT : EPOLLIN);
  }

  int listener_ = -1;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::unique_ptr<char[]> buffer_{new char[kReadBytes]};
  Replies replies_;
};

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : 0;
  Floor floor;
  if (port <= 0 || port > 65535 || !floor.Listen(port)) {
    std::fprintf(stderr, "Usage: kvasir-floor <port>    a free one of 127.0.0.1\n");
    return 2;
  }
  floor.Run();
}

#include "src/server/listeners.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "src/server/server.h"

namespace kvasir {
namespace {

uv_stream_t* StreamOf(void* handle) { return static_cast<uv_stream_t*>(handle); }

// An address of `bind` as the system takes it: "*" is every IPv4, "::*" every IPv6 address.
int ToSocketAddress(const std::string& address, int port, sockaddr_storage* out) {
  const std::string host = address == "*" ? "0.0.0.0" : address == "::*" ? "::" : address;
  if (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(out)) == 0) return 0;
  return uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(out));
}

}  // namespace

Result<void> Listeners::Listen(Socket* socket, int backlog) {
  const int status =
      uv_listen(StreamOf(&socket->handle), backlog, [](uv_stream_t* listener, int error) {
        auto* self = static_cast<Socket*>(listener->data);
        if (error == 0) self->server->Accept(listener, self->unix_socket);
      });
  if (status != 0) return Fail(Errc::kIo, uv_strerror(status));
  return {};
}

Result<Listeners::Socket*> Listeners::OpenAddress(const std::string& address,
                                                  const Settings& settings) {
  sockaddr_storage socket_address{};
  const int port = static_cast<int>(settings.port);
  if (ToSocketAddress(address, port, &socket_address) != 0) {
    return Fail(Errc::kInvalidArgument, fmt::format("not an IP address: {}", address));
  }
  auto* socket = new Socket;
  socket->server = &server_;
  uv_tcp_init(server_.loop(), &socket->handle.tcp);
  socket->handle.tcp.data = socket;
  const unsigned flags = socket_address.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
  const int status =
      uv_tcp_bind(&socket->handle.tcp, reinterpret_cast<const sockaddr*>(&socket_address), flags);
  Result<void> listening = status == 0 ? Listen(socket, static_cast<int>(settings.tcp_backlog))
                                       : Fail(Errc::kIo, uv_strerror(status));
  if (listening) return socket;
  Sockets failed = {socket};
  CloseAll(failed);
  return tl::unexpected(Error(
      listening.error().code(),
      fmt::format("could not listen on {}:{}: {}", address, port, listening.error().detail())));
}

Result<Listeners::Sockets> Listeners::OpenTcp(const Settings& settings, Sockets& reuse) {
  Sockets sockets;
  Sockets opened;
  if (settings.port == 0) return sockets;
  for (const std::string& configured : settings.bind) {
    const bool optional = !configured.empty() && configured[0] == '-';
    const std::string address = optional ? configured.substr(1) : configured;
    const std::string place = fmt::format("{}:{}", address, settings.port);
    const auto same = std::find_if(reuse.begin(), reuse.end(),
                                   [&](const Socket* socket) { return socket->place == place; });
    if (same != reuse.end()) {
      sockets.push_back(*same);
      continue;
    }
    Result<Socket*> socket = OpenAddress(address, settings);
    if (socket) {
      (*socket)->place = place;
      sockets.push_back(*socket);
      opened.push_back(*socket);
    } else if (!optional) {
      CloseAll(opened);
      return tl::unexpected(socket.error());
    }
  }
  std::erase_if(reuse, [&](const Socket* socket) {
    return std::find(sockets.begin(), sockets.end(), socket) != sockets.end();
  });
  return sockets;
}

Result<Listeners::Socket*> Listeners::OpenUnix(const Settings& settings) {
  const std::string& path = settings.unixsocket;
  auto* socket = new Socket;
  socket->server = &server_;
  socket->unix_socket = true;
  uv_pipe_init(server_.loop(), &socket->handle.pipe, 0);
  socket->handle.pipe.data = socket;
  // A socket file that a dead process left behind is in the way; nothing else is removed.
  struct stat existing;
  if (lstat(path.c_str(), &existing) == 0 && S_ISSOCK(existing.st_mode)) unlink(path.c_str());
  const int status = uv_pipe_bind(&socket->handle.pipe, path.c_str());
  Result<void> listening = status == 0 ? Listen(socket, static_cast<int>(settings.tcp_backlog))
                                       : Fail(Errc::kIo, uv_strerror(status));
  if (listening) {
    if (settings.unixsocketperm != 0) {
      chmod(path.c_str(), static_cast<mode_t>(settings.unixsocketperm));
    }
    return socket;
  }
  Sockets failed = {socket};
  CloseAll(failed);
  return Fail(Errc::kIo,
              fmt::format("could not listen on {}: {}", path, listening.error().detail()));
}

Result<void> Listeners::Open(const Settings& settings) {
  Result<Sockets> tcp = OpenTcp(settings, tcp_);
  if (!tcp) return tl::unexpected(tcp.error());
  if (!settings.unixsocket.empty()) {
    Result<Socket*> unix_socket = OpenUnix(settings);
    if (!unix_socket) {
      CloseAll(*tcp);
      return tl::unexpected(unix_socket.error());
    }
    (*unix_socket)->place = settings.unixsocket;
    unix_.push_back(*unix_socket);
    unix_path_ = settings.unixsocket;
  }
  tcp_ = std::move(*tcp);
  UpdatePlaces();
  if (places_.empty()) return Fail(Errc::kInvalidArgument, "nothing to listen on");
  return {};
}

Result<void> Listeners::Rebind(const Settings& settings) {
  Result<Sockets> sockets = OpenTcp(settings, tcp_);
  if (!sockets) return tl::unexpected(sockets.error());
  CloseAll(tcp_);
  tcp_ = std::move(*sockets);
  UpdatePlaces();
  return {};
}

void Listeners::UpdatePlaces() {
  places_.clear();
  for (const Sockets* sockets : {&tcp_, &unix_}) {
    for (const Socket* socket : *sockets) places_.push_back(socket->place);
  }
}

void Listeners::CloseAll(Sockets& sockets) {
  for (Socket* socket : sockets) {
    uv_close(reinterpret_cast<uv_handle_t*>(&socket->handle),
             [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
  }
  sockets.clear();
}

void Listeners::Close() {
  CloseAll(tcp_);
  CloseAll(unix_);
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
  unix_path_.clear();
}

}  // namespace kvasir

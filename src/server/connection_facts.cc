// What CLIENT LIST and the protection of unprotected servers want to know of a connection.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>

#include "src/server/connection.h"
#include "src/server/server.h"

namespace kvasir {
namespace {

std::string FormatAddress(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    uv_ip6_name(&v6, host.data(), host.size());
    return fmt::format("[{}]:{}", host.data(), ntohs(v6.sin6_port));
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  uv_ip4_name(&v4, host.data(), host.size());
  return fmt::format("{}:{}", host.data(), ntohs(v4.sin_port));
}

bool IsLoopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    const in6_addr& ip = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ip) != 0 && ip.s6_addr[12] == 127;
    return mapped || IN6_IS_ADDR_LOOPBACK(&ip) != 0;
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
}

}  // namespace

size_t Connection::MemoryBytes() const {
  return sizeof *this + input_.capacity() + large_.capacity() + output.size() +
         parser_.MemoryBytes() + (transaction == nullptr ? 0 : transaction->queued_bytes) +
         (subscriber == nullptr ? 0 : subscriber->MemoryBytes());
}

ConnectionFacts Connection::Facts() const {
  ConnectionFacts facts;
  facts.query_buffer_bytes = input_bytes_waiting();
  facts.query_buffer_free = input_.empty() ? 0 : input_.room();
  facts.unix_socket = unix_socket_;
  uv_os_fd_t descriptor = -1;
  if (uv_fileno(reinterpret_cast<const uv_handle_t*>(&handle_), &descriptor) == 0) {
    facts.descriptor = descriptor;
  }
  if (unix_socket_) {
    const std::string& path = server_.engine().settings().unixsocket;
    facts.address = facts.local_address = path + ":0";
    facts.is_local = true;
    return facts;
  }
  sockaddr_storage peer{};
  sockaddr_storage local{};
  int size = sizeof peer;
  if (uv_tcp_getpeername(&handle_.tcp, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    return facts;
  }
  size = sizeof local;
  uv_tcp_getsockname(&handle_.tcp, reinterpret_cast<sockaddr*>(&local), &size);
  facts.address = FormatAddress(peer);
  facts.local_address = FormatAddress(local);
  facts.is_local = IsLoopback(peer);
  return facts;
}

}  // namespace kvasir

// The sockets that the server listens on: bind × port, and the Unix socket.
// THREAD: loop.
#pragma once

#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

class Server;

class Listeners {
 public:
  // LIFETIME: `server` outlives this.
  explicit Listeners(Server& server) : server_(server) {}

  // Opens everything the settings name. On an error nothing is left open.
  Result<void> Open(const Settings& settings);
  // Replaces the TCP sockets; on an error the old ones stay.
  Result<void> Rebind(const Settings& settings);
  // Closes all; the Unix socket's file is removed.
  void Close();

  // "127.0.0.1:6379", "/run/kvasir.sock": for the log and INFO.
  const std::vector<std::string>& places() const { return places_; }

 private:
  struct Socket {
    union {
      uv_tcp_t tcp;
      uv_pipe_t pipe;
    } handle;
    bool unix_socket = false;
    std::string place;
    Server* server = nullptr;
  };
  using Sockets = std::vector<Socket*>;

  // A socket of `reuse` that listens on a wanted place is taken over from there; on an error all
  // are back.
  Result<Sockets> OpenTcp(const Settings& settings, Sockets& reuse);
  void UpdatePlaces();
  Result<Socket*> OpenAddress(const std::string& address, const Settings& settings);
  Result<Socket*> OpenUnix(const Settings& settings);
  static Result<void> Listen(Socket* socket, int backlog);
  static void CloseAll(Sockets& sockets);

  Server& server_;
  Sockets tcp_;
  Sockets unix_;
  std::vector<std::string> places_;
  std::string unix_path_;
};

}  // namespace kvasir
